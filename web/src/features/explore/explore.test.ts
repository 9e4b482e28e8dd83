// What Explore computes: rows out of pieces of text, what is kept, and charts of results.
import { describe, expect, it } from "vitest";
import { chartOf, defaultChoice } from "./chart";
import { type Asked, withAsked, withQuestion } from "./kept";
import { makeReader } from "./stream";
import { found } from "./TableList";

const none = { kind: "", x: "", y: "" };
const columns = [
  { name: "day", type: "DATE" },
  { name: "sales", type: "DECIMAL(18,2)" },
  { name: "lines", type: "BIGINT" },
];

const answer = '{"columns":[{"name":"a","type":"STRING"},{"name":"rows","type":"BIGINT"}],"rows":[["],\\"[{",1],[null,2],[[1,{"x":"]"}],3]],"truncated":false}';

describe("rows as they come", () => {
  it("are whole, wherever the pieces are cut", () => {
    const whole = [['],"[{', 1], [null, 2], [[1, { x: "]" }], 3]];
    for (let size = 1; size <= answer.length; size += 1) {
      const reader = makeReader();
      const rows: unknown[] = [];
      for (let at = 0; at < answer.length; at += size) {
        rows.push(...reader.take(answer.slice(at, at + size)).rows);
      }
      expect(rows).toEqual(whole);
      expect(reader.ended()).toBe(true);
    }
  });
  it("have their columns as soon as the head is there", () => {
    const reader = makeReader();
    const head = answer.indexOf('"rows":[') + '"rows":['.length;
    expect(reader.take(answer.slice(0, head - 1)).columns).toBeNull();
    expect(reader.take(answer.slice(head - 1, head)).columns?.map(({ name }) => name)).toEqual(["a", "rows"]);
  });
  it("may be none, and an end that did not come is none", () => {
    const none = '{"columns":[{"name":"a","type":"STRING"}],"rows":[';
    const reader = makeReader();
    expect(reader.take(none).rows).toEqual([]);
    expect(reader.ended()).toBe(false);
    reader.take('],"truncated":false}');
    expect(reader.ended()).toBe(true);
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
