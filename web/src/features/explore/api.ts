import { useQuery } from "@tanstack/react-query";
import { type Answer, get, send } from "@/api/client";
import { useSql } from "@/api/sql";

export type SavedQuery = Answer<"/v1/queries">["queries"][number];

export function useQueries() {
  return useQuery({
    queryKey: ["queries"],
    queryFn: ({ signal }) => get("/v1/queries", { signal }),
    select: (answer) => answer.queries,
  });
}

interface ColumnRow {
  table_name: string;
  column_name: string;
  type: string;
}

/** All columns of all tables: for completion, and to look up. */
export function useColumns() {
  return useSql<ColumnRow>(
    ["explore", "columns"],
    "SELECT concat(schema_name, '.', table_name) AS table_name, column_name, type FROM system.columns ORDER BY schema_name, 1, position",
    { limit: 10_000, staleMs: 5 * 60_000 },
  );
}

export const formats = [
  { id: "csv", title: "CSV", type: "text/csv" },
  { id: "ndjson", title: "JSON, one row a line", type: "application/x-ndjson" },
  { id: "parquet", title: "Parquet", type: "application/vnd.apache.parquet" },
  { id: "arrows", title: "Arrow", type: "application/vnd.apache.arrow.stream" },
] as const;

export type FormatId = (typeof formats)[number]["id"];

/** All rows of the answer as a file: the server writes it, this page only takes it. */
export async function exportTo(sql: string, id: FormatId): Promise<void> {
  const format = formats.find((one) => one.id === id);
  const response = await send("/v1/query", {
    method: "POST",
    headers: { "content-type": "application/json", accept: format?.type ?? "text/csv" },
    body: JSON.stringify({ sql }),
  });
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = `tradewind.${id}`;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}
