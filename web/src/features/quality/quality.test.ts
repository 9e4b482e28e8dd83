// What Quality computes: audits by time, trouble first, and records made ready to be repaired.
import { describe, expect, it } from "vitest";
import type { Checks, Letter } from "./api";
import { auditChart, byTrouble, quarantines } from "./audits";
import { editable, fieldOf, jsonError, lineOf } from "./letters";

const letter = (original: string, encoding = "utf-8") => ({ original, original_encoding: encoding }) as Letter;
const report = (table: string, state: string, quarantine: string | null = null) => ({ table, quarantine, checks: [{ state }] });
const checks = { reports: [report("b", "passed"), report("c", "failed", "quarantine.c"), report("a", "passed")] } as unknown as Checks;

describe("audits", () => {
  const audits = [
    { day: "2026-11-22 13:27:43.1", table_name: "a", passed: 3, failed: 0 },
    { day: "2026-11-22 13:27:44.9", table_name: "b", passed: 1, failed: 2 },
    { day: "2026-11-21 09:00:00", table_name: "a", passed: 2, failed: 1 },
  ];
  it("are summed by the minute, the oldest first", () => {
    const chart = auditChart(audits, "");
    expect(chart.categories).toEqual(["2026-11-21 09:00", "2026-11-22 13:27"]);
    expect(chart.series.map((one) => one.values)).toEqual([[2, 4], [1, 2]]);
  });
  it("can be those of one table", () => {
    expect(auditChart(audits, "b").series.map((one) => one.values)).toEqual([[1], [2]]);
  });
  it("show what does not hold first", () => {
    expect(byTrouble(checks).map((one) => one.table)).toEqual(["c", "a", "b"]);
    expect(quarantines(checks)).toEqual(["quarantine.c"]);
  });
});

describe("letters", () => {
  it("are shown with a line for each field, and as they are where they are no JSON", () => {
    expect(editable(letter('{"a":1}'))).toBe('{\n  "a": 1\n}');
    expect(editable(letter("a,b,c"))).toBe("a,b,c");
    expect(editable(letter("/w==", "base64"))).toBe("/w==");
  });
  it("are sent as one object only", () => {
    expect(jsonError('{"a": 1}')).toBeNull();
    expect(jsonError("[1]")).toContain("object");
    expect(jsonError('{"a": ')).toBeTruthy();
  });
  it("lead to the line that the reason is about, whatever the field is called there", () => {
    expect(fieldOf('unit_price: "x" is not a number')).toBe("unit_price");
    expect(lineOf('{\n  "InvoiceNo": "1",\n  "UnitPrice": "x"\n}', 'unit_price: "x" is not a number')).toBe(3);
    expect(lineOf("{}", "it is no JSON")).toBeNull();
  });
});
