// Lineage: both ways and no cousins, as far as was asked, drawn through views and once.
import { describe, expect, it } from "vitest";
import { layOut, middleOfFirst, withoutShortcuts } from "@/charts/flow";
import { byTable, lineageAround, type Neighbours, tableOf, tablesMax } from "./lineage";

const known: Record<string, Neighbours> = {
  "raw.a": { inputs: [], outputs: ["x.clean", "x.cousin"] },
  "x.clean": { inputs: ["raw.a"], outputs: ["x.view", "x.mart"] },
  "x.view": { inputs: ["x.clean"], outputs: ["x.mart"] },
  "x.mart": { inputs: ["x.clean", "x.view"], outputs: [] },
};
const ask = (table: string) => Promise.resolve(known[table] ?? { inputs: [], outputs: [] });

describe("lineage", () => {
  it("goes both ways, without cousins", async () => {
    const found = await lineageAround("x.clean", 4, ask);
    expect([...found.tables].sort()).toEqual(["raw.a", "x.clean", "x.mart", "x.view"]);
    expect(found.edges).toContainEqual({ from: "raw.a", to: "x.clean" });
  });
  it("goes no further than was asked", async () => {
    const found = await lineageAround("x.mart", 1, ask);
    expect([...found.tables].sort()).toEqual(["x.clean", "x.mart", "x.view"]);
  });
  it("is looked at first where it begins", () => {
    const boxes = [0, 100, 0].map((x, i) => ({ name: `t${i}`, x, y: i * 50, width: 80, height: 40 }));
    expect(middleOfFirst({ width: 180, height: 140, boxes, lines: [] })).toBe(70);
    expect(middleOfFirst({ width: 0, height: 0, boxes: [], lines: [] })).toBe(0);
  });
  it("is drawn through a view, and not beside it", async () => {
    const found = withoutShortcuts(await lineageAround("x.clean", 2, ask), (t) => t === "x.view");
    expect(found.edges).not.toContainEqual({ from: "x.clean", to: "x.mart" });
    expect(found.edges).toContainEqual({ from: "x.view", to: "x.mart" });
  });
  it("stops at a number of tables, and says so", async () => {
    const outputs = Array.from({ length: 500 }, (_, i) => `y.t${i}`);
    const found = await lineageAround("y.hub", 1, (table) =>
      Promise.resolve({ inputs: [], outputs: table === "y.hub" ? outputs : [] }),
    );
    expect([found.tables.length, found.cut]).toEqual([tablesMax, true]);
    expect(found.edges.every((edge) => found.tables.includes(edge.to))).toBe(true);
  });
  it("has places from left to right", async () => {
    const layout = layOut(await lineageAround("x.clean", 2, ask));
    const x = (name: string) => layout.boxes.find((box) => box.name === name)?.x ?? -1;
    expect(x("raw.a")).toBeLessThan(x("x.clean"));
    expect(x("x.clean")).toBeLessThan(x("x.view"));
    expect(layout.lines.every((line) => line.path.startsWith("M"))).toBe(true);
  });
  it("groups columns by their tables", () => {
    expect(tableOf("raw.a.id")).toBe("raw.a");
    expect(byTable(["b.t.x", "a.t.z", "b.t.y"])).toEqual([
      ["a.t", ["z"]],
      ["b.t", ["x", "y"]],
    ]);
  });
});
