// A streamed answer of POST /v1/query, cut wherever the network cuts it: the columns, then row after row, then whether there
// is more. One request, so that the first rows wait for nothing but themselves. Pure.
import type { Cell } from "@/api/sql";
import type { ResultColumn } from "@/ui/ResultTable";

export interface Streamed {
  columns: ResultColumn[] | null;
  rows: Cell[][];
}

const rowsBegin = '"rows":[';

/** Where in `text` the row that begins at `from` ends, behind its bracket; -1: it goes on in the next piece. */
function endOfRow(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === 0x22) {
      at = endOfText(text, at);
      if (at < 0) return -1;
    } else if (sign === 0x5b || sign === 0x7b) {
      depth++;
    } else if (sign === 0x5d || sign === 0x7d) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The closing quote of a text in JSON; -1: it is not there yet. */
function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

/** Takes pieces of an answer and gives what is whole by now. `ended`: all rows came, and nothing is missing. */
export function makeReader(): { take: (piece: string) => Streamed; ended: () => boolean } {
  let text = "";
  let columns: ResultColumn[] | null = null;
  let ended = false;
  const readHead = () => {
    const names = text.indexOf('"columns":');
    const begin = names < 0 ? -1 : endOfRow(text, names + '"columns":'.length);
    if (begin < 0 || !text.startsWith(`,${rowsBegin}`, begin)) return;
    columns = JSON.parse(text.slice(names + '"columns":'.length, begin)) as ResultColumn[];
    text = text.slice(begin + 1 + rowsBegin.length);
  };
  const take = (piece: string): Streamed => {
    text += piece;
    if (columns === null) readHead();
    const rows: Cell[][] = [];
    let at = 0;
    while (columns !== null && !ended && at < text.length) {
      if (text[at] === ",") at++;
      if (text[at] === "]") ended = true;
      if (text[at] !== "[") break;
      const end = endOfRow(text, at);
      if (end < 0) break;
      rows.push(JSON.parse(text.slice(at, end)) as Cell[]);
      at = end;
    }
    text = text.slice(at);
    return { columns, rows };
  };
  return { take, ended: () => ended };
}
