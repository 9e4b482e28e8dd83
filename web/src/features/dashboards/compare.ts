// A big number and the period before. Pure.
import type { Cell } from "@/api/sql";
import { formatMoney } from "@/lib/format";
import type { Tile, TileAnswer } from "./api";
import { daysTitle } from "./filters";
import { cellShown, formatOf, labelOf, numberIn, placeOf } from "./values";

export interface BigNumber {
  label: string;
  value: string;
  /** 0.12: twelve percent more; null where there is nothing to compare with. */
  change: number | null;
  before: string | null;
}

const wholeFrom = 1000; // pence of a thousand pounds tell nothing; "why this number?" and files have them

function figureShown(cell: Cell | undefined, format: string, currency: string | null): string {
  const value = numberIn(cell);
  const large = format === "money" && value !== null && Math.abs(value) >= wholeFrom;
  return large ? formatMoney(value, currency ?? "GBP", true) : cellShown(cell, format, currency);
}

export function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / Math.abs(before);
}

/** One for each column of `y`. */
export function bigNumbers(tile: Tile, answer: TileAnswer): BigNumber[] {
  return tile.y.map((name) => {
    const place = placeOf(answer, name);
    const format = formatOf(tile, name, answer.columns[place]?.type ?? "");
    const now = answer.rows[0]?.[place];
    const then = answer.compare?.rows[0]?.[place];
    const before = answer.compare && then !== null && then !== undefined;
    return {
      label: labelOf(tile, name),
      value: figureShown(now, format, tile.currency),
      change: before ? changeOf(numberIn(now), numberIn(then)) : null,
      before: before ? `against ${figureShown(then, format, tile.currency)}, ${daysTitle(answer.compare?.range ?? {})}` : null,
    };
  });
}
