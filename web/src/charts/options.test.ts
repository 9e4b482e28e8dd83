// From data to options and rows: units on axes, gaps stay gaps, the same numbers in both.
import { describe, expect, it } from "vitest";
import { type CategoryChart, categoryOption, categoryTable, heatOption } from "./options";
import type { Palette } from "./palette";
import { unitFormat } from "./units";

const palette: Palette = {
  names: 140,
  series: ["#000"],
  text: "#111",
  quiet: "#222",
  grid: "#333",
  surface: "#fff",
  border: "#444",
  accent: "#555",
  good: "#0f0",
  bad: "#f00",
  heat: ["#eee", "#000"],
  font: "Geist",
};
const chart: CategoryChart = {
  categories: ["2011-12-08", "2011-12-09"],
  series: [{ name: "Net", values: [1234.5, null] }],
  unit: "money",
  kind: "bar",
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- options have no types of their own
type Any = Record<string, any>;

describe("options of charts", () => {
  it("keep gaps, and say the unit on the axis", () => {
    const option = categoryOption(chart, palette) as Any;
    expect((option.series as Any[])[0]?.data).toEqual([1234.5, null]);
    const axis = option.yAxis as { axisLabel: { formatter: (value: number) => string } };
    expect(axis.axisLabel.formatter(20000)).toMatch(/^£20k$/i);
    expect(option.legend).toBeUndefined();
  });
  it("end an axis of shares at all of it", () => {
    const axis = (unit: "percent" | "count", kind = "bar" as const) =>
      (categoryOption({ ...chart, unit, kind }, palette) as Any).yAxis.max as
        | ((extent: { max: number }) => number | null)
        | undefined;
    expect(axis("percent")?.({ max: 0.97 })).toBe(1);
    expect(axis("percent")?.({ max: 0.2 })).toBeNull();
    expect(axis("percent")?.({ max: 3 })).toBeNull();
    expect(axis("count")).toBeUndefined();
  });
  it("turn for horizontal bars", () => {
    const option = categoryOption({ ...chart, horizontal: true }, palette) as Any;
    expect((option.yAxis as Any).type).toBe("category");
  });
  it("give the same as rows", () => {
    expect(categoryTable(chart)).toEqual({
      columns: ["", "Net"],
      rows: [
        ["2011-12-08", "£1,234.50"],
        ["2011-12-09", "–"],
      ],
    });
  });
  it("colour heat from the least to the most", () => {
    const heat = { columns: ["8"], rows: ["Mon"], cells: [[0, 0, 7]] as [number, number, number][] };
    const option = heatOption({ ...heat, unit: "count" }, palette) as Any;
    expect((option.visualMap as Any).max).toBe(7);
  });
  it("know every unit", () => {
    expect(unitFormat("money:EUR").long(5)).toBe("€5.00");
    expect(unitFormat("percent").long(0.5)).toBe("50%");
    expect(unitFormat("bytes").short(2048)).toBe("2 KiB");
    expect(unitFormat("count").long(1000)).toBe("1,000");
    expect(unitFormat("number").long(0.12345)).toBe("0.123");
  });
});
