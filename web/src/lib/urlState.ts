// The address is the page's state: what a reader sees can be linked, and Back goes back.

import { defaultParseSearch, useNavigate, useParams as useRouterParams, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

export type Scalar = string | number | boolean;
export type State = Record<string, Scalar>;

/** Values that make no sense (another kind than the default's) are the default. */
export function readState<S extends State>(defaults: S, search: Record<string, unknown>): S {
  const state: Record<string, Scalar> = { ...defaults };
  for (const [name, fallback] of Object.entries(defaults)) {
    const value = search[name];
    if (typeof value === typeof fallback) state[name] = value as Scalar;
    else if (typeof fallback === "string" && typeof value === "number") state[name] = String(value);
  }
  return state as S;
}

/** What is as by default is left out of the address. */
export function writeState<S extends State>(
  defaults: S,
  search: Record<string, unknown>,
  change: Partial<S>,
): Record<string, unknown> {
  const all = Object.entries({ ...search, ...change });
  return Object.fromEntries(
    all.filter(([name, value]) => value !== undefined && value !== defaults[name]),
  );
}

/**
 * const [state, setState] = useUrlState({ tab: "overview", q: "" });
 * `setState` replaces the entry in the history unless `push` is said. Defaults must be a constant
 * outside of the component.
 */
export function useUrlState<S extends State>(
  defaults: S,
): [S, (change: Partial<S>, options?: { push?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const state = useMemo(() => readState(defaults, search), [defaults, search]);
  const set = useCallback(
    (change: Partial<S>, options?: { push?: boolean }) => {
      void navigate({
        to: ".",
        search: ((current: Record<string, unknown>) =>
          writeState(defaults, current, change)) as never,
        replace: !options?.push,
        resetScroll: false,
      });
    },
    [defaults, navigate],
  );
  return [state, set];
}

/** "/catalog?q=raw" as the router wants it. */
export function splitAddress(address: string): { to: string; search: Record<string, unknown> } {
  const at = address.indexOf("?");
  if (at < 0) return { to: address, search: {} };
  return {
    to: address.slice(0, at),
    search: defaultParseSearch(address.slice(at)) as Record<string, unknown>,
  };
}

/** Go to an address: const go = useGo(); go("/runs/12"). */
export function useGo(): (address: string) => void {
  const navigate = useNavigate();
  return useCallback(
    (address: string) => {
      const { to, search } = splitAddress(address);
      void navigate({ to: to as "/", search: search as never });
    },
    [navigate],
  );
}

/** Parameters of the path: useParams("schema", "table"). */
export function useParams<N extends string>(...names: N[]): Record<N, string> {
  const params = useRouterParams({ strict: false }) as Record<string, string | undefined>;
  return Object.fromEntries(names.map((name) => [name, params[name] ?? ""])) as Record<N, string>;
}
