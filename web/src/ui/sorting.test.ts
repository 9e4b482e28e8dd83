// Order of rows: numbers by size, words as people sort them, what is missing last, ties as they came.
import { describe, expect, it } from "vitest";
import { nextSorting, sortedPlaces } from "./sorting";

describe("sorting", () => {
  it("sorts numbers and words, and keeps ties in their order", () => {
    expect(sortedPlaces([3, 1, 2, 1], (n) => n, false)).toEqual([1, 3, 2, 0]);
    expect(sortedPlaces([3, 1, 2, 1], (n) => n, true)).toEqual([0, 2, 1, 3]);
    expect(sortedPlaces(["b10", "B2", "a"], (s) => s, false)).toEqual([2, 1, 0]);
    expect(sortedPlaces(["b", "a"], undefined, false)).toEqual([0, 1]);
  });
  it("puts what is missing last, in both directions", () => {
    const rows = [null, 2, undefined, 1];
    expect(sortedPlaces(rows, (n) => n, false)).toEqual([3, 1, 0, 2]);
    expect(sortedPlaces(rows, (n) => n, true)).toEqual([1, 3, 0, 2]);
  });
  it("goes from the first direction to the other, and back to none", () => {
    const first = nextSorting(null, "a", true);
    expect(first).toEqual({ id: "a", desc: true });
    const second = nextSorting(first, "a", true);
    expect(second).toEqual({ id: "a", desc: false });
    expect(nextSorting(second, "a", true)).toBeNull();
    expect(nextSorting(second, "b", false)).toEqual({ id: "b", desc: false });
  });
});
