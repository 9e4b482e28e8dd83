// The board's state is its address: the page, filters, which tile is explained or enlarged, which are tables, and how
// they are sorted.
import { useCallback, useMemo } from "react";
import { useUrlState } from "@/lib/urlState";
import type { BoardPage, Definition } from "./api";
import { type Chosen, chosenOf, type FilterValue, textOf, type Texts } from "./filters";

export interface BoardState {
  page: BoardPage | undefined;
  texts: Texts;
  chosen: Chosen;
  why: string;
  big: string;
  asTable: (tile: string) => boolean;
  /** "sales" or "-sales": by which column, downwards with a minus. */
  sorted: (tile: string) => string;
  show: (page: string) => void;
  choose: (filter: string, value: FilterValue) => void;
  clear: () => void;
  explain: (tile: string) => void;
  enlarge: (tile: string) => void;
  setTable: (tile: string, on: boolean) => void;
  sort: (tile: string, by: string) => void;
}

function defaultsOf(definition: Definition): Record<string, string> {
  const tiles = definition.pages.flatMap((page) => page.tiles);
  const names = [...definition.filters.map(({ name }) => `f.${name}`), ...tiles.flatMap(({ name }) => [`v.${name}`, `s.${name}`])];
  return { page: "", why: "", big: "", ...Object.fromEntries(names.map((name) => [name, ""])) };
}

const under = (prefix: string, state: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(state).flatMap(([name, text]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), text]] : [])),
  );

const emptied = (prefixes: string[], state: Record<string, string>) =>
  Object.fromEntries(Object.keys(state).flatMap((name) => (prefixes.some((prefix) => name.startsWith(prefix)) ? [[name, ""]] : [])));

export function useBoardState(definition: Definition): BoardState {
  const defaults = useMemo(() => defaultsOf(definition), [definition]);
  const [state, setState] = useUrlState(defaults);
  const texts = useMemo(() => under("f.", state), [state]);
  const chosen = useMemo(() => chosenOf(definition.filters, texts), [definition, texts]);
  const choose = useCallback(
    (name: string, value: FilterValue) => {
      const filter = definition.filters.find((one) => one.name === name);
      if (filter) setState({ [`f.${name}`]: textOf(filter, value) }, { push: true });
    },
    [definition, setState],
  );
  return {
    page: definition.pages.find(({ name }) => name === state.page) ?? definition.pages[0],
    texts,
    chosen,
    why: state.why ?? "",
    big: state.big ?? "",
    asTable: (tile) => state[`v.${tile}`] === "table",
    sorted: (tile) => state[`s.${tile}`] ?? "",
    choose,
    show: (page) => {
      const first = definition.pages[0]?.name === page;
      setState({ ...emptied(["v.", "s."], defaults), why: "", big: "", page: first ? "" : page }, { push: true });
    },
    clear: () => {
      setState(emptied(["f."], defaults), { push: true });
    },
    explain: (tile) => {
      setState({ why: tile });
    },
    enlarge: (tile) => {
      setState({ big: tile });
    },
    setTable: (tile, on) => {
      setState({ [`v.${tile}`]: on ? "table" : "" });
    },
    sort: (tile, by) => {
      setState({ [`s.${tile}`]: by });
    },
  };
}
