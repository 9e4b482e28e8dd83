// Filters in the address and in requests. Pure.
//
// In the address: nothing is the default; a preset or "2011-01-01..2011-01-31"; values joined by "|". A backslash
// begins what is no plain text: "\0" no value, "\e" an empty one, "\-" nothing chosen although there is a default.
import { addDays, formatDate, formatMonth } from "@/lib/dates";
import type { Filter } from "./api";

export type Days = { preset: string } | { from?: string; to?: string };
export type Values = (string | null)[];
/** Null: not set, all rows stay. */
export type FilterValue = Days | Values | null;
export type Chosen = Record<string, FilterValue>;
/** By filter, as the address has them. */
export type Texts = Record<string, string>;

const none = "\\-";

export function writeValues(values: Values): string {
  return values
    .map((value) => {
      if (value === null) return "\\0";
      return value === "" ? "\\e" : value.replace(/[\\|]/g, "\\$&");
    })
    .join("|");
}

export function readValues(text: string): Values {
  const parts = text.match(/(?:\\.|[^|\\])+/gs) ?? [];
  return parts.map((part) => {
    if (part === "\\0") return null;
    return part === "\\e" ? "" : part.replace(/\\(.)/gs, "$1");
  });
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

function readDays(text: string): Days | null {
  if (text === "all" || text === none) return null;
  const [from = "", to, ...rest] = text.split("..");
  if (to === undefined) return /^\w+$/.test(text) ? { preset: text } : null;
  if (rest.length > 0 || (!isDay(from) && !isDay(to))) return null;
  return { ...(isDay(from) ? { from } : {}), ...(isDay(to) ? { to } : {}) };
}

function defaultOf(filter: Filter): FilterValue {
  if (filter.kind === "date_range") {
    const preset = filter.default_preset;
    return preset && preset !== "all" ? { preset } : null;
  }
  return filter.default_values.length > 0 ? filter.default_values : null;
}

export function valueOf(filter: Filter, text: string): FilterValue {
  if (text === "") return defaultOf(filter);
  if (filter.kind === "date_range") return readDays(text);
  const values = text === none ? [] : readValues(text);
  if (values.length === 0) return null;
  return filter.multiple ? values : values.slice(0, 1);
}

/** What the tiles are asked for: every filter is said, so that defaults are those that are in sight. */
export function chosenOf(filters: Filter[], texts: Texts): Chosen {
  return Object.fromEntries(filters.map((filter) => [filter.name, valueOf(filter, texts[filter.name] ?? "")]));
}

/** How the address says it; nothing where it is the default. */
export function textOf(filter: Filter, value: FilterValue): string {
  const text = (() => {
    if (value === null) return filter.kind === "date_range" ? "all" : none;
    if (Array.isArray(value)) return value.length > 0 ? writeValues(value) : none;
    return "preset" in value ? value.preset : `${value.from ?? ""}..${value.to ?? ""}`;
  })();
  const same = JSON.stringify(valueOf(filter, text)) === JSON.stringify(defaultOf(filter));
  return same ? "" : text;
}

export const isSet = (value: FilterValue | undefined): boolean => value !== null && value !== undefined;

export const valuesIn = (value: FilterValue | undefined): Values => (Array.isArray(value) ? value : []);

/** A click on a value: it alone is chosen; on what alone is chosen: nothing is. `add`: beside the others. */
export function clicked(filter: Filter, now: FilterValue, value: string | null, add = false): FilterValue {
  if (filter.kind === "date_range") {
    const day = (value ?? "").slice(0, 10);
    if (!isDay(day)) return now;
    const same = now && !Array.isArray(now) && "from" in now && now.from === day && now.to === day;
    return same ? null : { from: day, to: day };
  }
  const values = valuesIn(now);
  const has = values.includes(value);
  if (add && filter.multiple) {
    const rest = values.filter((other) => other !== value);
    const next = has ? rest : [...rest, value];
    return next.length > 0 ? next : null;
  }
  return has && values.length === 1 ? null : [value];
}

const presetTitles: Record<string, string> = {
  all: "All time",
  last_7_days: "Last 7 days",
  last_30_days: "Last 30 days",
  last_90_days: "Last 90 days",
  last_12_months: "Last 12 months",
  this_month: "This month",
  last_month: "Last month",
  this_year: "This year",
  last_year: "Last year",
};

export const presetTitle = (preset: string): string => presetTitles[preset] ?? preset.replaceAll("_", " ");

const isWholeMonth = (from: string, to: string) =>
  from.endsWith("-01") && from.slice(0, 7) === to.slice(0, 7) && addDays(to, 1).endsWith("-01");

export function daysTitle({ from, to }: { from?: string | null; to?: string | null }): string {
  if (from && to && isWholeMonth(from, to)) return formatMonth(from);
  if (from && to) return from === to ? formatDate(from) : `${formatDate(from)} – ${formatDate(to)}`;
  if (from) return `Since ${formatDate(from)}`;
  return to ? `Until ${formatDate(to)}` : "All time";
}

export const noValue = "no value";

/** In words: for buttons, and for "why this number?". */
export function valueTitle(value: FilterValue, labels: Map<string | null, string> = new Map()): string {
  if (value === null) return "All";
  if (!Array.isArray(value)) return "preset" in value ? presetTitle(value.preset) : daysTitle(value);
  return value.map((one) => labels.get(one) ?? one ?? noValue).join(", ");
}

/** Filters that are set and leave a tile as it is; empty: none. */
export function ignoredTitles(filters: Filter[], answer: { ignored: string[] } | undefined): string {
  return (answer?.ignored ?? []).map((name) => filters.find((filter) => filter.name === name)?.title ?? name).join(", ");
}
