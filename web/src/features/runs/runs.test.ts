// What the pages of runs compute: graphs with states, bars, calendars, parameters, and what is waited for.
import { describe, expect, it } from "vitest";
import type { AssetEvent } from "@/api/eventTypes";
import type { Interval, Run, RunAsset, Schedule, TableSummary } from "./api";
import { ganttOf, shortName, tickStep } from "./bars";
import { addMonths, byDay, monthOf, monthsBetween, pick } from "./days";
import { parseParams } from "./params";
import { flowOf, packagesOf, statesOf, withEvents } from "./views";
import { waitsFor } from "./waiting";

const asset = (name: string, more: Partial<RunAsset> = {}) =>
  ({ asset: name, state: "succeeded", message: "", progress: null, started_at: null, finished_at: null, rows_out: 1, ...more }) as RunAsset;
const run = (id: number, assets: RunAsset[], more: Partial<Run> = {}) =>
  ({ id, package: "shop", state: "succeeded", assets, queued_at: null, started_at: null, finished_at: null, ...more }) as Run;
const table = (schema: string, name: string, kind = "asset") => ({ schema, table: name, kind }) as TableSummary;

describe("packages", () => {
  it("finds packages by their assets, schedules and runs, and leaves sources out", () => {
    const found = packagesOf(
      [table("shop", "totals"), table("raw", "orders", "source")],
      [run(2, []), run(1, [])],
      [{ package: "night", name: "audit", next: [] } as unknown as Schedule],
    );
    expect(found.map((one) => one.name)).toEqual(["night", "shop"]);
    expect(found[1]?.newest?.id).toBe(2);
  });
  it("keeps each asset's newest state, whichever run made it", () => {
    const states = statesOf(
      [run(2, [asset("shop.a", { state: "failed" })]), run(1, [asset("shop.a"), asset("shop.b")])],
      "shop",
    );
    expect(states.get("shop.a")).toMatchObject({ state: "failed", run: 2 });
    expect(states.get("shop.b")).toMatchObject({ state: "succeeded", run: 1 });
  });
  it("takes events for newer, unless a newer run is known already", () => {
    const states = new Map([["shop.a", { state: "succeeded", run: 5, message: "", progress: null }]]);
    const event = (at: number) => new Map([["shop.a", { asset: "shop.a", run: at, state: "running", message: "", progress: 40 } as AssetEvent]]);
    expect(withEvents(states, event(6)).get("shop.a")).toMatchObject({ state: "running", progress: 40 });
    expect(withEvents(states, event(4)).get("shop.a")).toMatchObject({ state: "succeeded" });
  });
  it("draws inputs from outside too", () => {
    const flow = flowOf([{ table: "shop.totals", inputs: ["raw.orders"] }]);
    expect(flow.tables).toEqual(["raw.orders", "shop.totals"]);
    expect(flow.edges).toEqual([{ from: "raw.orders", to: "shop.totals" }]);
  });
});

describe("bars", () => {
  it("stand where their assets were made, and end now while they are being made", () => {
    const at = (second: number) => new Date(second * 1000).toISOString();
    const gantt = ganttOf(
      run(
        1,
        [
          asset("shop.a", { started_at: at(0), finished_at: at(5) }),
          asset("shop.b", { started_at: at(5), state: "running" }),
          asset("shop.c", { state: "queued" }),
        ],
        { started_at: at(0), finished_at: null },
      ),
      10_000,
    );
    expect(gantt.total).toBe(10_000);
    expect(gantt.bars[0]).toMatchObject({ from: 0, width: 0.5, took: 5000 });
    expect(gantt.bars[1]).toMatchObject({ from: 0.5, width: 0.5 });
    expect(gantt.bars[2]?.took).toBeNull();
    expect(gantt.ticks.length).toBeLessThanOrEqual(7);
  });
  it("have round marks and short names", () => {
    expect(tickStep(10_000)).toBe(2000);
    expect(tickStep(90)).toBe(20);
    expect(shortName("shop.totals", "shop")).toBe("totals");
    expect(shortName("raw.orders", "shop")).toBe("raw.orders");
  });
});

describe("calendars", () => {
  it("begin weeks on Monday and hold every day once", () => {
    const { weeks } = monthOf("2026-02"); // begins on a Sunday
    expect(weeks[0]).toEqual([null, null, null, null, null, null, "2026-02-01"]);
    expect(weeks.flat().filter(Boolean)).toHaveLength(28);
    expect(addMonths("2026-01", -1)).toBe("2025-12");
    expect(addMonths("2025-12", 2)).toBe("2026-02");
    expect(monthsBetween("2026-01-15", "2026-03-01")).toEqual(["2026-01", "2026-02"]);
  });
  it("give a day its worst interval, and a week to all its days", () => {
    const interval = (from: string, to: string, state: string) => ({ from, to, state }) as Interval;
    const hours = byDay([
      interval("2026-01-01T00:00", "2026-01-01T01:00", "succeeded"),
      interval("2026-01-01T01:00", "2026-01-01T02:00", "failed"),
    ]);
    expect(hours.get("2026-01-01")).toMatchObject({ state: "failed" });
    expect([...byDay([interval("2026-01-01", "2026-01-08", "succeeded")]).keys()]).toHaveLength(7);
  });
  it("pick a span by two presses, whichever comes first", () => {
    const begun = pick(null, null, "2026-01-09");
    expect(begun.span).toEqual({ from: "2026-01-09", last: "2026-01-09" });
    expect(pick(begun.span, begun.begun, "2026-01-03")).toEqual({
      span: { from: "2026-01-03", last: "2026-01-09" },
      begun: null,
    });
  });
});

describe("parameters", () => {
  it("are name = value, and what is not is said by its line", () => {
    expect(parseParams("date = 2026-01-01\n\nurl=a=b")).toEqual({ params: { date: "2026-01-01", url: "a=b" } });
    expect(parseParams("x = 1\nnonsense").error).toContain("Line 2");
    expect(parseParams("x = 1\nx = 2").error).toContain("twice");
  });
});

describe("waiting", () => {
  const one = { kind: "table", when: "raw.orders", paused: false, waiting: "", next: [], package: "shop", name: "s" } as unknown as Schedule;
  it("is said in words for each kind", () => {
    expect(waitsFor(one, 0)).toBe("A new version of raw.orders");
    expect(waitsFor({ ...one, paused: true }, 0)).toContain("Paused");
    expect(waitsFor({ ...one, waiting: "shop:audit is under way" }, 0)).toBe("shop:audit is under way");
    expect(waitsFor({ ...one, kind: "http" }, 0)).toContain("/v1/sensors/shop/s");
    expect(waitsFor({ ...one, kind: "schedule", next: [{ at: new Date(3_600_000).toISOString(), local: "" }] }, 0)).toContain("in 1 hour");
  });
});
