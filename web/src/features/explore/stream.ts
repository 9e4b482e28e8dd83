// Rows of an answer as they come: lines of JSON, cut wherever the network cuts them. Pure.
import type { Cell, Row } from "@/api/sql";
import type { ResultColumn } from "@/ui/ResultTable";

/** Takes pieces of text and gives whole lines; the rest waits for the next piece. */
export function makeLines(): { take: (piece: string) => string[]; rest: () => string } {
  let waiting = "";
  return {
    take: (piece) => {
      const lines = (waiting + piece).split("\n");
      waiting = lines.pop() ?? "";
      return lines.filter(Boolean);
    },
    rest: () => waiting,
  };
}

export const cellsOf = (row: Row, names: string[]): Cell[] => names.map((name) => row[name] ?? null);

/** Where the types could not be asked for: what the first row looks like. */
export function guessColumns(row: Row): ResultColumn[] {
  return Object.entries(row).map(([name, cell]) => ({
    name,
    type: typeof cell === "number" ? "DOUBLE" : typeof cell === "boolean" ? "BOOLEAN" : "STRING",
  }));
}

/** A statement that has the same columns and no rows. */
export function columnsSql(sql: string): string {
  return `SELECT * FROM (\n${sql.trim().replace(/;+\s*$/, "").trimEnd()}\n) AS asked LIMIT 0`;
}
