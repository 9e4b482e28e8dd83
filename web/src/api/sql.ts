// SQL over the tables. Rows are objects here; results that people scroll through are kept as columns
// and rows (`runSql`).

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Answer, post } from "./client";

export type SqlResult = Answer<"/v1/query", "post">;
export type Cell = string | number | boolean | null | Cell[] | { [name: string]: Cell };
export type Row = Record<string, Cell>;

export function runSql(sql: string, signal?: AbortSignal, limit?: number): Promise<SqlResult> {
  return post("/v1/query", { body: { sql, ...(limit ? { limit } : {}) } as never, signal });
}

export function rowsOf(result: SqlResult): Row[] {
  const names = result.columns.map((column) => column.name);
  return (result.rows as Cell[][]).map((cells) =>
    Object.fromEntries(names.map((name, i) => [name, cells[i] ?? null])),
  );
}

export interface SqlOptions {
  limit?: number;
  enabled?: boolean;
  /** Answers younger than this are not asked for again. */
  staleMs?: number;
  refreshMs?: number;
}

/** const sales = useSql<{ day: string; sales: string }>(["sales"], "SELECT …"); */
export function useSql<R = Row>(
  key: readonly unknown[],
  sql: string,
  options: SqlOptions = {},
): UseQueryResult<R[]> {
  return useQuery({
    queryKey: ["sql", ...key, sql],
    queryFn: async ({ signal }) => rowsOf(await runSql(sql, signal, options.limit)) as R[],
    enabled: options.enabled ?? true,
    staleTime: options.staleMs,
    refetchInterval: options.refreshMs,
    meta: { sql },
  });
}
