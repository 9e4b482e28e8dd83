// The address as state: what makes no sense is the default, and the default is not written.
import { describe, expect, it } from "vitest";
import { readState, splitAddress, writeState } from "./urlState";

const defaults = { tab: "columns", steps: 2, all: false };

describe("state in the address", () => {
  it("is read with its defaults", () => {
    expect(readState(defaults, {})).toEqual(defaults);
    expect(readState(defaults, { tab: "sql", steps: 4, all: true })).toEqual({
      tab: "sql",
      steps: 4,
      all: true,
    });
  });
  it("ignores values of another kind, but takes numbers for text", () => {
    expect(readState(defaults, { steps: "many", all: "yes", other: 1 })).toEqual(defaults);
    expect(readState(defaults, { tab: 12 }).tab).toBe("12");
  });
  it("writes only what differs, and keeps what others wrote", () => {
    expect(writeState(defaults, { q: "x" }, { tab: "sql" })).toEqual({ q: "x", tab: "sql" });
    expect(writeState(defaults, { q: "x", tab: "sql" }, { tab: "columns" })).toEqual({ q: "x" });
  });
  it("splits addresses for the router", () => {
    expect(splitAddress("/catalog")).toEqual({ to: "/catalog", search: {} });
    expect(splitAddress("/catalog?q=raw.&steps=4")).toEqual({
      to: "/catalog",
      search: { q: "raw.", steps: 4 },
    });
  });
});
