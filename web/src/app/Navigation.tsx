import { useRouterState } from "@tanstack/react-router";
import { Menu } from "lucide-react";
import { cx } from "@/lib/cx";
import { groups, type PageDefinition } from "@/lib/page";
import { Drawer } from "@/ui/Dialog";
import { Link } from "@/ui/Link";
import { Logo } from "./Logo";
import { addressOfPage, pageAt, pages } from "./pages";
import css from "./shell.module.css";

const inBar = 4; // on a phone: so many pages and "More"

function useCurrent(): PageDefinition | undefined {
  return pageAt(useRouterState({ select: (state) => state.location.pathname }));
}

function Entry({ page, current }: { page: PageDefinition; current: boolean }) {
  const Icon = page.icon;
  return (
    <Link
      to={addressOfPage(page)}
      className={cx(css.entry, current && css.current)}
      aria-current={current ? "page" : undefined}
    >
      <Icon size={17} aria-hidden />
      <span>{page.title}</span>
    </Link>
  );
}

function Entries() {
  const current = useCurrent();
  return (
    <>
      {groups.map((group) => {
        const inGroup = pages.filter((page) => page.group === group.id);
        if (inGroup.length === 0) return null;
        return (
          <div key={group.id} className={css.group}>
            {group.id !== "now" && <h2 className={css.groupTitle}>{group.title}</h2>}
            <ul>
              {inGroup.map((page) => (
                <li key={page.title}>
                  <Entry page={page} current={page === current} />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </>
  );
}

interface NavigationProps {
  menuOpen: boolean;
  onMenu: (open: boolean) => void;
}

/** Beside the page; on a phone below it, with the rest in a drawer. */
export function Navigation({ menuOpen, onMenu }: NavigationProps) {
  const current = useCurrent();
  const shown = pages.slice(0, inBar);
  return (
    <>
      <nav className={css.nav} aria-label="Pages">
        <Link to="/" className={css.brand}>
          <Logo />
          <span>Tradewind</span>
        </Link>
        <Entries />
      </nav>
      <nav className={css.bar} aria-label="Main pages">
        {shown.map((page) => (
          <Entry key={page.title} page={page} current={page === current} />
        ))}
        <button
          type="button"
          className={cx(css.entry, current && !shown.includes(current) && css.current)}
          onClick={() => {
            onMenu(true);
          }}
        >
          <Menu size={17} aria-hidden />
          <span>More</span>
        </button>
      </nav>
      {menuOpen && (
        <Drawer
          title="All pages"
          onClose={() => {
            onMenu(false);
          }}
        >
          <nav aria-label="All pages" className={css.menu}>
            <Entries />
          </nav>
        </Drawer>
      )}
    </>
  );
}
