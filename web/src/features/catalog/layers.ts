// Tables in the order of their journey: as received, cleaned, shaped to questions, the platform's own.
import type { TableSummary } from "./api";

export interface Layer {
  id: string;
  title: string;
  about: string;
  tables: TableSummary[];
}

const known = [
  { id: "raw", title: "Raw", about: "As it was received" },
  { id: "clean", title: "Clean", about: "Typed, without what cannot be used" },
  { id: "mart", title: "Mart", about: "Shaped to questions" },
  { id: "system", title: "System", about: "What the platform knows of itself" },
];

export function matches(table: TableSummary, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${table.schema}.${table.table} ${table.description ?? ""} ${table.kind}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export function byLayer(tables: TableSummary[], filter: string): Layer[] {
  const found = tables.filter((table) => matches(table, filter));
  const isKnown = (table: TableSummary) => known.some((layer) => layer.id === table.layer);
  return [
    ...known.map((layer) => ({
      ...layer,
      tables: found.filter((table) => table.layer === layer.id),
    })),
    {
      id: "other",
      title: "Others",
      about: "Found by a crawl, or without a layer",
      tables: found.filter((table) => !isKnown(table)),
    },
  ].filter((layer) => layer.tables.length > 0);
}
