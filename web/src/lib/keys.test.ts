// Single keys and sequences: what is meant is done once, and what is typed slowly is no sequence.
import { describe, expect, it, vi } from "vitest";
import { isTyping, makeReader } from "./keys";

describe("keys", () => {
  const home = vi.fn();
  const search = vi.fn();
  const read = () => makeReader(() => ({ "g h": home, "/": search }));
  it("knows single keys", () => {
    expect(read()("/", 0)).toBe(search);
    expect(read()("x", 0)).toBeUndefined();
  });
  it("knows sequences, if they are quick", () => {
    const quick = read();
    expect(quick("g", 0)).toBeUndefined();
    expect(quick("h", 500)).toBe(home);
    const slow = read();
    slow("g", 0);
    expect(slow("h", 5000)).toBeUndefined();
  });
  it("begins anew after a key that belongs to none", () => {
    const keys = read();
    keys("g", 0);
    keys("x", 10);
    expect(keys("h", 20)).toBeUndefined();
    keys("g", 30);
    keys("g", 40);
    expect(keys("h", 50)).toBe(home);
  });
  it("sees that somebody types", () => {
    expect(isTyping(document.createElement("input"))).toBe(true);
    expect(isTyping(document.createElement("button"))).toBe(false);
    expect(isTyping(null)).toBe(false);
  });
});
