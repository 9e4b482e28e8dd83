import { describe, expect, it } from "vitest";
import { foundOf } from "./find";
import { everyMonth, monthsChart } from "./months";
import { customersSql, findSql, quoted } from "./statements";

describe("statements", () => {
  it("quotes what was typed, and never splices it", () => {
    expect(quoted("O'Brien")).toBe("'O''Brien'");
    expect(customersSql("'; --", false)).toContain("'''; --'");
    expect(findSql("a'b")).toContain("'A''B'");
  });

  it("asks for groups only where there are any", () => {
    expect(customersSql("", false)).not.toContain("rfm");
    expect(customersSql("vip", true)).toContain("contains(upper(r.segment), 'VIP')");
    expect(customersSql("loyal", true)).toContain("contains(upper(r.rfm_group), 'LOYAL')");
    expect(customersSql("  ", true)).not.toContain("WHERE");
  });
});

describe("months", () => {
  it("has one for each month, 0 where nothing was bought", () => {
    const months = [
      { month: "2010-12-01", amount: 5 },
      { month: "2011-03-01", amount: -2 },
    ];
    expect(everyMonth(months).map((one) => [one.month.slice(0, 7), one.amount])).toEqual([
      ["2010-12", 5],
      ["2011-01", 0],
      ["2011-02", 0],
      ["2011-03", -2],
    ]);
    expect(everyMonth([])).toEqual([]);
    expect(monthsChart(months, "Spent").series[0]?.values).toHaveLength(4);
  });
});

describe("what the search finds", () => {
  it("leads to each kind's own page", () => {
    expect(foundOf({ kind: "customer", id: "17850", detail: null }).to).toBe("/customers/17850");
    expect(foundOf({ kind: "invoice", id: "C1/2", detail: "France" }).to).toBe("/invoices/C1%2F2");
    const product = foundOf({ kind: "product", id: "85123A", detail: "RED LAMP" });
    expect([product.title, product.to]).toEqual(["RED LAMP", "/products/85123A"]);
  });
});
