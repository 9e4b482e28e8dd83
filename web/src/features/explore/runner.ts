import { useCallback, useEffect, useRef, useState } from "react";
import { send } from "@/api/client";
import { type Cell, type Row, runSql } from "@/api/sql";
import type { ResultColumn } from "@/ui/ResultTable";
import { cellsOf, columnsSql, guessColumns, makeLines } from "./stream";

export const rowsMax = 100_000; // what a page keeps; files have all
const drawMs = 350;

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

/** Asks for the types and for the rows at once; rows are shown while more of them come. */
async function read(sql: string, signal: AbortSignal, show: (part: Partial<Result>) => void) {
  const typed = runSql(columnsSql(sql), signal)
    .then((answer) => answer.columns)
    .catch(() => null);
  const response = await send("/v1/query", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/x-ndjson" },
    body: JSON.stringify({ sql, limit: rowsMax + 1 }),
    signal,
  });
  const lines = makeLines();
  const rows: Cell[][] = [];
  let columns = (await typed) ?? [];
  let drawn = 0;
  const add = (line: string) => {
    const row = JSON.parse(line) as Row;
    if (columns.length === 0) columns = guessColumns(row);
    rows.push(cellsOf(row, columns.map((column) => column.name)));
  };
  if (response.body) {
    for await (const piece of piecesOf(response.body)) {
      lines.take(piece).forEach(add);
      if (Date.now() - drawn > drawMs) {
        drawn = Date.now();
        show({ columns, rows: rows.slice(0, rowsMax) });
      }
    }
  }
  if (lines.rest()) add(lines.rest());
  show({ columns, rows: rows.slice(0, rowsMax), more: rows.length > rowsMax });
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
