// Keys for the whole page: single ones ("/", "?") and sequences ("g r"). Not while somebody types.

import { useEffect } from "react";

const pauseMs = 1200; // longer between two keys, and they are not a sequence

export type Shortcuts = Record<string, () => void>;

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) ||
    target.closest("[role=textbox]") !== null
  );
}

/** Takes keys one by one and says what they mean; apart from the browser, so that it can be tested. */
export function makeReader(shortcuts: () => Shortcuts) {
  let first = "";
  let pressedAt = -Infinity;
  return (key: string, now: number): (() => void) | undefined => {
    const sequence = first && now - pressedAt <= pauseMs ? `${first} ${key}` : "";
    const known = shortcuts();
    const meant = (sequence && known[sequence]) || known[key];
    const begins = Object.keys(known).some((name) => name.startsWith(`${key} `));
    first = !meant && begins ? key : "";
    pressedAt = now;
    return meant || undefined;
  };
}

export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    const read = makeReader(() => shortcuts);
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const action = read(event.key, event.timeStamp);
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, [shortcuts]);
}
