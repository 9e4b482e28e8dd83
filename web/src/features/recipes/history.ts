// Undo and redo. Changes of one field one after the other are one change.

export interface History<T> {
  past: T[];
  now: T;
  future: T[];
  /** What the last change was of. */
  of: string;
}

export type Action<T> =
  | { type: "change"; of?: string; to: (now: T) => T }
  | { type: "undo" }
  | { type: "redo" };

const kept = 200;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], of: "" });

export function reduce<T>(history: History<T>, action: Action<T>): History<T> {
  const { past, now, future } = history;
  if (action.type === "undo") {
    const last = past[past.length - 1];
    if (last === undefined) return history;
    return { past: past.slice(0, -1), now: last, future: [now, ...future], of: "" };
  }
  if (action.type === "redo") {
    const [next, ...rest] = future;
    if (next === undefined) return history;
    return { past: [...past, now], now: next, future: rest, of: "" };
  }
  const next = action.to(now);
  if (next === now) return history;
  const same = action.of !== undefined && action.of !== "" && action.of === history.of;
  return {
    past: same ? past : [...past, now].slice(-kept),
    now: next,
    future: [],
    of: action.of ?? "",
  };
}
