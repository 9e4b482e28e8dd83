import { useQuery } from "@tanstack/react-query";
import { type Answer, get, post } from "@/api/client";
import { useRefreshOn } from "@/api/events";

export type TableSummary = Answer<"/v1/tables">["tables"][number];
export type TableDetail = Answer<"/v1/tables/{schema}/{table}">;
export type Column = TableDetail["columns"][number];
export type Version = Answer<"/v1/tables/{schema}/{table}/versions">["versions"][number];
export type Profile = Answer<"/v1/tables/{schema}/{table}/profile">;
export type ColumnProfile = Profile["columns"][number];
export type Report = Answer<"/v1/checks">["reports"][number];

export interface TableName {
  schema: string;
  table: string;
}

const versionsShown = 100;
const previewRows = 200;
const profileStaleMs = 10 * 60_000; // it reads the whole table

export function useTables() {
  useRefreshOn([["tables"]], ["run"]);
  return useQuery({
    queryKey: ["tables"],
    queryFn: ({ signal }) => get("/v1/tables", { signal }),
    select: (answer) => answer.tables,
  });
}

export function useTable(path: TableName) {
  useRefreshOn([["table", path.schema, path.table]], ["run"]);
  return useQuery({
    queryKey: ["table", path.schema, path.table],
    queryFn: ({ signal }) => get("/v1/tables/{schema}/{table}", { path, signal }),
  });
}

export function usePreview(path: TableName) {
  return useQuery({
    queryKey: ["table", path.schema, path.table, "preview"],
    queryFn: ({ signal }) =>
      get("/v1/tables/{schema}/{table}/preview", { path, query: { limit: previewRows }, signal }),
  });
}

export function useVersions(path: TableName) {
  return useQuery({
    queryKey: ["table", path.schema, path.table, "versions"],
    queryFn: ({ signal }) =>
      get("/v1/tables/{schema}/{table}/versions", { path, query: { limit: versionsShown }, signal }),
    select: (answer) => answer.versions,
  });
}

export function usePartitions(path: TableName) {
  return useQuery({
    queryKey: ["table", path.schema, path.table, "partitions"],
    queryFn: ({ signal }) => get("/v1/tables/{schema}/{table}/partitions", { path, signal }),
    select: (answer) => answer.partitions,
  });
}

export function useProfile(path: TableName) {
  return useQuery({
    queryKey: ["profile", path.schema, path.table],
    queryFn: ({ signal }) => get("/v1/tables/{schema}/{table}/profile", { path, signal }),
    staleTime: profileStaleMs,
  });
}

export function useTableChecks({ schema, table }: TableName) {
  return useQuery({
    queryKey: ["checks", "table", schema, table],
    queryFn: ({ signal }) =>
      get("/v1/checks", { query: { table: `${schema}.${table}` }, signal }),
    select: (answer) => answer.reports,
  });
}

export const runChecks = ({ schema, table }: TableName) =>
  post("/v1/checks", { body: { table: `${schema}.${table}` } as never });
