import { Outlet, useRouterState } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { Toasts } from "@/ui/Toasts";
import { useShortcuts } from "@/lib/keys";
import { useGo } from "@/lib/urlState";
import { ConnectionBanner } from "./ConnectionBanner";
import { Help } from "./Help";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
import { addressOfPage, pages } from "./pages";
import css from "./shell.module.css";
import { TopBar } from "./TopBar";

type Open = "none" | "search" | "help" | "menu";

/** What was opened on one page is closed on the next. */
function useOpen(path: string): [Open, (open: Open) => void] {
  const [state, setState] = useState<{ open: Open; path: string }>({ open: "none", path });
  const setOpen = useCallback(
    (open: Open) => {
      setState({ open, path });
    },
    [path],
  );
  return [state.path === path ? state.open : "none", setOpen];
}

/** What is around every page: navigation, search, help, connection. */
export function Shell() {
  const goTo = useGo();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [open, setOpen] = useOpen(path);
  const shortcuts = useMemo(() => {
    const go = pages.map((page) => [
      `g ${page.key}`,
      () => {
        goTo(addressOfPage(page));
      },
    ]);
    return {
      ...Object.fromEntries(go),
      "/": () => {
        setOpen("search");
      },
      "?": () => {
        setOpen("help");
      },
    };
  }, [goTo, setOpen]);
  useShortcuts(shortcuts);
  const close = () => {
    setOpen("none");
  };
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        Skip to the page
      </a>
      <Navigation
        menuOpen={open === "menu"}
        onMenu={(shown) => {
          setOpen(shown ? "menu" : "none");
        }}
      />
      <div className={css.column}>
        <TopBar
          onSearch={() => {
            setOpen("search");
          }}
          onHelp={() => {
            setOpen("help");
          }}
        />
        <ConnectionBanner />
        <main id="main" className={css.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {open === "search" && <Palette onClose={close} />}
      {open === "help" && <Help onClose={close} />}
      <Toasts />
    </div>
  );
}
