import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Answer, get, post } from "@/api/client";
import { useRefreshOn } from "@/api/events";
import { say, sayError } from "@/ui/toast";

export type Run = Answer<"/v1/runs">["runs"][number];
export type RunAsset = Run["assets"][number];
export type LogLine = Answer<"/v1/runs/{id}/log">["lines"][number];
export type Schedule = Answer<"/v1/schedules">["schedules"][number];
export type Job = Answer<"/v1/schedules/{package}/{name}/jobs">["jobs"][number];
export type Backfill = Answer<"/v1/backfills">["backfills"][number];
export type Interval = Answer<"/v1/backfills/{id}/intervals">["intervals"][number];
export type TableSummary = Answer<"/v1/tables">["tables"][number];

const runsAsked = 200;
const jobsAsked = 30;
const intervalsAsked = 10_000;
const liveMs = 1500; // while something is under way
const sensorsMs = 30_000;

export const isOpen = (state: string) => ["queued", "waiting", "running"].includes(state);

export function useRuns() {
  useRefreshOn([["runs"]], ["run"]);
  return useQuery({
    queryKey: ["runs", "newest", runsAsked],
    queryFn: ({ signal }) => get("/v1/runs", { query: { limit: runsAsked }, signal }),
    select: (answer) => answer.runs,
  });
}

export function useRun(id: number) {
  useRefreshOn([["run", id]], ["run", "asset"]);
  return useQuery({
    queryKey: ["run", id],
    queryFn: ({ signal }) => get("/v1/runs/{id}", { path: { id }, signal }),
    refetchInterval: (query) => (isOpen(query.state.data?.state ?? "") ? liveMs : false),
  });
}

export function useRunLog(id: number, live: boolean) {
  return useQuery({
    queryKey: ["run", id, "log"],
    queryFn: ({ signal }) => get("/v1/runs/{id}/log", { path: { id }, signal }),
    select: (answer) => answer.lines,
    refetchInterval: live ? liveMs : false,
  });
}

export function useTables() {
  return useQuery({
    queryKey: ["tables"],
    queryFn: ({ signal }) => get("/v1/tables", { signal }),
    select: (answer) => answer.tables,
  });
}

export interface Inputs {
  table: string;
  inputs: string[];
}

/** What each asset is made from. Packages change with their files only: it is asked once. */
export function useInputs(assets: TableSummary[]): Inputs[] | undefined {
  return useQueries({
    queries: assets.map(({ schema, table }) => ({
      queryKey: ["lineage", "inputs", schema, table],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get("/v1/tables/{schema}/{table}/lineage", { path: { schema, table }, signal }),
      staleTime: 5 * 60_000,
    })),
    combine: (answers) =>
      answers.some((answer) => answer.isPending)
        ? undefined
        : answers.map((answer, i) => ({
            table: `${assets[i]?.schema}.${assets[i]?.table}`,
            inputs: answer.data?.inputs ?? [],
          })),
  });
}

export function useSchedules() {
  useRefreshOn([["schedules"]], ["job"]);
  return useQuery({
    queryKey: ["schedules"],
    queryFn: ({ signal }) => get("/v1/schedules", { signal }),
    select: (answer) => answer.schedules,
    refetchInterval: sensorsMs,
  });
}

export function useJobs(path: { package: string; name: string }) {
  useRefreshOn([["jobs"]], ["job"]);
  return useQuery({
    queryKey: ["jobs", path.package, path.name],
    queryFn: ({ signal }) =>
      get("/v1/schedules/{package}/{name}/jobs", { path, query: { limit: jobsAsked }, signal }),
    select: (answer) => answer.jobs,
  });
}

export function useBackfills() {
  useRefreshOn([["backfills"]], ["backfill"]);
  return useQuery({
    queryKey: ["backfills"],
    queryFn: ({ signal }) => get("/v1/backfills", { signal }),
    select: (answer) => answer.backfills,
  });
}

export function useBackfill(id: number) {
  useRefreshOn([["backfill", id]], ["backfill"]);
  return useQuery({
    queryKey: ["backfill", id],
    queryFn: ({ signal }) => get("/v1/backfills/{id}", { path: { id }, signal }),
  });
}

export function useIntervals(id: number) {
  return useQuery({
    queryKey: ["backfill", id, "intervals"],
    queryFn: ({ signal }) =>
      get("/v1/backfills/{id}/intervals", { path: { id }, query: { limit: intervalsAsked }, signal }),
    select: (answer) => answer.intervals,
  });
}

/** Does something, says that it was done, and asks anew for what it may have changed. */
export function useAction<A, T>(act: (given: A) => Promise<T>, told: (answer: T) => string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (answer) => {
      say(told(answer));
      return Promise.all(
        ["runs", "run", "schedules", "jobs", "backfills", "backfill"].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
    onError: sayError,
  });
}

export interface RunRequest {
  package: string;
  assets: string[];
  from: string;
  to: string;
  force: boolean;
  params: Record<string, string>;
}

export const startRun = ({ package: name, ...body }: RunRequest) =>
  post("/v1/packages/{package}/runs", {
    path: { package: name },
    body: { ...body, from: body.from || undefined, to: body.to || undefined } as never,
  });

export const startBackfill = ({
  package: name,
  ...body
}: RunRequest & { every: "hour" | "day" | "week" | "month" }) =>
  post("/v1/packages/{package}/backfills", { path: { package: name }, body: body as never });

export const cancelRun = (id: number) => post("/v1/runs/{id}/cancel", { path: { id } });
export const resumeRun = (id: number) => post("/v1/runs/{id}/resume", { path: { id } });
export const cancelBackfill = (id: number) => post("/v1/backfills/{id}/cancel", { path: { id } });
export const resumeBackfill = (id: number) => post("/v1/backfills/{id}/resume", { path: { id } });
export const cancelJob = (id: number) => post("/v1/jobs/{id}/cancel", { path: { id } });

type Which = { package: string; name: string };
export const startJob = (path: Which) =>
  post("/v1/schedules/{package}/{name}/start", { path, body: {} as never });
export const pauseSchedule = (path: Which) => post("/v1/schedules/{package}/{name}/pause", { path });
export const resumeSchedule = (path: Which) =>
  post("/v1/schedules/{package}/{name}/resume", { path });
