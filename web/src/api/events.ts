// What happens, as it happens: one stream of server-sent events for the page (GET /v1/events). A tab
// that nobody looks at lets go of it, since browsers have only six connections for a server; it is
// taken up again where it was left.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { sawAnswer, sawSilence } from "./connection";
import type { EventData, EventType } from "./eventTypes";

type Listener = (type: EventType, data: never) => void;

const types: EventType[] = [
  "hello",
  "run",
  "asset",
  "lag",
  "kpi",
  "job",
  "backfill",
  "notice",
  "reset",
];
const listeners = new Set<Listener>();
/** The newest of each kind of thing, for those who begin to follow later. */
const newest = new Map<string, { type: EventType; data: unknown }>();
let source: EventSource | null = null;
let lastId = "";

const nameOf: Partial<Record<EventType, (data: never) => string>> = {
  kpi: () => "",
  lag: (data: { stream: string }) => data.stream,
};

function take(type: EventType, event: MessageEvent<string>): void {
  if (event.lastEventId) lastId = event.lastEventId;
  const data = JSON.parse(event.data) as never;
  const name = nameOf[type]?.(data);
  if (name !== undefined) newest.set(`${type} ${name}`, { type, data });
  for (const listener of listeners) listener(type, data);
}

function open(): void {
  if (source || document.hidden || typeof EventSource === "undefined") return;
  const address = lastId ? `/v1/events?since=${encodeURIComponent(lastId)}` : "/v1/events";
  const opened = new EventSource(address);
  source = opened;
  opened.onopen = sawAnswer;
  opened.onerror = () => {
    sawSilence();
    // The browser gives up for good when it is answered 503: begin anew.
    if (opened.readyState === EventSource.CLOSED) {
      close();
      setTimeout(openIfWanted, 2000);
    }
  };
  for (const type of types) {
    opened.addEventListener(type, (event) => {
      take(type, event as MessageEvent<string>);
    });
  }
}

function close(): void {
  source?.close();
  source = null;
}

function openIfWanted(): void {
  if (listeners.size > 0) open();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) close();
  else openIfWanted();
});

/** Tells `listener` of every event until the answer is called. */
export function follow(listener: Listener): () => void {
  listeners.add(listener);
  for (const { type, data } of newest.values()) listener(type, data as never);
  open();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) close();
  };
}

/** useEvent("run", (run) => …): while the component is there. */
export function useEvent<T extends EventType>(
  type: T,
  handler: (data: EventData[T]) => void,
): void {
  const newestHandler = useRef(handler);
  useEffect(() => {
    newestHandler.current = handler;
  });
  useEffect(
    () =>
      follow((told, data) => {
        if (told === type) newestHandler.current(data);
      }),
    [type],
  );
}

/** Asks anew for queries when something of these types happened, at most once in a while. */
export function useRefreshOn(keys: readonly (readonly unknown[])[], on: EventType[]): void {
  const client = useQueryClient();
  const wanted = JSON.stringify([keys, on]);
  useEffect(() => {
    const [queries, told] = JSON.parse(wanted) as [unknown[][], EventType[]];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const refresh = () => {
      timer = null;
      for (const queryKey of queries) void client.invalidateQueries({ queryKey });
    };
    const unfollow = follow((type) => {
      if (told.includes(type)) timer ??= setTimeout(refresh, 1000);
    });
    return () => {
      unfollow();
      if (timer) clearTimeout(timer);
    };
  }, [client, wanted]);
}
