import { useCallback, useEffect, useRef, useState } from "react";
import { send } from "@/api/client";
import type { Cell } from "@/api/sql";
import type { ResultColumn } from "@/ui/ResultTable";
import { makeReader } from "./stream";

export const rowsMax = 100_000; // what a page keeps; files have all
const drawMs = 350;
const cutOff = "The answer ended before all of its rows had come. Ask again.";

export interface Result {
  phase: "idle" | "running" | "done" | "failed" | "cancelled";
  sql: string;
  columns: ResultColumn[];
  rows: Cell[][];
  /** There are more than are kept. */
  more: boolean;
  startedAt: number;
  tookMs: number | null;
  error: unknown;
}

const nothingYet: Result = {
  phase: "idle",
  sql: "",
  columns: [],
  rows: [],
  more: false,
  startedAt: 0,
  tookMs: null,
  error: null,
};

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** One request, whose head has the types; rows are shown while more of them come, the first ones at once. */
async function read(sql: string, signal: AbortSignal, show: (part: Partial<Result>) => void) {
  const response = await send("/v1/query", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ sql, limit: rowsMax + 1 }),
    signal,
  });
  if (!response.body) throw new Error(cutOff);
  const reader = makeReader();
  const rows: Cell[][] = [];
  let drawn = 0;
  for await (const piece of piecesOf(response.body)) {
    const came = reader.take(piece);
    for (const row of came.rows) rows.push(row);
    if (came.columns && Date.now() - drawn > drawMs) {
      drawn = Date.now();
      show({ columns: came.columns, rows: rows.slice(0, rowsMax) });
    }
  }
  // A query that fails in its middle ends the connection: the part is not taken for the whole.
  if (!reader.ended()) throw new Error(cutOff);
  show({ columns: reader.take("").columns ?? [], rows: rows.slice(0, rowsMax), more: rows.length > rowsMax });
}

/** One question at a time: a new one ends the one before. */
export function useRunner(onEnd: (result: Result) => void) {
  const [result, setResult] = useState<Result>(nothingYet);
  const abort = useRef<AbortController | null>(null);
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  });
  useEffect(() => () => abort.current?.abort(), []);
  const run = useCallback((sql: string) => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    let now: Result = { ...nothingYet, phase: "running", sql, startedAt: Date.now() };
    const show = (part: Partial<Result>) => {
      if (abort.current !== controller) return;
      now = { ...now, ...part };
      setResult(now);
    };
    const end = (part: Partial<Result>) => {
      if (abort.current !== controller) return;
      show({ ...part, tookMs: Date.now() - now.startedAt });
      ended.current(now);
    };
    show({});
    read(sql, controller.signal, show).then(
      () => {
        end({ phase: "done" });
      },
      (error: unknown) => {
        end(controller.signal.aborted ? { phase: "cancelled" } : { phase: "failed", error });
      },
    );
  }, []);
  const cancel = useCallback(() => {
    abort.current?.abort();
  }, []);
  return { result, run, cancel };
}
