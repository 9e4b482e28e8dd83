// Packages as graphs, from what the catalog and the newest runs tell: pure.
import type { AssetEvent } from "@/api/eventTypes";
import type { Inputs, Run, Schedule, TableSummary } from "./api";

export interface PackageView {
  name: string;
  assets: TableSummary[];
  schedules: Schedule[];
  newest: Run | undefined;
  /** "shop.totals" → how it was when a run came to it last. */
  states: Map<string, AssetState>;
}

export interface AssetState {
  state: string;
  run: number;
  message: string;
  progress: number | null;
}

const made = new Set(["asset", "view", "export"]);

/** A run that was asked for one asset says nothing of the others: each has its newest. */
export function statesOf(runs: Run[], name: string): Map<string, AssetState> {
  const states = new Map<string, AssetState>();
  for (const run of runs) {
    if (run.package !== name) continue;
    for (const asset of run.assets) {
      if (states.has(asset.asset)) continue;
      const { state, message, progress } = asset;
      states.set(asset.asset, { state, message, progress, run: run.id });
    }
  }
  return states;
}

export function packagesOf(
  tables: TableSummary[],
  runs: Run[],
  schedules: Schedule[],
): PackageView[] {
  const assets = tables.filter((table) => made.has(table.kind));
  const names = new Set([
    ...assets.map((table) => table.schema),
    ...schedules.map((one) => one.package),
    ...runs.map((run) => run.package),
  ]);
  return [...names].sort().map((name) => ({
    name,
    assets: assets.filter((table) => table.schema === name),
    schedules: schedules.filter((one) => one.package === name),
    newest: runs.find((run) => run.package === name),
    states: statesOf(runs, name),
  }));
}

/** What events told since the list was read. */
export function withEvents(
  states: Map<string, AssetState>,
  events: Map<string, AssetEvent>,
): Map<string, AssetState> {
  const all = new Map(states);
  for (const [asset, event] of events) {
    if ((all.get(asset)?.run ?? 0) > event.run) continue;
    const { state, message, progress, run } = event;
    all.set(asset, { state, message, progress, run });
  }
  return all;
}

/** A run that finds an asset as its inputs and SQL want it leaves it as it is, and says "skipped". */
export function stateText(state: AssetState | undefined, inside: boolean): string {
  if (!state) return inside ? "never made" : "input";
  return state.state === "skipped" ? "up to date" : state.state;
}

/** Assets and the tables from outside that they are made from. */
export function flowOf(inputs: Inputs[]) {
  const edges = inputs.flatMap(({ table, inputs: from }) =>
    from.map((other) => ({ from: other, to: table })),
  );
  const tables = [...new Set([...edges.map((edge) => edge.from), ...inputs.map((one) => one.table)])];
  return { tables, edges };
}

export function countStates(states: Iterable<AssetState>): [string, number][] {
  const counts = new Map<string, number>();
  for (const { state } of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
