// Points fill the box, zero is its floor, and one value alone is no line.
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Sparkline, sparklinePoints } from "./Sparkline";

describe("a sparkline", () => {
  it("spans its box from zero to the highest", () => {
    expect(sparklinePoints([0, 5, 10], 20)).toEqual([
      [0, 20],
      [50, 10],
      [100, 0],
    ]);
    expect(sparklinePoints([0, 0], 20)).toEqual([
      [0, 20],
      [100, 20],
    ]);
  });
  it("says in words what it shows", () => {
    render(<Sparkline values={[1, 2]} label="Orders" />);
    expect(screen.getByRole("img", { name: "Orders" })).toBeTruthy();
  });
  it("holds its place without values", () => {
    const { container } = render(<Sparkline values={[]} label="Orders" height={30} />);
    expect(container.querySelector("svg")?.getAttribute("height")).toBe("30");
  });
});
