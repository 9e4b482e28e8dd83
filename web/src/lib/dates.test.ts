// Times: UTC from the platform in the reader's zone, business times as they are written, days that count.
import { describe, expect, it } from "vitest";
import { addDays, daysBetween, formatDate, formatDateTime, formatRelative, isoDay } from "./dates";

describe("dates", () => {
  it("shows a dash for what is no time", () => {
    for (const value of [null, undefined, "", "soon"]) expect(formatDateTime(value)).toBe("–");
  });
  it("shows business times as they are written, whatever the zone", () => {
    expect(formatDate("2010-12-01")).toContain("2010");
    expect(formatDateTime("2010-12-01 08:26:00")).toContain("8:26");
    expect(formatDateTime("2010-12-01T08:26:00")).toBe(formatDateTime("2010-12-01 08:26:00"));
  });
  it("says how long ago it was", () => {
    const now = Date.parse("2026-11-22T12:00:00Z");
    expect(formatRelative("2026-11-22T11:59:58Z", now)).toBe("just now");
    expect(formatRelative("2026-11-22T11:57:00Z", now)).toBe("3 minutes ago");
    expect(formatRelative("2026-11-22T14:00:00Z", now)).toBe("in 2 hours");
    expect(formatRelative("2026-11-21T12:00:00Z", now)).toBe("yesterday");
    expect(formatRelative("2010-11-21T12:00:00Z", now)).toBe("16 years ago");
  });
  it("counts days over months, leap years and changes of the clock", () => {
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
    expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
    expect(daysBetween("2026-03-01", "2026-04-01")).toBe(31);
    expect(isoDay(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
  });
});
