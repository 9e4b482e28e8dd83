// What needs somebody: failed checks, runs that were not made good, stuck sinks, dead letters; the worst first.
import { describe, expect, it } from "vitest";
import type { KpiEvent, LagEvent } from "@/api/eventTypes";
import type { Checks, Run } from "./api";
import { concerns } from "./concerns";

const run = (id: number, state: string, name = "shop") =>
  ({ id, package: name, state, message: "asset x failed" }) as Run;
const checks = (state: string, blocking: boolean) =>
  ({
    reports: [
      {
        table: "shop.orders",
        checks: [{ name: "not_null_id", description: "", state, blocking, failing: 3, total: 10, message: "" }],
      },
    ],
  }) as unknown as Checks;
const lag = (paused: boolean, error: string | null) =>
  ({ stream: "s", lag: 5, next_position: 9, sinks: [{ name: "table", position: 4, lag: 5, paused, error }] }) as LagEvent;
const kpi = { dead_letters_open: 2 } as KpiEvent;

describe("concerns", () => {
  it("are none when all is well", () => {
    expect(concerns(checks("passed", true), [run(1, "succeeded")], [lag(false, null)], null)).toEqual([]);
    expect(concerns(undefined, undefined, null, null)).toEqual([]);
  });
  it("forget a failure that a later run made good", () => {
    expect(concerns(undefined, [run(2, "succeeded"), run(1, "failed")], null, null)).toEqual([]);
    expect(concerns(undefined, [run(2, "failed"), run(1, "succeeded")], null, null)).toHaveLength(1);
  });
  it("name what it is, and lead there", () => {
    const [check] = concerns(checks("failed", true), [], null, null);
    expect(check).toMatchObject({ title: "shop.orders: not null id", detail: "3 of 10 rows break it" });
    expect(check?.to).toBe("/catalog/shop/orders?tab=checks");
    const [letters] = concerns(undefined, [], null, kpi);
    expect(letters?.title).toBe("2 dead letters to repair");
  });
  it("put what blocks before what warns", () => {
    const all = concerns(checks("failed", false), [run(1, "failed")], [lag(true, null)], kpi);
    expect(all.map((one) => one.tone)).toEqual(["bad", "warn", "warn", "warn"]);
    const [stuck] = concerns(undefined, [], [lag(false, "disk full")], null);
    expect(stuck).toMatchObject({ tone: "bad", detail: "disk full" });
  });
});
