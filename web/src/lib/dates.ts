// Times: what the API tells in UTC ("…Z") is shown in the reader's zone; business times have no zone
// ("2010-12-01T08:26:00", "2010-12-01 08:26:00") and are shown as they are written.

import { nothing } from "./format";

export type Instant = string | number | Date | null | undefined;

const noZone = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;

interface Parsed {
  date: Date;
  zone: string | undefined;
}

function parse(value: Instant): Parsed | null {
  if (value === null || value === undefined || value === "") return null;
  const local = typeof value === "string" && noZone.test(value);
  const text = local ? `${value.replace(" ", "T")}${value.length > 10 ? "" : "T00:00"}Z` : value;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : { date, zone: local ? "UTC" : undefined };
}

function shown(value: Instant, options: Intl.DateTimeFormatOptions): string {
  const parsed = parse(value);
  if (!parsed) return nothing;
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: parsed.zone }).format(
    parsed.date,
  );
}

export const formatDate = (value: Instant) => shown(value, { dateStyle: "medium" });
/** Without the year: axes and lists of near days. */
export const formatDay = (value: Instant) => shown(value, { day: "numeric", month: "short" });
/** Dec 2010: a month that its first day stands for. */
export const formatMonth = (value: Instant) => shown(value, { month: "short", year: "numeric" });
/** May: among months of a year that another one names. */
export const formatMonthAlone = (value: Instant) => shown(value, { month: "short" });
export const formatYear = (value: Instant) => shown(value, { year: "numeric" });
export const formatTime = (value: Instant) => shown(value, { timeStyle: "medium" });
export const formatDateTime = (value: Instant) =>
  shown(value, { dateStyle: "medium", timeStyle: "short" });
/** With seconds and the zone: for titles that people hover over. */
export const formatExact = (value: Instant) =>
  shown(value, { dateStyle: "full", timeStyle: "long" });

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];

/** "3 minutes ago", "in 2 hours" */
export function formatRelative(value: Instant, now: number = Date.now()): string {
  const parsed = parse(value);
  if (!parsed) return nothing;
  let amount = (parsed.date.getTime() - now) / 1000;
  if (Math.abs(amount) < 10) return "just now";
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size) {
      return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(
        Math.round(amount),
        unit,
      );
    }
    amount /= size;
  }
  return nothing;
}

/** The day of a moment in the reader's zone: 2026-11-22. */
export function isoDay(date: Date): string {
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Days are counted without a zone, so that no summer time can lose one. */
export function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
