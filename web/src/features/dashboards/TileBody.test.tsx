// A tile in each of its states: the place is held, failures say what and why, emptiness whose it is, cells set filters.
import type { UseQueryResult } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/problem";
import type { Definition, Tile, TileAnswer } from "./api";
import { BoardContext, type BoardValue } from "./board";
import type { BoardState } from "./state";
import { TileBody } from "./TileBody";

const tile = (more: Partial<Tile> = {}) =>
  ({ name: "lands", title: "Lands", description: "", kind: "table", x: null, y: [], series: null, format: { sales: "money" }, labels: { land: "Country", sales: "Sales" }, currency: "GBP", compare: null, filter_on_click: { land: "country" }, drill: null, sparkline: null, width: 12, ...more }) as Tile;
const answer = (rows: unknown[][], more: Partial<TileAnswer> = {}) =>
  ({ columns: [{ name: "land", type: "STRING" }, { name: "sales", type: "DOUBLE" }], rows, truncated: false, ignored: [], compare: null, sparkline: null, ...more }) as unknown as TileAnswer;

const filter = { name: "country", title: "Country", kind: "choice", multiple: true, default_values: [], default_preset: null };

function show(query: Partial<UseQueryResult<TileAnswer>>, of: Tile = tile(), state: Partial<BoardState> = {}) {
  const board = {
    definition: { filters: [filter] } as unknown as Definition,
    of: { package: "shop", dashboard: "sales" },
    state: { texts: {}, chosen: {}, sorted: () => "", sort: vi.fn(), clear: vi.fn(), choose: vi.fn(), ...state },
  } as unknown as BoardValue;
  render(
    <BoardContext value={board}>
      <TileBody tile={of} query={query as UseQueryResult<TileAnswer>} height={320} asTable={false} />
    </BoardContext>,
  );
  return board.state;
}

describe("a tile", () => {
  it("holds its place while it is loading", () => {
    show({ data: undefined, isError: false });
    const status = screen.getByRole("status", { name: "Lands is loading" });
    expect(status.parentElement?.style.getPropertyValue("--height")).toBe("320px");
  });
  it("says what went wrong and what to do, and tries again", async () => {
    const refetch = vi.fn();
    const error = new ApiError({ type: "", title: "Too much", status: 422, detail: "it needs more memory", hint: "Choose fewer days." });
    show({ data: undefined, isError: true, error, refetch });
    expect(screen.getByRole("alert").textContent).toContain("it needs more memory");
    expect(screen.getByText("Choose fewer days.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(refetch).toHaveBeenCalledOnce();
  });
  it("tells filters that leave nothing from data that are not there yet", async () => {
    show({ data: answer([]) });
    expect(screen.getByText("There is nothing to show yet.")).toBeTruthy();
    document.body.replaceChildren();
    const state = show({ data: answer([[null, null]]) }, tile(), { texts: { country: "atlantis" } });
    expect(screen.getByText("The filters leave nothing to show.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Reset filters" }));
    expect(state.clear).toHaveBeenCalledOnce();
  });
  it("sets a filter by a cell, and says which one is set", async () => {
    const state = show({ data: answer([["eire", 1234.5], ["france", 2]]) }, tile(), { chosen: { country: ["france"] } });
    expect(screen.getByRole("button", { name: "france" }).getAttribute("aria-pressed")).toBe("true");
    await userEvent.click(screen.getByRole("button", { name: "eire" }));
    expect(state.choose).toHaveBeenCalledWith("country", ["eire"]);
  });
  it("has a big number with the change against the period before", () => {
    const compare = { columns: [], rows: [["", 100]], truncated: false, range: { from: "2011-10-01", to: "2011-10-31" }, sql: "" };
    show({ data: answer([["", 150]], { compare, ignored: ["country"] }) }, tile({ kind: "big_number", y: ["sales"], compare: "previous_period" }));
    expect(screen.getByText("£150.00")).toBeTruthy();
    expect(screen.getByText("+50%")).toBeTruthy();
    expect(screen.getByText(/against £100.00, Oct 2011, not by country/)).toBeTruthy();
  });
  it("says when a file has more", () => {
    show({ data: answer([["eire", 1]], { truncated: true }) });
    expect(screen.getByText("The first 1 rows; a file has all.")).toBeTruthy();
  });
});
