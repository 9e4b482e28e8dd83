// Short words about what was just done. Anybody may say something; <Toasts/> of the shell shows it.
import { problemOf } from "@/api/problem";
import { makeStore } from "@/lib/store";

export interface Toast {
  id: number;
  tone: "good" | "bad";
  text: string;
  hint?: string;
}

export const toasts = makeStore<Toast[]>([]);
const shownMs = 6000;
let count = 0;

export const dismiss = (id: number): void => {
  toasts.set((all) => all.filter((toast) => toast.id !== id));
};

function add(toast: Omit<Toast, "id">): void {
  count += 1;
  const id = count;
  toasts.set((all) => [...all.slice(-3), { ...toast, id }]);
  // What went wrong stays until somebody has seen it.
  if (toast.tone === "good") setTimeout(dismiss, shownMs, id);
}

export const say = (text: string, hint?: string): void => {
  add({ tone: "good", text, hint });
};

/** The API's problem in a toast: for actions that failed. */
export const sayError = (error: unknown): void => {
  const { detail, title, hint } = problemOf(error);
  add({ tone: "bad", text: detail || title, hint });
};
