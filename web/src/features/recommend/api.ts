import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Answer, get, post } from "@/api/client";
import { rowsOf, runSql } from "@/api/sql";
import { say, sayError } from "@/ui/toast";
import type { Report } from "./evaluation";
import type { Features } from "./features";
import type { ListKind } from "./kinds";
import * as sql from "./statements";

export type Model = Answer<"/v1/models">["models"][number];
export type Version = Model["versions"][number];
export type Job = Answer<"/v1/trainings">["trainings"][number];
export type Recommendations = Answer<"/v1/recommendations/{user}">;
export type Recommendation = Recommendations["recommendations"][number];
export type Prediction = Answer<"/v1/predictions/reorder", "post">;

export interface Found {
  id: string;
  name: string;
}

/** Of whom nothing is known: he gets what everybody buys, and what goes with the basket. */
export const nobody = "-";

export function useModels() {
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => get("/v1/models", { signal }),
    select: (answer) => answer.models,
  });
}

export const isOpen = (job: Job): boolean => ["queued", "running"].includes(job.state);

const jobsShown = 20;
const lookEveryMs = 1000;

/** Trainings and evaluations, followed while one is under way; what they change is asked for anew. */
export function useJobs() {
  const client = useQueryClient();
  const jobs = useQuery({
    queryKey: ["trainings"],
    queryFn: ({ signal }) => get("/v1/trainings", { query: { limit: jobsShown }, signal }),
    select: (answer) => answer.trainings,
    refetchInterval: (query) => (query.state.data?.trainings.some(isOpen) ? lookEveryMs : false),
  });
  const over = jobs.data?.filter((job) => !isOpen(job)).map((job) => job.id).join();
  useEffect(() => {
    if (over === undefined) return;
    for (const key of ["models", "report", "recommendations", "prediction"])
      void client.invalidateQueries({ queryKey: [key] });
  }, [client, over]);
  return jobs;
}

export function useReport(model: Model, version: number | null) {
  return useQuery({
    queryKey: ["report", model.package, model.model, version],
    queryFn: async ({ signal }) =>
      (await get("/v1/models/{package}/{model}/report", {
        path: { package: model.package, model: model.model },
        query: { version: version ?? undefined },
        signal,
      })) as unknown as Report,
    enabled: version !== null,
  });
}

type Action = { model: Model; version?: number };

const pathOf = ({ model }: Action) => ({ package: model.package, model: model.model });

/** Something done to a model: told of, and seen at once. */
function useAction(act: (action: Action) => Promise<unknown>, told: (action: Action) => string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (_, action) => {
      say(told(action));
      for (const key of ["trainings", "models"]) void client.invalidateQueries({ queryKey: [key] });
    },
    onError: sayError,
  });
}

export const useTrain = () =>
  useAction(
    (action) => post("/v1/models/{package}/{model}/train", { path: pathOf(action), body: {} as never }),
    ({ model }) => `${model.model} is being trained.`,
  );

export const useEvaluate = () =>
  useAction(
    (action) =>
      post("/v1/models/{package}/{model}/evaluate", {
        path: pathOf(action),
        body: { version: action.version ?? null } as never,
      }),
    ({ model, version }) => `Version ${version ?? model.served_version ?? ""} is measured on the data of now.`,
  );

export const usePromote = () =>
  useAction(
    (action) =>
      post("/v1/models/{package}/{model}/promote", {
        path: pathOf(action),
        body: { version: action.version ?? 0 },
      }),
    ({ version }) => `Version ${version ?? ""} serves.`,
  );

export const useRollback = () =>
  useAction(
    (action) => post("/v1/models/{package}/{model}/rollback", { path: pathOf(action) }),
    () => "The version before serves again.",
  );

export function useCancel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => post("/v1/trainings/{id}/cancel", { path: { id } }),
    onSuccess: () => {
      say("It ends soon.");
      void client.invalidateQueries({ queryKey: ["trainings"] });
    },
    onError: sayError,
  });
}

export function useRecommendations(
  of: string,
  user: string,
  kind: ListKind,
  options: { basket?: string; limit?: number; enabled?: boolean } = {},
) {
  const { basket = "", limit = 10, enabled = true } = options;
  return useQuery({
    queryKey: ["recommendations", of, user, kind, basket, limit],
    queryFn: ({ signal }) =>
      get("/v1/recommendations/{user}", {
        path: { user },
        query: { kind, limit, package: of, basket: basket || undefined },
        signal,
      }),
    placeholderData: keepPreviousData,
    enabled,
    retry: false,
  });
}

export type Asked = { user_id: string; product_id: string } | { features: Features };

export function usePrediction(of: string, asked: Asked | null) {
  return useQuery({
    queryKey: ["prediction", of, asked],
    queryFn: ({ signal }) =>
      post("/v1/predictions/reorder", { body: { ...asked, package: of } as never, signal }),
    enabled: asked !== null,
    retry: false,
  });
}

/** The table of all users' lists, where the package has one. */
function useLists(of: string) {
  return useQuery({
    queryKey: ["tables", of],
    queryFn: ({ signal }) => get("/v1/tables", { query: { schema: of }, signal }),
    select: ({ tables }) =>
      tables.some((table) => table.table === "recommendations" && table.version > 0)
        ? `${of}.recommendations`
        : null,
  });
}

const found = async (statement: string, signal: AbortSignal): Promise<Found[]> =>
  rowsOf(await runSql(statement, signal)).map(({ id, name }) => ({
    id: String(id),
    name: typeof name === "string" && name !== "" ? name : String(id),
  }));

type What = "user" | "product";

const lookupOf = (model: Model, what: What, lists: string | null, asked: string) => {
  const statement =
    what === "user"
      ? sql.usersSql(model.interactions, lists, asked)
      : sql.productsSql(model.interactions, model.items, asked);
  return {
    queryKey: ["sql", "recommend", statement],
    queryFn: ({ signal }: { signal: AbortSignal }) => found(statement, signal),
  };
};

/** Users or products by what was typed. */
export function useFound(model: Model, what: What, asked: string, enabled: boolean) {
  const lists = useLists(model.package);
  return useQuery({
    ...lookupOf(model, what, lists.data ?? null, asked),
    placeholderData: keepPreviousData,
    enabled: enabled && !lists.isPending,
  });
}

/** The first of what is found; what was typed itself where nothing is, or nobody answers. */
export function useFirstFound(model: Model, what: What): (asked: string) => Promise<Found> {
  const client = useQueryClient();
  const lists = useLists(model.package);
  return async (asked) => {
    const typed = { id: asked, name: asked };
    const all = await client
      .fetchQuery(lookupOf(model, what, lists.data ?? null, asked))
      .catch((): Found[] => []);
    return all.find((one) => one.id === asked) ?? all[0] ?? typed;
  };
}

/** What products are called; one that has no name is called by its number. */
export function useNames(model: Model, ids: string[]): (id: string) => string {
  const { items } = model;
  const wanted = [...ids].sort();
  const names = useQuery({
    queryKey: ["sql", "recommend", "names", model.package, wanted],
    queryFn: ({ signal }) => (items ? found(sql.namesSql(items, wanted), signal) : []),
    placeholderData: keepPreviousData,
    enabled: items !== null && ids.length > 0,
  });
  const byId = new Map(names.data?.map((one) => [one.id, one.name]));
  return (id) => byId.get(id) ?? id;
}
