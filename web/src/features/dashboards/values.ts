// What the cells of a tile are called and how they are written. Pure.
import type { Unit } from "@/charts/units";
import { type Cell } from "@/api/sql";
import { formatDate, formatDateTime, formatMonth, formatYear } from "@/lib/dates";
import { formatCount, formatDuration, formatMoney, formatNumber, formatPercent, nothing } from "@/lib/format";
import { cellText } from "@/ui/ResultTable";
import type { Tile, TileAnswer } from "./api";

type Shown = Pick<Tile, "format" | "labels" | "currency">;

export function placeOf(answer: Pick<TileAnswer, "columns">, column: string | null | undefined): number {
  return answer.columns.findIndex(({ name }) => name === column);
}

export function labelOf(tile: Shown, column: string): string {
  const given = tile.labels[column];
  if (given) return given;
  const words = column.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const whole = /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|HUGEINT|UBIGINT)/;

/** As declared; otherwise what the column's type says. */
export function formatOf(tile: Shown, column: string, type: string): string {
  const declared = tile.format[column];
  if (declared === "date") {
    const named = `${column} ${labelOf(tile, column)}`.toLowerCase();
    if (/\bmonth/.test(named)) return "month";
    if (/\byear/.test(named)) return "year";
  }
  if (declared) return declared;
  if (type.startsWith("DATE")) return "date";
  if (type.startsWith("TIMESTAMP")) return "datetime";
  if (whole.test(type)) return "integer";
  return /^(FLOAT|DOUBLE|DECIMAL)/.test(type) ? "number" : "text";
}

export const isNumberFormat = (format: string): boolean =>
  ["number", "integer", "money", "percent", "duration"].includes(format);

export const isTime = (format: string): boolean => ["date", "datetime"].includes(format);

export function cellShown(cell: Cell | undefined, format: string, currency: string | null): string {
  if (cell === null || cell === undefined || cell === "") return nothing;
  const value = cell as string | number;
  switch (format) {
    case "money":
      return formatMoney(value, currency ?? "GBP");
    case "integer":
      return formatCount(value);
    case "number":
      return formatNumber(value);
    case "percent":
      return formatPercent(value);
    case "duration":
      return formatDuration(value);
    case "date":
      return formatDate(value);
    case "month":
      return formatMonth(value);
    case "year":
      return formatYear(value);
    case "datetime":
      return formatDateTime(value);
  }
  return cellText(cell);
}

export function unitOf(format: string, currency: string | null): Unit {
  switch (format) {
    case "money":
      return `money:${currency ?? "GBP"}`;
    case "integer":
      return "count";
    case "percent":
      return "percent";
    case "duration":
      return "ms";
  }
  return "number";
}

export const numberIn = (cell: Cell | undefined): number | null => {
  if (cell === null || cell === undefined || cell === "" || typeof cell === "object") return null;
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
};

/** What is said of a row, column by column: beside the pointer, and in rows of a table. */
export function linesOf(tile: Tile, answer: TileAnswer, row: number, without: string[] = []): { label: string; value: string }[] {
  return answer.columns
    .map(({ name, type }, i) => ({
      name,
      label: labelOf(tile, name),
      value: cellShown(answer.rows[row]?.[i], formatOf(tile, name, type), tile.currency),
    }))
    .filter(({ name }) => !without.includes(name));
}
