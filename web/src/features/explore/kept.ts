// What this browser keeps: questions that were asked, and those that somebody gave a name.
import { makeStore, type Store } from "@/lib/store";

export interface Asked {
  sql: string;
  at: number;
  rows: number;
  tookMs: number | null;
  phase: string;
}

export interface Question {
  name: string;
  sql: string;
}

const askedMax = 100;

/** The newest first; the same again moves up instead of standing twice. */
export function withAsked(all: Asked[], one: Asked): Asked[] {
  return [one, ...all.filter((other) => other.sql !== one.sql)].slice(0, askedMax);
}

export function withQuestion(all: Question[], one: Question): Question[] {
  const others = all.filter((other) => other.name !== one.name);
  return [...others, one].sort((a, b) => a.name.localeCompare(b.name));
}

function readList<T>(key: string): T[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? (kept as T[]) : [];
  } catch {
    return [];
  }
}

/** A browser that keeps nothing (full, or forbidden) still works; it forgets with the tab. */
function keptList<T>(key: string): Store<T[]> {
  const store = makeStore<T[]>(readList<T>(key));
  store.follow(() => {
    try {
      localStorage.setItem(key, JSON.stringify(store.get()));
    } catch {
      // It is kept in this tab alone.
    }
  });
  return store;
}

export const asked = keptList<Asked>("tradewind.explore.asked");
export const questions = keptList<Question>("tradewind.explore.questions");
/** What was being written when the page was left. */
export const draft = makeStore("");
