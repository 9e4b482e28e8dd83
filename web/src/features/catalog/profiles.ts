// What a column's profile shows, in numbers for drawing: pure.
import { formatDate, formatDateTime } from "@/lib/dates";
import { formatCount, formatNumber, formatPercent, nothing } from "@/lib/format";
import type { ColumnProfile } from "./api";

export interface Bar {
  /** 0 to 1 of the highest. */
  height: number;
  label: string;
}

const isTime = (type: string) => /^(DATE|TIMESTAMP)/.test(type);

export function endText(value: number, type: string): string {
  return isTime(type) ? formatDate(new Date(value * 1000).toISOString()) : formatNumber(value);
}

export function bars(column: ColumnProfile): Bar[] {
  const highest = Math.max(1, ...column.histogram.map((bucket) => bucket.rows));
  return column.histogram.map((bucket) => ({
    height: bucket.rows / highest,
    label: `${endText(bucket.from, column.type)} to ${endText(bucket.to, column.type)}: ${formatCount(bucket.rows)} rows`,
  }));
}

export interface TopValue {
  text: string;
  rows: number;
  share: number;
}

export function topValues(column: ColumnProfile, rowCount: number, max = 5): TopValue[] {
  return column.top.slice(0, max).map((top) => ({
    text: top.value ?? "null",
    rows: top.rows,
    share: rowCount > 0 ? top.rows / rowCount : 0,
  }));
}

function median(column: ColumnProfile): string {
  const value = column.quantiles["0.5"];
  if (typeof value !== "string" && typeof value !== "number") return "";
  return isTime(column.type) ? formatDateTime(String(value)) : formatNumber(value);
}

/** The facts below a column's picture; those that say nothing are left out. */
export function facts(column: ColumnProfile, rowCount: number): [string, string][] {
  const share = (rows: number) => (rowCount > 0 ? formatPercent(rows / rowCount) : nothing);
  const lengths =
    column.length_min !== null && column.length_max !== null
      ? `${formatCount(column.length_min)} to ${formatCount(column.length_max)}`
      : "";
  return [
    ["Nulls", column.nulls > 0 ? `${formatCount(column.nulls)} (${share(column.nulls)})` : "none"],
    ["Empty", column.empty > 0 ? `${formatCount(column.empty)} (${share(column.empty)})` : ""],
    ["Different", `${column.distinct_exact ? "" : "about "}${formatCount(column.distinct)}`],
    ["Mean", column.mean !== null ? formatNumber(column.mean) : ""],
    ["Median", median(column)],
    ["Characters", lengths],
  ].filter((entry): entry is [string, string] => entry[1] !== "");
}
