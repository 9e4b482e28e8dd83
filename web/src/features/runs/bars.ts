// Where the bars of a run stand: pure.
import { formatDuration } from "@/lib/format";
import type { Run, RunAsset } from "./api";

export interface Bar {
  asset: RunAsset;
  /** Shares of the run's time, 0 to 1. */
  from: number;
  width: number;
  took: number | null;
}

export interface Gantt {
  bars: Bar[];
  total: number;
  ticks: { at: number; text: string }[];
}

const ticksMax = 6;
const leastWidth = 0.003; // what took no time is still seen

const steps = [1, 2, 5].flatMap((n) => [0, 1, 2, 3, 4, 5, 6, 7].map((e) => n * 10 ** e));

/** A round number of milliseconds, so that no more than a few marks stand there. */
export function tickStep(total: number): number {
  const wanted = total / ticksMax;
  return steps.filter((step) => step >= wanted).sort((a, b) => a - b)[0] ?? total;
}

const time = (at: string | null) => (at ? Date.parse(at) : null);

export function ganttOf(run: Run, now: number): Gantt {
  const begin = time(run.started_at) ?? time(run.queued_at) ?? now;
  const end = time(run.finished_at) ?? now;
  const total = Math.max(1, end - begin);
  const bars = run.assets.map((asset) => {
    const from = time(asset.started_at);
    if (from === null) return { asset, from: 0, width: 0, took: null };
    const until = time(asset.finished_at) ?? Math.max(now, from);
    const at = Math.min(1, Math.max(0, (from - begin) / total));
    const width = Math.max(leastWidth, (until - from) / total);
    return { asset, from: Math.min(at, 1 - leastWidth), width: Math.min(width, 1 - at + leastWidth), took: until - from };
  });
  const step = tickStep(total);
  const count = Math.floor(total / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => ({
    at: (i * step) / total,
    text: i === 0 ? "0" : formatDuration(i * step),
  }));
  return { bars, total, ticks };
}

/** "shop.totals" within shop is totals. */
export const shortName = (asset: string, name: string) =>
  asset.startsWith(`${name}.`) ? asset.slice(name.length + 1) : asset;

export const rowsMade = (run: Run) => run.assets.reduce((sum, asset) => sum + asset.rows_out, 0);

export function tookMs(one: { started_at: string | null; finished_at: string | null }, now: number) {
  const from = time(one.started_at);
  return from === null ? null : Math.max(0, (time(one.finished_at) ?? now) - from);
}
