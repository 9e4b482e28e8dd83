// Months as weeks of days, and what became of each day: pure.
import { addDays } from "@/lib/dates";
import type { Interval } from "./api";

export interface Month {
  /** "2026-01" */
  month: string;
  /** Weeks from Monday to Sunday; null is a day of another month. */
  weeks: (string | null)[][];
}

export function monthOf(month: string): Month {
  const first = `${month}-01`;
  const weekday = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
  const days: (string | null)[] = Array.from({ length: weekday }, () => null);
  for (let day = first; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  while (days.length % 7 !== 0) days.push(null);
  return { month, weeks: Array.from({ length: days.length / 7 }, (_, i) => days.slice(i * 7, i * 7 + 7)) };
}

export function addMonths(month: string, count: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const at = year * 12 + number - 1 + count;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
}

const monthsMax = 24;

/** All months that the span touches; `to` is no part of it. */
export function monthsBetween(from: string, to: string): string[] {
  const last = addDays(to.slice(0, 10), -1).slice(0, 7);
  const months = [from.slice(0, 7)];
  while ((months.at(-1) ?? last) < last && months.length < monthsMax) {
    months.push(addMonths(months.at(-1) ?? last, 1));
  }
  return months;
}

const weight: Record<string, number> = { failed: 4, running: 3, cancelled: 2, waiting: 1, succeeded: 0 };

export interface DayState {
  state: string;
  intervals: Interval[];
}

/** The day's worst interval gives it its state; one that is longer than a day gives it to all its days. */
export function byDay(intervals: Interval[]): Map<string, DayState> {
  const days = new Map<string, DayState>();
  for (const interval of intervals) {
    const first = interval.from.slice(0, 10);
    const end = interval.to.slice(0, 10);
    for (let day = first; day === first || day < end; day = addDays(day, 1)) {
      const known = days.get(day);
      if (!known) days.set(day, { state: interval.state, intervals: [interval] });
      else {
        known.intervals.push(interval);
        if ((weight[interval.state] ?? 0) > (weight[known.state] ?? 0)) known.state = interval.state;
      }
    }
  }
  return days;
}

export interface Span {
  from: string;
  /** The last day, part of it. */
  last: string;
}

/** The first click begins a span, the second ends it, whichever way round. */
export function pick(span: Span | null, begun: string | null, day: string): { span: Span; begun: string | null } {
  if (begun === null || !span) return { span: { from: day, last: day }, begun: day };
  return { span: day < begun ? { from: day, last: begun } : { from: begun, last: day }, begun: null };
}
