import { get } from "@/api/client";
import type { Found } from "@/lib/page";

/** Tables by their names, for the search of the shell. */
export async function findTables(text: string, signal: AbortSignal): Promise<Found[]> {
  const { tables } = await get("/v1/tables", { signal });
  const asked = text.toLowerCase();
  return tables.flatMap((table): Found[] => {
    const name = `${table.schema}.${table.table}`;
    const at = name.toLowerCase().indexOf(asked);
    if (at < 0) return [];
    const begins = at === 0 || table.table.toLowerCase().startsWith(asked);
    return [
      {
        title: name,
        detail: table.description ?? table.kind,
        to: `/catalog/${table.schema}/${table.table}`,
        score: begins ? 2 : 1,
      },
    ];
  });
}
