// Numbers as people write them: nothing is invented, and nothing that is missing looks like a number.
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatChange,
  formatCompact,
  formatCount,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  setLocale,
  toNumber,
} from "./format";

describe("numbers", () => {
  it("writes counts, decimals and signs as the reader does", () => {
    expect(formatCount(541909)).toBe("541,909");
    expect(formatCount("-20378")).toBe("−20,378");
    expect(formatNumber(12.3456)).toBe("12.35");
    expect(formatNumber(0.000123456)).toBe("0.000123");
    expect(formatCompact(541909)).toMatch(/^541\.9k$/i);
    expect(formatCompact(999)).toBe("999");
  });
  it("shows a dash for what is no number", () => {
    for (const value of [null, undefined, "", "abc", NaN, Infinity]) {
      expect(formatCount(value)).toBe("–");
      expect(toNumber(value)).toBeNull();
    }
    expect(toNumber("0")).toBe(0);
  });
  it("writes money with its currency, and rounds only what is shown", () => {
    expect(formatMoney("8278519.4240")).toBe("£8,278,519.42");
    expect(formatMoney(-6.78)).toBe("−£6.78");
    expect(formatMoney(8278519.42, "GBP", true)).toBe("£8,278,519");
    expect(formatMoney(5, "EUR")).toBe("€5.00");
  });
  it("follows another language", () => {
    setLocale("de-DE");
    expect(formatCount(541909)).toBe("541.909");
    setLocale("en-GB");
  });
  it("writes shares and changes", () => {
    expect(formatPercent(0.1251)).toBe("12.5%");
    expect(formatChange(0.12)).toBe("+12%");
    expect(formatChange(-0.5)).toBe("−50%");
    expect(formatChange(0)).toBe("0%");
  });
  it("chooses units for sizes and durations", () => {
    expect(formatBytes(820)).toBe("820 B");
    expect(formatBytes(45_613_056)).toBe("43.5 MiB");
    expect(formatDuration(380)).toBe("380 ms");
    expect(formatDuration(1840)).toBe("1.8 s");
    expect(formatDuration(125_000)).toBe("2 min 5 s");
    expect(formatDuration(12_000_000)).toBe("3 h 20 min");
  });
});
