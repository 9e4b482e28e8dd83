// A profile in numbers for drawing: heights, shares, facts that say something.
import { describe, expect, it } from "vitest";
import type { ColumnProfile } from "./api";
import { bars, facts, topValues } from "./profiles";

const column = (more: Partial<ColumnProfile>) =>
  ({
    name: "c",
    type: "INTEGER",
    nulls: 0,
    empty: 0,
    distinct: 3,
    distinct_exact: true,
    mean: null,
    quantiles: {},
    length_min: null,
    length_max: null,
    top: [],
    histogram: [],
    ...more,
  }) as ColumnProfile;

describe("profiles", () => {
  it("have bars as high as their rows, with words", () => {
    const histogram = [
      { from: 0, to: 10, rows: 5 },
      { from: 10, to: 20, rows: 20 },
    ];
    expect(bars(column({ histogram })).map((bar) => bar.height)).toEqual([0.25, 1]);
    expect(bars(column({ histogram }))[0]?.label).toBe("0 to 10: 5 rows");
    const times = bars(column({ type: "TIMESTAMP", histogram: [{ from: 0, to: 86400, rows: 1 }] }));
    expect(times[0]?.label).toContain("1970");
  });
  it("have shares of all rows", () => {
    const top = [{ value: null, rows: 5 }];
    expect(topValues(column({ top }), 20)).toEqual([{ text: "null", rows: 5, share: 0.25 }]);
  });
  it("leave out facts that say nothing", () => {
    expect(facts(column({ nulls: 5, mean: 2.5, distinct_exact: false }), 10)).toEqual([
      ["Nulls", "5 (50%)"],
      ["Different", "about 3"],
      ["Mean", "2.5"],
    ]);
    const time = facts(column({ type: "TIMESTAMP", quantiles: { "0.5": "2011-01-02 03:04:00" } as never }), 1);
    expect(time.find(([name]) => name === "Median")?.[1]).toContain("2011");
  });
});
