// Sales of the last day against the same weekdays before, and days in order.
import { describe, expect, it } from "vitest";
import { salesView } from "./salesView";

const day = (period: string, sales: number) => ({ period, sales, invoices: 1, quantity: 2 });

describe("sales", () => {
  it("are nothing before the first order", () => {
    expect(salesView([])).toBeNull();
  });
  it("compare with the same weekday, the four weeks before", () => {
    const view = salesView([
      day("2011-12-09", 300),
      day("2011-12-08", 9999),
      day("2011-12-02", 100),
      day("2011-11-25", 300),
      day("2011-10-01", 5),
    ]);
    expect(view?.change).toBeCloseTo(0.5);
    expect(view?.chart.categories[0]).toBe("2011-10-01");
    expect(view?.chart.series[0]?.values.at(-1)).toBe(300);
  });
  it("say today when it is today", () => {
    expect(salesView([day("2011-12-09", 1)], "2011-12-09")?.title).toBe("Today");
    expect(salesView([day("2011-12-09", 1)], "2026-01-01")).toMatchObject({ change: null });
  });
});
