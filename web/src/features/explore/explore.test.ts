// What Explore computes: rows out of pieces of text, what is kept, and charts of results.
import { describe, expect, it } from "vitest";
import { chartOf, defaultChoice } from "./chart";
import { type Asked, withAsked, withQuestion } from "./kept";
import { cellsOf, columnsSql, guessColumns, makeLines } from "./stream";
import { found } from "./TableList";

const none = { kind: "", x: "", y: "" };
const columns = [
  { name: "day", type: "DATE" },
  { name: "sales", type: "DECIMAL(18,2)" },
  { name: "lines", type: "BIGINT" },
];

describe("rows as they come", () => {
  it("are whole lines, wherever the pieces are cut", () => {
    const lines = makeLines();
    expect(lines.take('{"a":1}\n{"a"')).toEqual(['{"a":1}']);
    expect(lines.take(":2}\n\n")).toEqual(['{"a":2}']);
    expect(lines.take('{"a":3}')).toEqual([]);
    expect(lines.rest()).toBe('{"a":3}');
  });
  it("have their columns' order, and nulls for what is absent", () => {
    expect(cellsOf({ b: 2, a: 1 }, ["a", "b", "c"])).toEqual([1, 2, null]);
    expect(guessColumns({ a: 1, b: "x" }).map((one) => one.type)).toEqual(["DOUBLE", "STRING"]);
  });
  it("ask for columns with the same statement, whatever ends it", () => {
    expect(columnsSql("SELECT 1 -- one\n;")).toBe("SELECT * FROM (\nSELECT 1 -- one\n) AS asked LIMIT 0");
  });
});

describe("what is kept", () => {
  it("has each question once, the newest first, and not without end", () => {
    const one = (sql: string): Asked => ({ sql, at: 1, rows: 1, tookMs: 1, phase: "done" });
    let all = [one("a"), one("b")];
    all = withAsked(all, one("b"));
    expect(all.map((other) => other.sql)).toEqual(["b", "a"]);
    for (let i = 0; i < 200; i += 1) all = withAsked(all, one(String(i)));
    expect(all).toHaveLength(100);
  });
  it("replaces a name that is there", () => {
    const all = withQuestion([{ name: "b", sql: "1" }, { name: "a", sql: "2" }], { name: "b", sql: "3" });
    expect(all).toEqual([{ name: "a", sql: "2" }, { name: "b", sql: "3" }]);
  });
});

describe("charts", () => {
  it("take time along the bottom and the first number upwards", () => {
    expect(defaultChoice(columns, none)).toEqual({ kind: "line", x: "day", y: "sales" });
    expect(defaultChoice(columns, { kind: "bar", x: "lines", y: "" })).toEqual({ kind: "bar", x: "lines", y: "sales" });
    expect(defaultChoice([{ name: "a", type: "STRING" }], none)).toBeNull();
    expect(defaultChoice(columns, { ...none, y: "gone" })?.y).toBe("sales");
  });
  it("draw what is a number, and leave a gap for what is none", () => {
    const chart = chartOf(columns, [["2026-01-01", "5.5", 1], ["2026-01-02", null, 2]], { kind: "line", x: "day", y: "sales,lines" });
    expect(chart.categories).toEqual(["2026-01-01", "2026-01-02"]);
    expect(chart.series).toEqual([{ name: "sales", values: [5.5, null] }, { name: "lines", values: [1, 2] }]);
  });
});

describe("tables", () => {
  it("are found by their names and those of their columns", () => {
    const all = [
      { table_name: "raw.orders", column_name: "amount", type: "DOUBLE" },
      { table_name: "raw.items", column_name: "order_no", type: "STRING" },
    ];
    expect([...found(all, "order").keys()]).toEqual(["raw.orders", "raw.items"]);
    expect([...found(all, "AMOUNT").keys()]).toEqual(["raw.orders"]);
  });
});
