import { makeStore, useStore } from "./store";

export type Theme = "light" | "dark";
const keptAs = "tradewind.theme";

// public/theme.js has set it before the first paint.
const store = makeStore<Theme>(
  document.documentElement.dataset.theme === "dark" ? "dark" : "light",
);

export const useTheme = (): Theme => useStore(store);

export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  store.set(theme);
  try {
    localStorage.setItem(keptAs, theme);
  } catch {
    // Storage may be forbidden: then the choice lasts as long as the page.
  }
}

export const toggleTheme = (): void => {
  setTheme(store.get() === "dark" ? "light" : "dark");
};
