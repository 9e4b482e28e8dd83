// Audits over time: checks that held and those that did not, summed by run. Pure.
import type { CategoryChart } from "@/charts/options";
import { formatDateTime } from "@/lib/dates";
import type { Audit, Checks, Report } from "./api";

const shown = 60;

/** One bar for each time that checks were run, the oldest first. */
export function auditChart(audits: Audit[], table: string): CategoryChart {
  const times = new Map<string, { passed: number; failed: number }>();
  for (const audit of audits) {
    if (table && audit.table_name !== table) continue;
    const minute = audit.day.slice(0, 16);
    const sum = times.get(minute) ?? { passed: 0, failed: 0 };
    sum.passed += Number(audit.passed);
    sum.failed += Number(audit.failed);
    times.set(minute, sum);
  }
  const newest = [...times].sort(([a], [b]) => a.localeCompare(b)).slice(-shown);
  return {
    categories: newest.map(([minute]) => minute),
    category: (minute) => formatDateTime(`${minute.replace(" ", "T")}:00Z`),
    series: [
      { name: "hold", values: newest.map(([, sum]) => sum.passed) },
      { name: "do not hold", values: newest.map(([, sum]) => sum.failed) },
    ],
    unit: "count",
    kind: "bar",
    stacked: true,
  };
}

const holds = (report: Report) => report.checks.every((check) => check.state === "passed");

/** What does not hold stands first. */
export const byTrouble = (checks: Checks): Report[] =>
  [...checks.reports].sort(
    (a, b) => Number(holds(a)) - Number(holds(b)) || a.table.localeCompare(b.table),
  );

export const quarantines = (checks: Checks): string[] =>
  checks.reports.flatMap((report) => (report.quarantine ? [report.quarantine] : []));
