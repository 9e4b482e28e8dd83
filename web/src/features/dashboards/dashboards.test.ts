// Dashboards without a page: filters in the address, clicks, drill-down, values, series, lines, and the order of requests.
import { describe, expect, it, vi } from "vitest";
import type { Filter, Tile, TileAnswer } from "./api";
import { categoryView, liesFlat, monthStarts } from "./categories";
import { choicesOf, withChosen } from "./choices";
import { bigNumbers, changeOf } from "./compare";
import { boardAddress, clickedFilter, drillAddress } from "./drill";
import { chosenOf, clicked, daysTitle, readValues, textOf, valueOf, valueTitle, writeValues } from "./filters";
import { makeQueue } from "./queue";
import { sparklines } from "./sparklines";
import { tileChart } from "./tileChart";
import { cellShown, formatOf, labelOf } from "./values";

const choice = (more: Partial<Filter> = {}) =>
  ({ name: "country", title: "Country", kind: "choice", multiple: true, default_preset: null, default_values: [], ...more }) as Filter;
const period = choice({ name: "period", title: "Period", kind: "date_range", default_preset: "all" });
const tile = (more: Partial<Tile> = {}) =>
  ({ name: "t", title: "T", kind: "bar", x: null, y: [], series: null, size: null, format: {}, labels: {}, currency: "GBP", compare: null, filter_on_click: {}, drill: null, sparkline: null, width: 6, ...more }) as Tile;
const answer = (columns: string[], rows: unknown[][], more: Partial<TileAnswer> = {}) =>
  ({ columns: columns.map((name) => ({ name, type: "STRING" })), rows, truncated: false, compare: null, sparkline: null, ...more }) as TileAnswer;

describe("filters in the address", () => {
  it.each([[["france"]], [["a|b", "c\\d", "e"]], [[null, ""]], [["\\0", "0"]], [["línea\nzwei"]]])("come back as they were: %j", (values) => {
    expect(readValues(writeValues(values))).toEqual(values);
  });
  it("say nothing of what is by default, and can take a default back", () => {
    const filter = choice({ default_values: ["uk"] });
    expect(textOf(filter, ["uk"])).toBe("");
    expect(valueOf(filter, "")).toEqual(["uk"]);
    expect(valueOf(filter, textOf(filter, null))).toBeNull();
    expect(textOf(choice(), null)).toBe("");
  });
  it("have days by name and by date, and take no nonsense", () => {
    expect(valueOf(period, "last_month")).toEqual({ preset: "last_month" });
    expect(valueOf(period, "2011-01-01..2011-01-31")).toEqual({ from: "2011-01-01", to: "2011-01-31" });
    expect(valueOf(period, "..2011-01-31")).toEqual({ to: "2011-01-31" });
    expect(valueOf(period, "soon..later")).toBeNull();
    expect(valueOf(period, "2011-99-99..")).toBeNull();
    expect(textOf(period, { from: "2011-01-01" })).toBe("2011-01-01..");
    const dated = choice({ kind: "date_range", default_preset: "last_month" });
    expect(textOf(dated, null)).toBe("all");
    expect(valueOf(dated, "all")).toBeNull();
  });
  it("give one value where only one can be chosen", () => {
    expect(valueOf(choice({ multiple: false }), "a|b")).toEqual(["a"]);
  });
  it("are all said to the server", () => {
    expect(chosenOf([period, choice()], { country: "france" })).toEqual({ period: null, country: ["france"] });
  });
  it("are said in words", () => {
    expect(valueTitle(["a", null], new Map([["a", "Antique"]]))).toBe("Antique, no value");
    expect(valueTitle({ preset: "last_7_days" })).toBe("Last 7 days");
    expect(valueTitle(null)).toBe("All");
    expect(daysTitle({ from: "2011-10-01", to: "2011-10-31" })).toBe("Oct 2011");
    expect(daysTitle({ from: "2012-02-01", to: "2012-02-29" })).toBe("Feb 2012");
    expect(daysTitle({})).toBe("All time");
  });
});

describe("a click", () => {
  it("chooses one value alone, and takes it back", () => {
    expect(clicked(choice(), null, "france")).toEqual(["france"]);
    expect(clicked(choice(), ["france"], "france")).toBeNull();
    expect(clicked(choice(), ["france", "eire"], "france")).toEqual(["france"]);
    expect(clicked(choice(), ["eire"], "france", true)).toEqual(["eire", "france"]);
  });
  it("on a day chooses that day", () => {
    expect(clicked(period, null, "2011-01-05 00:00:00")).toEqual({ from: "2011-01-05", to: "2011-01-05" });
    expect(clicked(period, { from: "2011-01-05", to: "2011-01-05" }, "2011-01-05")).toBeNull();
  });
  it("finds its filter by the column of the row", () => {
    const of = tile({ filter_on_click: { land: "country" } });
    const set = clickedFilter([choice()], { country: null }, of, answer(["land", "sales"], [["eire", 1]]), 0);
    expect(set?.value).toEqual(["eire"]);
    expect(clickedFilter([choice()], {}, tile(), answer(["land"], [["eire"]]), 0)).toBeNull();
  });
});

describe("drill-down", () => {
  const of = { package: "p", dashboard: "d" };
  it("leads to the record of the row", () => {
    const to = tile({ drill: { page: null, filters: {}, target: "invoice", column: "no" } });
    const rows = answer(["no"], [["C5/36"], [null]]);
    expect(drillAddress(of, [], {}, to, rows, 0)).toBe("/invoices/C5%2F36");
    expect(drillAddress(of, [], {}, to, rows, 1)).toBeNull();
  });
  it("leads to a page with its filters, and keeps the others", () => {
    const to = tile({ drill: { page: "customers", filters: { country: "land" }, target: null, column: null } });
    const address = drillAddress(of, [choice()], { period: "last_month" }, to, answer(["land"], [["eire"]]), 0);
    expect(address).toBe("/dashboards/p/d?page=customers&f.period=last_month&f.country=eire");
  });
  it("keeps numbers texts", () => {
    expect(boardAddress(of, "", { customer: "12345", empty: "" })).toBe("/dashboards/p/d?f.customer=%2212345%22");
  });
});

describe("values", () => {
  it("are written by their format, otherwise by their type", () => {
    expect(cellShown(1234.5, "money", "EUR")).toBe("€1,234.50");
    expect(cellShown("0.125", "percent", null)).toBe("12.5%");
    expect(cellShown("2011-10-01", "month", null)).toBe("Oct 2011");
    expect(cellShown(null, "money", "GBP")).toBe("–");
    expect(formatOf(tile(), "n", "BIGINT")).toBe("integer");
    expect(formatOf(tile({ format: { month: "date" } }), "month", "DATE")).toBe("month");
    expect(formatOf(tile({ format: { day: "date" } }), "day", "DATE")).toBe("date");
    expect(labelOf(tile({ labels: { a_b: "Given" } }), "a_b")).toBe("Given");
    expect(labelOf(tile(), "a_b")).toBe("A b");
  });
  it("stand beside those of the period before", () => {
    const now = answer(["sales"], [[120]], { compare: { columns: [], rows: [[100]], truncated: false, range: { from: "2011-10-01", to: "2011-10-31" }, sql: "" } });
    const [number] = bigNumbers(tile({ kind: "big_number", y: ["sales"], format: { sales: "money" } }), now);
    expect(number).toMatchObject({ value: "£120.00", change: 0.2, before: "against £100.00, Oct 2011" });
    expect(changeOf(5, 0)).toBeNull();
    expect(changeOf(-50, -100)).toBe(0.5);
  });
});

describe("charts of rows", () => {
  it("have one series for each column, and lead back to the row", () => {
    const view = categoryView(tile({ x: "name", y: ["a", "b"], labels: { a: "First" } }), answer(["name", "a", "b"], [["x", 1, 2], ["y", 3, null]]));
    expect(view.chart.series).toEqual([
      { name: "First", values: [1, 3] },
      { name: "B", values: [2, null] },
    ]);
    expect(view.rowAt(1, 1)).toBe(1);
  });
  it("have one series for each name, the largest first; gaps of layers are zero", () => {
    const rows = [["2011-01-01", "uk", 9], ["2011-01-01", "eire", 1], ["2011-01-02", "uk", 8]];
    const lines = categoryView(tile({ kind: "line", x: "day", y: ["sales"], series: "land" }), answer(["day", "land", "sales"], rows));
    expect(lines.chart.series).toEqual([
      { name: "uk", values: [9, 8] },
      { name: "eire", values: [1, null] },
    ]);
    expect(lines.rowAt(0, 1)).toBe(2);
    expect(lines.rowAt(1, 1)).toBeNull();
    const layers = categoryView(tile({ kind: "area", x: "day", y: ["sales"], series: "land" }), answer(["day", "land", "sales"], rows));
    expect(layers.chart).toMatchObject({ stacked: true, series: [{}, { values: [1, 0] }] });
  });
  it("name months where there are many days, and lie flat where names are long", () => {
    expect(monthStarts(["2011-01-30", "2011-01-31", "2011-02-01"])).toEqual([true, false, true]);
    expect(liesFlat(["Mon", "Tue"], true)).toBe(false);
    expect(liesFlat(["WHITE HANGING HEART"], true)).toBe(true);
    expect(liesFlat(Array.from({ length: 30 }, (_, i) => String(i)), false)).toBe(false);
  });
  it("tell a row by its point, and what they leave out", () => {
    const map = tileChart(tile({ kind: "treemap", x: "land", y: ["sales"] }), answer(["land", "sales"], [["uk", 5], ["eire", -1]]));
    expect(map?.note).toBe("1 not drawn: Sales not above zero");
    expect(map?.rowAt({ dataIndex: 0, data: { row: 0 } })).toBe(0);
    expect(tileChart(tile({ kind: "table" }), answer([], []))).toBeNull();
  });
  it("have all hours between the first and the last in a heat map", () => {
    const heat = tileChart(
      tile({ kind: "heat_map", x: "hour", y: ["n"], series: "day", format: { hour: "integer" } }),
      answer(["day", "hour", "n"], [["Mon", 8, 1], ["Tue", 11, 2]]),
    );
    const palette = { series: [], heat: ["#000000", "#ffffff"], text: "", quiet: "", grid: "", surface: "", border: "", accent: "", good: "", bad: "", font: "", names: 140 };
    const option = heat?.option(palette) as { xAxis: { data: string[] }; series: { data: { value: number[]; row: number }[] }[] };
    expect(option.xAxis.data).toEqual(["8", "9", "10", "11"]);
    expect(option.series[0]?.data).toEqual([{ value: [0, 0, 1], row: 0 }, { value: [3, 1, 2], row: 1 }]);
  });
  it("have small lines with a zero where nothing was", () => {
    const spark = { key: "c", x: "m", y: "s", sql: "" };
    const drawn = { columns: ["c", "m", "s"].map((name) => ({ name, type: "" })), rows: [["1", "2011-02-01", 5], ["2", "2011-01-01", 7]], truncated: false };
    const lines = sparklines(tile({ sparkline: spark }), answer(["c"], [["2"], ["1"], ["3"]], { sparkline: drawn }));
    expect([0, 1, 2].map((row) => lines?.(row))).toEqual([[7, 0], [0, 5], []]);
    expect(sparklines(tile(), answer([], []))).toBeNull();
  });
});

describe("choices", () => {
  const state = {
    filter: "product",
    bounds: null,
    presets: [],
    choices: { columns: ["value", "label", "pieces"].map((name) => ({ name, type: "" })), rows: [["1", "BAG", 9], [null, null, 2]], truncated: true },
  };
  it("have values, labels and how much there is", () => {
    expect(choicesOf(state)).toEqual([
      { value: "1", label: "BAG", note: 9 },
      { value: null, label: null, note: 2 },
    ]);
  });
  it("keep what is chosen in sight", () => {
    expect(withChosen(choicesOf(state), ["77", "1"], "").map(({ value }) => value)).toEqual(["77", "1", null]);
    expect(withChosen(choicesOf(state), ["77"], "ba").map(({ value }) => value)).toEqual(["1", null]);
  });
});

describe("the queue of tiles", () => {
  it("has so many at once and no more, and never begins what was given up", async () => {
    const queue = makeQueue(2);
    const ends: (() => void)[] = [];
    const begun = vi.fn();
    const task = (name: string) => () => {
      begun(name);
      return new Promise<string>((resolve) => {
        ends.push(() => { resolve(name); });
      });
    };
    const given = new AbortController();
    const [a, b, c, d] = [queue.run(task("a")), queue.run(task("b")), queue.run(task("c"), given.signal), queue.run(task("d"))];
    expect(begun.mock.calls).toEqual([["a"], ["b"]]);
    given.abort();
    ends[0]?.();
    expect(await a).toBe("a");
    await expect(c).rejects.toThrow("Given up");
    await vi.waitFor(() => { expect(begun).toHaveBeenLastCalledWith("d"); });
    ends[1]?.();
    ends[2]?.();
    expect(await Promise.all([b, d])).toEqual(["b", "d"]);
  });
  it("goes on after a failure", async () => {
    const queue = makeQueue(1);
    await expect(queue.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await queue.run(() => Promise.resolve(1))).toBe(1);
  });
});
