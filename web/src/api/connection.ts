// Is the server there? Every request tells; when one finds nobody, /readyz is asked until it answers,
// and then everything that is shown is asked for anew (src/app/providers.tsx).

import { makeStore, useStore } from "@/lib/store";

export type Connection = "here" | "starting" | "away";

export const connection = makeStore<Connection>("here");
export const useConnection = (): Connection => useStore(connection);

const askAgainMs = 1000;
let asking = false;

async function ask(): Promise<Connection> {
  try {
    const answer = await fetch("/readyz", { cache: "no-store" });
    return answer.ok ? "here" : "starting";
  } catch {
    return "away";
  }
}

async function askUntilHere(): Promise<void> {
  if (asking) return;
  asking = true;
  for (;;) {
    const now = await ask();
    connection.set(now);
    if (now === "here") break;
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
  asking = false;
}

export function sawSilence(): void {
  void askUntilHere();
}

export function sawAnswer(): void {
  if (!asking) connection.set("here");
}
