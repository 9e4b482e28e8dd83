// A page that could not be fetched while the server was away comes by itself when it is back; one that broke by itself does not.
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connection } from "@/api/connection";
import { Failed } from "./Failed";
import { isUnloaded, reloadPage } from "./unloaded";

vi.mock("./unloaded", async (original) => ({
  ...(await original<typeof import("./unloaded")>()),
  reloadPage: vi.fn(),
}));

const lost = new Error("Unable to preload CSS for /assets/Tabs.css");

describe("a page that failed", () => {
  beforeEach(() => {
    vi.mocked(reloadPage).mockClear();
    vi.stubGlobal("fetch", () => new Promise(() => undefined)); // what the server would say is set by hand
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
    act(() => {
      connection.set("here");
    });
  });

  it("is known by what browsers say", () => {
    expect(isUnloaded(lost)).toBe(true);
    expect(isUnloaded(new TypeError("Failed to fetch dynamically imported module: http://x/a.js"))).toBe(true);
    expect(isUnloaded(new TypeError("Importing a module script failed."))).toBe(true);
    expect(isUnloaded(new TypeError("x is undefined"))).toBe(false);
  });
  it("comes when the server is back, and not before", () => {
    connection.set("away");
    render(<Failed error={lost} reset={vi.fn()} />);
    screen.getByText(/It comes by itself/);
    expect(reloadPage).not.toHaveBeenCalled();
    act(() => {
      connection.set("here");
    });
    expect(reloadPage).toHaveBeenCalledOnce();
  });
  it("is not loaded again and again while the server is there", () => {
    render(<Failed error={lost} reset={vi.fn()} />);
    expect(reloadPage).not.toHaveBeenCalled();
  });
  it("says what broke where it was its own fault", () => {
    connection.set("away");
    render(<Failed error={new Error("x is undefined")} reset={vi.fn()} />);
    screen.getByText("x is undefined");
    act(() => {
      connection.set("here");
    });
    expect(reloadPage).not.toHaveBeenCalled();
  });
});
