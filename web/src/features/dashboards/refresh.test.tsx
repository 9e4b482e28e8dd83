// A dashboard says how often its tiles are asked for again: each keeps to its own interval, and to no other's.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useTile } from "./api";

const rows = { columns: [], rows: [], truncated: false };
const addressOf = (dashboard: string) => ({ package: "shop", dashboard, page: "overview", tile: "sales" });

describe("tiles", () => {
  const asked: string[] = [];
  const of = (dashboard: string) => asked.filter((address) => address.includes(`/${dashboard}/`)).length;
  const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

  beforeEach(() => {
    vi.useFakeTimers();
    asked.length = 0;
    vi.stubGlobal("fetch", (address: string) => {
      asked.push(address);
      return Promise.resolve(Response.json(rows));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("are asked for again at the interval of their dashboard", async () => {
    const client = new QueryClient();
    const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
    renderHook(() => [useTile(addressOf("often"), {}, 5_000), useTile(addressOf("seldom"), {}, 60_000)], { wrapper });
    await pass(100);
    expect([of("often"), of("seldom")]).toEqual([1, 1]);
    await pass(5_000);
    expect([of("often"), of("seldom")]).toEqual([2, 1]);
    await pass(55_000);
    expect([of("often"), of("seldom")]).toEqual([13, 2]);
    client.clear();
  });
});
