// Menus and popovers by keys: they open with the focus within, Escape gives it back, what is elsewhere closes them.
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Image } from "lucide-react";
import { describe, expect, it, vi } from "vitest";
import { Menu } from "./Menu";
import { Popover } from "./Popover";

describe("a popover", () => {
  it("opens with the focus within and gives it back on Escape", async () => {
    render(
      <Popover label="Country" value="All">
        <input aria-label="Search country" />
      </Popover>,
    );
    const button = screen.getByRole("button", { name: "Country All" });
    await userEvent.click(button);
    expect(document.activeElement).toBe(screen.getByLabelText("Search country"));
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByLabelText("Search country")).toBeNull();
    expect(document.activeElement).toBe(button);
  });
  it("closes when somebody goes elsewhere", async () => {
    render(
      <>
        <Popover label="Country" value="All">
          <input aria-label="Search country" />
        </Popover>
        <button type="button">Elsewhere</button>
      </>,
    );
    await userEvent.click(screen.getByRole("button", { name: "Country All" }));
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Elsewhere" }));
    expect(screen.queryByLabelText("Search country")).toBeNull();
  });
});

describe("a menu", () => {
  it("goes by arrows, and does what is chosen once", async () => {
    const save = vi.fn();
    const items = [
      { title: "Enlarge", icon: Image, onSelect: vi.fn() },
      { title: "Save", icon: Image, onSelect: save },
    ];
    render(<Menu label="More about Sales" items={items} />);
    await userEvent.click(screen.getByRole("button", { name: "More about Sales" }));
    expect(document.activeElement).toBe(screen.getByRole("menuitem", { name: "Enlarge" }));
    await userEvent.keyboard("{ArrowUp}{Enter}");
    expect(save).toHaveBeenCalledOnce();
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "More about Sales" }));
  });
});
