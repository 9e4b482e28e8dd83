// What needs a person: pure, from what the API tells.
import type { KpiEvent, LagEvent } from "@/api/eventTypes";
import { formatCount } from "@/lib/format";
import type { Checks, Run } from "./api";

export interface Concern {
  key: string;
  tone: "bad" | "warn";
  title: string;
  detail: string;
  to: string;
}

function ofChecks(checks: Checks): Concern[] {
  return checks.reports.flatMap((report) =>
    report.checks
      .filter((check) => check.state === "failed" || check.state === "error")
      .map((check): Concern => {
        const rows = check.failing ? `${formatCount(check.failing)} of ${formatCount(check.total)}` : "";
        return {
          key: `${report.table} ${check.name}`,
          tone: check.blocking ? "bad" : "warn",
          title: `${report.table}: ${check.description || check.name.replaceAll("_", " ")}`,
          detail: check.message || (rows ? `${rows} rows break it` : "It does not hold"),
          to: `/catalog/${report.table.replace(".", "/")}?tab=checks`,
        };
      }),
  );
}

/** The newest run of each package, where it failed: older failures were made good since. */
function ofRuns(runs: Run[]): Concern[] {
  const newest = new Map<string, Run>();
  for (const run of runs) if (!newest.has(run.package)) newest.set(run.package, run);
  return [...newest.values()]
    .filter((run) => run.state === "failed")
    .map((run) => ({
      key: `run ${run.id}`,
      tone: "bad",
      title: `Run ${run.id} of ${run.package} failed`,
      detail: run.message || "Its page says where",
      to: `/runs/${run.id}`,
    }));
}

function ofSinks(lags: LagEvent[]): Concern[] {
  return lags.flatMap((lag) =>
    lag.sinks
      .filter((sink) => sink.error !== null || sink.paused)
      .map((sink): Concern => ({
        key: `${lag.stream} ${sink.name}`,
        tone: sink.error === null ? "warn" : "bad",
        title: `${lag.stream}: ${sink.name} ${sink.error === null ? "is paused" : "is stuck"}`,
        detail: sink.error ?? `${formatCount(sink.lag)} records wait`,
        to: "/streams",
      })),
  );
}

export function concerns(
  checks: Checks | undefined,
  runs: Run[] | undefined,
  lags: LagEvent[] | null,
  kpi: KpiEvent | null,
): Concern[] {
  const letters = kpi?.dead_letters_open ?? 0;
  const all = [
    ...ofRuns(runs ?? []),
    ...ofSinks(lags ?? []),
    ...(letters > 0
      ? [
          {
            key: "letters",
            tone: "warn" as const,
            title: `${formatCount(letters)} dead ${letters === 1 ? "letter" : "letters"} to repair`,
            detail: "Records that could not be used, kept with their reasons",
            to: "/quality?tab=letters",
          },
        ]
      : []),
    ...(checks ? ofChecks(checks) : []),
  ];
  return all.sort((a, b) => Number(b.tone === "bad") - Number(a.tone === "bad"));
}
