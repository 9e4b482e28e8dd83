import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Answer, get, post } from "@/api/client";
import { type Cell, runSql, useSql } from "@/api/sql";
import { sayError } from "@/ui/toast";
import type { Source } from "./match";

export type Import = Answer<"/v1/imports/{id}">;
export type DeadLetter = Answer<"/v1/deadletters">["dead_letters"][number];

const columnsMax = 10_000;
const recentShown = 20;
const followMs = 500;
const problemsLookedAt = 1000;

export const underWay = (one: Import): boolean => ["queued", "running"].includes(one.state);

export function useRecent() {
  return useQuery({
    queryKey: ["imports", "newest"],
    queryFn: ({ signal }) => get("/v1/imports", { query: { limit: recentShown }, signal }),
    select: (answer) => answer.imports,
    refetchInterval: (query) =>
      query.state.data?.imports.some(underWay) ? followMs * 2 : 15_000,
  });
}

export function useImport(id: number) {
  return useQuery({
    queryKey: ["imports", id],
    queryFn: ({ signal }) => get("/v1/imports/{id}", { path: { id }, signal }),
    refetchInterval: (query) =>
      query.state.data && !underWay(query.state.data) ? false : followMs,
  });
}

/** Sources with the columns of their tables. */
export function useSources() {
  const tables = useQuery({
    queryKey: ["tables", "raw"],
    queryFn: ({ signal }) => get("/v1/tables", { query: { schema: "raw" }, signal }),
    select: (answer) => answer.tables.filter((table) => table.kind === "source"),
  });
  const columns = useSql<{ table_name: string; column_name: string; type: string | null }>(
    ["import", "columns"],
    "SELECT table_name, column_name, type FROM system.columns WHERE schema_name = 'raw'",
    { limit: columnsMax },
  );
  const known = columns.data;
  const sources: Source[] | undefined =
    known &&
    tables.data?.map((table) => ({
      name: table.table,
      columns: known
        .filter((one) => one.table_name === table.table && !one.column_name.startsWith("_"))
        .map((one) => ({ name: one.column_name, type: one.type ?? "" })),
    }));
  return { tables, sources };
}

export function useBegin(onBegun: (id: number) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ file, source, again }: { file: File; source: string; again: boolean }) => {
      const form = new FormData();
      form.set("source", source);
      if (again) form.set("again", "true");
      form.set("file", file, file.name);
      const answer = await post("/v1/imports", { raw: { body: form } });
      const [begun] = answer.imports;
      if (!begun) throw new Error("The server took the file and began no import.");
      return begun.id;
    },
    onSuccess: (id) => {
      void client.invalidateQueries({ queryKey: ["imports"] });
      onBegun(id);
    },
    onError: sayError,
  });
}

export function useCancel(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => post("/v1/imports/{id}/cancel", { path: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["imports"] }),
    onError: sayError,
  });
}

/** The rows of a file that were refused, in the order of its lines. */
export function useProblems(one: Import) {
  return useQuery({
    queryKey: ["imports", one.id, "problems", one.rejected_count],
    queryFn: async ({ signal }) => {
      const { dead_letters: letters } = await get("/v1/deadletters", {
        query: { stream: one.source, limit: problemsLookedAt },
        signal,
      });
      const of = letters.filter((letter) => letter.id.startsWith(`import/${one.id}/`));
      return of.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    },
    enabled: one.rejected_count > 0 && !underWay(one),
  });
}

const rowsShown = 50;

export function useRows(one: Import) {
  return useQuery({
    queryKey: ["imports", one.id, "rows"],
    queryFn: async ({ signal }) => {
      const found = await runSql(
        `SELECT * FROM raw.${one.source} WHERE _import = ${one.id} ORDER BY _row LIMIT ${rowsShown}`,
        signal,
      );
      const shown = found.columns.map((column) => !column.name.startsWith("_"));
      return {
        columns: found.columns.filter((_, i) => shown[i]),
        rows: (found.rows as Cell[][]).map((row) => row.filter((_, i) => shown[i])),
      };
    },
    enabled: one.state === "succeeded" && one.row_count > 0,
  });
}
