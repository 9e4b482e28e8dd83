import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Answer, get, post } from "@/api/client";
import type { Kind } from "./model";

export type Preview = Answer<"/v1/recipes/preview", "post">;
export type ColumnStatistics = Preview["columns"][number];
export type Compiled = Answer<"/v1/recipes/sql", "post">;

const rowsShown = 100;
const inputRows = 200_000; // a look while editing; runs read all

export function useKinds() {
  return useQuery({
    queryKey: ["recipes", "steps"],
    queryFn: ({ signal }) => get("/v1/recipes/steps", { signal }),
    select: (answer): Kind[] => answer.steps,
    staleTime: Infinity,
  });
}

export function useTables() {
  return useQuery({
    queryKey: ["tables"],
    queryFn: ({ signal }) => get("/v1/tables", { signal }),
    select: (answer) =>
      answer.tables
        .filter((table) => table.schema !== "system" && table.kind !== "view")
        .map((table) => `${table.schema}.${table.table}`),
  });
}

/** Rows and statistics after a step; those of before stay in sight while new ones come. */
export function usePreview(yaml: string, step: number, enabled: boolean) {
  return useQuery({
    queryKey: ["recipes", "preview", yaml, step],
    queryFn: ({ signal }) =>
      post("/v1/recipes/preview", {
        body: { recipe: yaml, step, rows: rowsShown, input_rows: inputRows } as never,
        signal,
      }),
    placeholderData: keepPreviousData,
    retry: false,
    enabled,
  });
}

/** The recipe as SQL: its statement, its script, and the columns that it ends with. */
export function useCompiled(yaml: string, enabled: boolean) {
  return useQuery({
    queryKey: ["recipes", "sql", yaml],
    queryFn: ({ signal }) => post("/v1/recipes/sql", { body: { recipe: yaml } as never, signal }),
    retry: false,
    enabled,
  });
}
