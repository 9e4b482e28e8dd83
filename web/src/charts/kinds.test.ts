// Treemaps, dots and funnels: what is drawn, in which size and colour, and from which row each point comes.
import { describe, expect, it } from "vitest";
import { colourAt, inkOn, luminance } from "./colours";
import { diameter, funnelOption, isSkewed, scatterOption, treemapOption } from "./kinds";
import type { Palette } from "./palette";
import { tipOf } from "./tip";

const palette: Palette = {
  names: 140,
  series: ["#000000"],
  text: "#111111",
  quiet: "#222222",
  grid: "#333333",
  surface: "#ffffff",
  border: "#444444",
  accent: "#555555",
  good: "#00ff00",
  bad: "#ff0000",
  heat: ["#eeeeee", "#cccccc", "#666666", "#000000"],
  font: "Geist",
};
const told = (row: number) => ({ title: `row ${row}`, lines: [{ label: "Sales", value: "£1" }] });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- options have no types of their own
const seriesOf = (option: object) => (option as any).series[0];

describe("a treemap", () => {
  const items = [
    { name: "uk", value: 900, row: 0 },
    { name: "france", value: 90, row: 1 },
    { name: "malta", value: 1, row: 2 },
    { name: "returns", value: -5, row: 3 },
  ];
  const data = seriesOf(treemapOption(items, "money", told, palette)).data;
  it("draws what is above zero, the most in the strongest colour, and names what has room", () => {
    expect(data.map(({ row }: { row: number }) => row)).toEqual([0, 1, 2]);
    expect(data[0].itemStyle.color).toBe("#000000");
    expect(data[2].itemStyle.color).toBe("#cccccc");
    expect(data.map(({ label }: { label: { show: boolean } }) => label.show)).toEqual([true, true, false]);
  });
  it("writes in the ink that can be read on each colour", () => {
    expect(data[0].label.color).toBe("#ffffff");
    expect(data[2].label.color).toBe("#0b1512");
  });
});

describe("a cloud of dots", () => {
  it("takes powers of ten where few stand for much, and only above zero", () => {
    expect(isSkewed([1, 2, 3, 500])).toBe(true);
    expect(isSkewed([1, 2, 3, 50])).toBe(false);
    expect(isSkewed([0, 2, 3, 500])).toBe(false);
  });
  it("says so at the axis, and has areas in proportion", () => {
    const dots = [1, 2, 3, 500].map((y, row) => ({ x: row, y, size: y, row }));
    const option = scatterOption({ dots, x: { name: "Orders", unit: "count" }, y: { name: "Spent", unit: "money" } }, told, palette);
    expect(option.yAxis).toMatchObject({ type: "log", name: "Spent, by powers of ten" });
    expect(option.xAxis).toMatchObject({ type: "value", name: "Orders" });
    expect(diameter(100, 100) / diameter(25, 100)).toBe(2);
  });
});

describe("a funnel", () => {
  it("says of each step its part of the first, whatever its name", () => {
    const steps = [
      { name: "at {least} 1", value: 200, row: 0 },
      { name: "at least 2", value: 50, row: 1 },
    ];
    const { label, data } = seriesOf(funnelOption(steps, "count", told, palette));
    expect(label.formatter(data[1])).toBe("{name|at least 2}\n50 · 25%");
    expect(label.formatter(data[0])).toBe("{name|at  least  1}\n200 · 100%");
  });
});

describe("colours", () => {
  it("lie between those of a scale", () => {
    expect(colourAt(["#000000", "#ffffff"], 0.5)).toBe("#808080");
    expect(colourAt(["#000", "#fff"], 2)).toBe("#ffffff");
    expect(luminance("#ffffff")).toBeCloseTo(1);
    expect(inkOn("#ffffff")).toBe("#0b1512");
  });
});

describe("a tip", () => {
  it("takes names from data as text, never as markup", () => {
    const tip = tipOf("<img src=x>", [{ label: "<b>Sales</b>", value: "£1", colour: "#ff0000" }]);
    expect(tip.querySelector("img, b")).toBeNull();
    expect(tip.textContent).toBe("<img src=x><b>Sales</b>£1");
  });
});
