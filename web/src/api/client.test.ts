// Requests by templates; every failure is a problem that can be shown.
import { afterEach, describe, expect, it, vi } from "vitest";
import { addressOf, get } from "./client";
import { connection } from "./connection";
import { ApiError } from "./problem";

const answer = (body: unknown, init?: ResponseInit) =>
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response(JSON.stringify(body), init)));

afterEach(() => {
  vi.unstubAllGlobals();
  connection.set("here");
});

const failure = async (): Promise<ApiError> => {
  try {
    await get("/v1/tables");
  } catch (error) {
    return error as ApiError;
  }
  throw new Error("it did not fail");
};

describe("requests", () => {
  it("fill their address", () => {
    expect(
      addressOf("/v1/tables/{schema}/{table}", { schema: "a b", table: "ü" }, { limit: 5, q: "" }),
    ).toBe("/v1/tables/a%20b/%C3%BC?limit=5");
    expect(addressOf("/v1/deadletters/{id}", { id: "shop/request/1" })).toBe(
      "/v1/deadletters/shop/request/1",
    );
  });
  it("give what was answered", async () => {
    answer({ tables: [] });
    await expect(get("/v1/tables")).resolves.toEqual({ tables: [] });
  });
  it("throw the API's problem", async () => {
    answer({ detail: "no such table", status: 404 }, { status: 404 });
    const error = await failure();
    expect(error).toBeInstanceOf(ApiError);
    expect([error.status, error.message, error.passing]).toEqual([404, "no such table", false]);
  });
  it("know when to ask again", async () => {
    answer({ detail: "full", status: 503 }, { status: 503, headers: { "retry-after": "2" } });
    const error = await failure();
    expect([error.passing, error.retryAfter]).toEqual([true, 2]);
  });
  it("make a problem of an answer that is none", async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response("<html>", { status: 502 })));
    expect((await failure()).message).toContain("502");
  });
  it("notice that nobody is there", async () => {
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("failed to fetch")));
    expect((await failure()).unreachable).toBe(true);
    await vi.waitFor(() => {
      expect(connection.get()).toBe("away");
    });
    answer({ status: "ready" });
    await vi.waitFor(
      () => {
        expect(connection.get()).toBe("here");
      },
      { timeout: 5000 },
    );
  });
});
