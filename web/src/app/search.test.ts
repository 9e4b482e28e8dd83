// The search: nearest first, features that fail find nothing.
import { describe, expect, it } from "vitest";
import type { PageDefinition } from "@/lib/page";
import { findPages, findThings, nearness } from "./search";

const page = (title: string, more: Partial<PageDefinition> = {}): PageDefinition => ({
  title,
  about: "",
  group: "now",
  order: 1,
  key: title[0] ?? "x",
  icon: null as never,
  routes: [{ path: `/${title.toLowerCase()}`, load: () => Promise.reject(new Error()) }],
  ...more,
});

describe("the search", () => {
  it("ranks whole names, starts, words and the rest", () => {
    expect(nearness("Runs", "runs")).toBeGreaterThan(nearness("Runs today", "runs"));
    expect(nearness("raw.orders", "ord")).toBeGreaterThan(nearness("reorders", "ord"));
    expect(nearness("Runs", "xyz")).toBe(0);
  });
  it("finds pages by their names and words", () => {
    const pages = [page("Home"), page("Catalog", { words: "tables schema" })];
    expect(findPages(pages, "tab").map((found) => found.to)).toEqual(["/catalog"]);
    expect(findPages(pages, "")).toHaveLength(2);
  });
  it("asks features, and survives those that fail", async () => {
    const pages = [
      page("A", { find: () => Promise.reject(new Error("down")) }),
      page("B", {
        find: () =>
          Promise.resolve([
            { title: "far", to: "/f", score: 1 },
            { title: "near", to: "/n", score: 2 },
          ]),
      }),
    ];
    const found = await findThings(pages, "x", new AbortController().signal);
    expect(found.map((section) => section.title)).toEqual(["B"]);
    expect(found[0]?.found.map((one) => one.title)).toEqual(["near", "far"]);
  });
});
