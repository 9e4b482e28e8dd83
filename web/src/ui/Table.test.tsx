// A table sorts by its heads, tells so, and draws only what is in sight, however many rows there are.
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { type Column, Table } from "./Table";

interface Row {
  name: string;
  rows: number | null;
}
const columns: Column<Row>[] = [
  { id: "name", title: "Name", value: (row) => row.name },
  { id: "rows", title: "Rows", value: (row) => row.rows, align: "right" },
  { id: "about", title: "About", cell: () => <button type="button">More</button> },
];
const rows: Row[] = [
  { name: "b", rows: 2 },
  { name: "a", rows: null },
  { name: "c", rows: 10 },
];
const names = () =>
  within(screen.getByRole("table"))
    .getAllByRole("row")
    .slice(1)
    .map((row) => row.firstElementChild?.textContent);

describe("a table", () => {
  it("sorts by a head, numbers from the largest, what is missing last", async () => {
    render(<Table label="T" columns={columns} rows={rows} />);
    expect(names()).toEqual(["b", "a", "c"]);
    await userEvent.click(screen.getByRole("button", { name: "Rows" }));
    expect(names()).toEqual(["c", "b", "a"]);
    await userEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(names()).toEqual(["a", "b", "c"]);
    expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe(
      "ascending",
    );
  });
  it("tells which row was clicked, unless a button in it was meant", async () => {
    const onRow = vi.fn();
    render(<Table label="T" columns={columns} rows={rows} onRow={onRow} />);
    await userEvent.click(screen.getByText("c"));
    expect(onRow).toHaveBeenCalledWith(rows[2]);
    await userEvent.click(screen.getAllByRole("button", { name: "More" })[0] as HTMLElement);
    expect(onRow).toHaveBeenCalledTimes(1);
  });
  it("draws few of many rows", () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ name: String(i), rows: i }));
    render(<Table label="T" columns={columns} rows={many} height={400} />);
    expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("100001");
    expect(screen.getAllByRole("row").length).toBeLessThan(100);
  });
});
