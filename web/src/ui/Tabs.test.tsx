// Tabs on a narrow page: the selected one is brought into sight, and the page stays where it is.
import { render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Tabs } from "./Tabs";

const tabs = ["Overview", "Products", "Invoices"].map((title) => ({ id: title, title, content: () => title }));

const measured = (name: "offsetLeft" | "offsetWidth" | "clientWidth", of: (element: HTMLElement) => number) =>
  vi.spyOn(HTMLElement.prototype, name, "get").mockImplementation(function (this: HTMLElement) {
    return of(this);
  });

describe("tabs", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("scroll to the selected one", () => {
    const isTab = (element: HTMLElement) => element.dataset.tab !== undefined;
    measured("offsetLeft", (element) => (isTab(element) ? 100 * tabs.findIndex(({ id }) => id === element.dataset.tab) : 0));
    measured("offsetWidth", () => 100);
    measured("clientWidth", () => 100);
    const { rerender } = render(<Tabs label="Pages" tabs={tabs} selected="Invoices" onSelect={() => undefined} />);
    expect(screen.getByRole("tablist").scrollLeft).toBe(200);
    rerender(<Tabs label="Pages" tabs={tabs} selected="Overview" onSelect={() => undefined} />);
    expect(screen.getByRole("tablist").scrollLeft).toBe(0);
  });
});
