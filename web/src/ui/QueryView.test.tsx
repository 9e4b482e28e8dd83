// The four states: loading, empty, error with the API's words, and data that say how old they are.
import type { UseQueryResult } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/problem";
import { QueryView } from "./QueryView";

const problem = new ApiError({
  type: "urn:x",
  title: "Bad Request",
  status: 400,
  detail: "only SELECT statements are allowed",
  hint: "Write a SELECT.",
});

function show(state: Partial<UseQueryResult<string[]>>) {
  const query = { data: undefined, isError: false, ...state } as UseQueryResult<string[]>;
  render(
    <QueryView query={query} isEmpty={(data) => data.length === 0} empty={<p>Nothing here</p>}>
      {(data) => <p>{data.join(" ")}</p>}
    </QueryView>,
  );
}

describe("what is asked for", () => {
  it("is being loaded", () => {
    show({});
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  });
  it("is empty", () => {
    show({ data: [] });
    expect(screen.getByText("Nothing here")).toBeTruthy();
  });
  it("failed, says why and what to do, and can be tried again", async () => {
    const refetch = vi.fn();
    show({ isError: true, error: problem, refetch } as never);
    expect(screen.getByRole("alert").textContent).toContain("only SELECT statements are allowed");
    expect(screen.getByText("Write a SELECT.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(refetch).toHaveBeenCalled();
  });
  it("is shown though it is old, and says so", () => {
    show({ data: ["a"], isRefetchError: true, error: problem, dataUpdatedAt: Date.now() } as never);
    expect(screen.getByText("a")).toBeTruthy();
    expect(screen.getByText(/As of/)).toBeTruthy();
  });
});
