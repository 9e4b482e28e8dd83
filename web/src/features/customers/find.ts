import { get } from "@/api/client";
import { rowsOf, runSql } from "@/api/sql";
import type { Found } from "@/lib/page";
import { findSql } from "./statements";

const places: Record<string, [title: string, path: string, score: number]> = {
  customer: ["Customer", "/customers/", 2],
  invoice: ["Invoice", "/invoices/", 1.9],
  product: ["", "/products/", 1.5],
};

export function foundOf(row: { kind: string; id: string; detail: string | null }): Found {
  const [title, path, score] = places[row.kind] ?? ["", "/products/", 1];
  const product = row.kind === "product";
  return {
    title: product ? (row.detail ?? row.id) : `${title} ${row.id}`,
    detail: product ? `Product ${row.id}` : (row.detail ?? undefined),
    to: path + encodeURIComponent(row.id),
    score,
  };
}

/** Customers and invoices by the beginning of their number, products by code and name. */
export async function findSales(text: string, signal: AbortSignal): Promise<Found[]> {
  const { tables } = await get("/v1/tables", { query: { schema: "online_retail" }, signal });
  const there = tables.some((table) => table.table === "top_customers" && table.version > 0);
  if (!there || text.length < 2) return [];
  const found = rowsOf(await runSql(findSql(text), signal));
  return found.map((row) =>
    foundOf({
      kind: String(row.kind),
      id: String(row.id),
      detail: row.detail === null || row.detail === "" ? null : String(row.detail),
    }),
  );
}
