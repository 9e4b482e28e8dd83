// Spans of days with names: what a reader picks, and what it means on a given day. Pure, for tests.
import { addDays, daysBetween } from "@/lib/dates";

export interface DaySpan {
  /** Both days are part of it. */
  from: string;
  to: string;
}

export const presets = [
  { id: "7d", title: "Last 7 days" },
  { id: "30d", title: "Last 30 days" },
  { id: "90d", title: "Last 90 days" },
  { id: "month", title: "This month" },
  { id: "last-month", title: "Last month" },
  { id: "year", title: "This year" },
  { id: "12m", title: "Last 12 months" },
] as const;

export type PresetId = (typeof presets)[number]["id"];

const lastOfMonthBefore = (day: string) => addDays(`${day.slice(0, 7)}-01`, -1);

/** `today` is the last day with data where data end in the past. */
export function spanOf(preset: string, today: string): DaySpan | null {
  switch (preset as PresetId) {
    case "7d":
      return { from: addDays(today, -6), to: today };
    case "30d":
      return { from: addDays(today, -29), to: today };
    case "90d":
      return { from: addDays(today, -89), to: today };
    case "month":
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case "last-month": {
      const last = lastOfMonthBefore(today);
      return { from: `${last.slice(0, 7)}-01`, to: last };
    }
    case "year":
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
    case "12m": {
      const year = Number(today.slice(0, 4)) - 1;
      return { from: addDays(`${year}${today.slice(4)}`, 1), to: today };
    }
  }
  return null;
}

/** As many days, right before: what a figure is compared with. */
export function spanBefore(span: DaySpan): DaySpan {
  const days = daysBetween(span.from, span.to) + 1;
  return { from: addDays(span.from, -days), to: addDays(span.from, -1) };
}
