// Where a click leads. Pure.
import type { BoardAddress, Filter, Tile, TileAnswer } from "./api";
import { cellText } from "@/ui/ResultTable";
import { type Chosen, clicked, type FilterValue, type Texts, textOf } from "./filters";
import { placeOf } from "./values";

const records = { invoice: "/invoices/", customer: "/customers/", product: "/products/" };

/** As the router reads it: what looks like a number stays a text. */
function parameter(text: string): string {
  try {
    JSON.parse(text);
    return JSON.stringify(text);
  } catch {
    return text;
  }
}

export function boardAddress(of: BoardAddress, page: string, texts: Texts): string {
  const search = new URLSearchParams();
  if (page) search.set("page", parameter(page));
  for (const [filter, text] of Object.entries(texts)) if (text) search.set(`f.${filter}`, parameter(text));
  const asked = search.toString();
  return `/dashboards/${of.package}/${of.dashboard}${asked ? `?${asked}` : ""}`;
}

const valueAt = (answer: TileAnswer, row: number, column: string | null): string | null => {
  const cell = answer.rows[row]?.[placeOf(answer, column)];
  return cell === null || cell === undefined ? null : cellText(cell);
};

/** Null: the tile leads nowhere, or this row has no number to lead to. */
export function drillAddress(of: BoardAddress, filters: Filter[], texts: Texts, tile: Tile, answer: TileAnswer, row: number): string | null {
  if (!tile.drill) return null;
  if (tile.drill.target) {
    const value = valueAt(answer, row, tile.drill.column);
    return value === null ? null : records[tile.drill.target] + encodeURIComponent(value);
  }
  const more = Object.entries(tile.drill.filters).flatMap(([name, column]) => {
    const filter = filters.find((one) => one.name === name);
    return filter ? [[name, textOf(filter, clicked(filter, null, valueAt(answer, row, column)))]] : [];
  });
  return boardAddress(of, tile.drill.page ?? "", { ...texts, ...Object.fromEntries(more) });
}

/** The column whose cells are the links. */
export const drillColumn = (tile: Tile): string | null =>
  tile.drill ? (tile.drill.column ?? Object.values(tile.drill.filters)[0] ?? null) : null;

/** What a click on a row sets: a filter and its new value. Null: the tile filters nothing. */
export function clickedFilter(
  filters: Filter[],
  chosen: Chosen,
  tile: Tile,
  answer: TileAnswer,
  row: number,
  column = Object.keys(tile.filter_on_click)[0],
  add = false,
): { filter: Filter; value: FilterValue } | null {
  const filter = filters.find(({ name }) => name === tile.filter_on_click[column ?? ""]);
  if (!filter || column === undefined) return null;
  return { filter, value: clicked(filter, chosen[filter.name] ?? null, valueAt(answer, row, column), add) };
}
