// The tables around one table, both ways, as far as `steps` lead; and where they are drawn.
import { get } from "@/api/client";
import type { TableDetail } from "./api";

export interface Edge {
  from: string;
  to: string;
}

export interface Lineage {
  tables: string[];
  edges: Edge[];
  /** More were found than are shown. */
  cut: boolean;
}

export interface Neighbours {
  inputs: string[];
  outputs: string[];
}

export const tablesMax = 60;

type Ask = (table: string) => Promise<Neighbours>;

/** Upstream from inputs only, downstream to outputs only: cousins are of no interest. */
async function walk(
  start: string,
  steps: number,
  direction: keyof Neighbours,
  ask: Ask,
  found: Lineage,
): Promise<void> {
  let frontier = [start];
  for (let step = 0; step < steps && frontier.length > 0; step += 1) {
    const answers = await Promise.all(frontier.map(ask));
    const next: string[] = [];
    answers.forEach((answer, i) => {
      const here = frontier[i] ?? start;
      for (const other of answer[direction]) {
        if (!found.tables.includes(other)) {
          if (found.tables.length >= tablesMax) {
            found.cut = true;
            continue;
          }
          found.tables.push(other);
          next.push(other);
        }
        found.edges.push(
          direction === "inputs" ? { from: other, to: here } : { from: here, to: other },
        );
      }
    });
    frontier = next;
  }
}

export async function lineageAround(start: string, steps: number, ask: Ask): Promise<Lineage> {
  const found: Lineage = { tables: [start], edges: [], cut: false };
  await walk(start, steps, "inputs", ask, found);
  await walk(start, steps, "outputs", ask, found);
  const seen = new Set<string>();
  found.edges = found.edges.filter(({ from, to }) => {
    const key = `${from} ${to}`;
    return seen.has(key) ? false : seen.add(key);
  });
  return found;
}

/** "a.b.x", "a.b.y" → [["a.b", ["x", "y"]]] */
export function byTable(columns: string[]): [string, string[]][] {
  const grouped = new Map<string, string[]>();
  for (const column of columns) {
    const table = tableOf(column);
    grouped.set(table, [...(grouped.get(table) ?? []), column.slice(table.length + 1)]);
  }
  return [...grouped].sort(([a], [b]) => a.localeCompare(b));
}

export const askServer =
  (signal?: AbortSignal): Ask =>
  (name) => {
    const [schema = "", table = ""] = name.split(".");
    return get("/v1/tables/{schema}/{table}/lineage", { path: { schema, table }, signal });
  };

/** "raw.orders.order_id" → "raw.orders" */
export const tableOf = (column: string): string => column.split(".").slice(0, 2).join(".");

export interface ColumnTrace {
  from: string[];
  through: string[];
  to: string[];
}

export function traceOf(table: TableDetail, column: string): ColumnTrace | null {
  const found = table.columns.find((one) => one.name === column);
  return found ? { from: found.from, through: found.through, to: found.to } : null;
}

/** Tables that a column comes from or goes to: they light up. */
export function tablesOf(trace: ColumnTrace | null): Set<string> {
  return new Set(trace ? [...trace.from, ...trace.through, ...trace.to].map(tableOf) : []);
}
