// Spans with names, from the last day that has data; the span before has as many days.
import { describe, expect, it } from "vitest";
import { presets, spanBefore, spanOf } from "./dateRanges";

describe("spans of days", () => {
  it.each([
    ["7d", "2011-12-03", "2011-12-09"],
    ["30d", "2011-11-10", "2011-12-09"],
    ["month", "2011-12-01", "2011-12-09"],
    ["last-month", "2011-11-01", "2011-11-30"],
    ["year", "2011-01-01", "2011-12-09"],
    ["12m", "2010-12-10", "2011-12-09"],
  ])("%s", (preset, from, to) => {
    expect(spanOf(preset, "2011-12-09")).toEqual({ from, to });
  });
  it("knows every preset it offers, and no other", () => {
    for (const { id } of presets) expect(spanOf(id, "2024-02-29")).not.toBeNull();
    expect(spanOf("custom", "2024-02-29")).toBeNull();
  });
  it("compares with as many days right before", () => {
    expect(spanBefore({ from: "2011-12-03", to: "2011-12-09" })).toEqual({
      from: "2011-11-26",
      to: "2011-12-02",
    });
  });
});
