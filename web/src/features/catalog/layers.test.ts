// Tables by layer in the order of their journey, filtered by every word.
import { describe, expect, it } from "vitest";
import type { TableSummary } from "./api";
import { byLayer } from "./layers";

const table = (schema: string, name: string, layer: string | null, description = "") =>
  ({ schema, table: name, layer, description, kind: "asset" }) as TableSummary;
const tables = [
  table("shop", "sales", "mart", "Sales of each day"),
  table("raw", "orders", "raw"),
  table("found", "csv", null),
];

describe("layers", () => {
  it("come in the order of the journey, what has none last", () => {
    expect(byLayer(tables, "").map((layer) => layer.id)).toEqual(["raw", "mart", "other"]);
  });
  it("hold what has all the words", () => {
    expect(byLayer(tables, "sales day").map((layer) => layer.id)).toEqual(["mart"]);
    expect(byLayer(tables, "sales week")).toEqual([]);
  });
});
