// Small lines in the rows of a table. Pure.
import { cellText } from "@/ui/ResultTable";
import type { Tile, TileAnswer } from "./api";
import { numberIn, placeOf } from "./values";

/** The values of a row's line, one for each place along the axis; zero where there is none. Null: the tile has no lines. */
export function sparklines(tile: Tile, answer: TileAnswer): ((row: number) => number[]) | null {
  const { sparkline } = tile;
  const drawn = answer.sparkline;
  if (!sparkline || !drawn) return null;
  const [key, x, y] = [sparkline.key, sparkline.x, sparkline.y].map((name) => drawn.columns.findIndex((column) => column.name === name)) as [number, number, number];
  const along = [...new Set(drawn.rows.map((row) => cellText(row[x])))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  if (along.length < 2) return null; // a point is no line
  const places = new Map(along.map((text, i) => [text, i]));
  const lines = new Map<string, number[]>();
  for (const row of drawn.rows) {
    const name = cellText(row[key]);
    const line = lines.get(name) ?? along.map(() => 0);
    line[places.get(cellText(row[x])) ?? 0] = numberIn(row[y]) ?? 0;
    lines.set(name, line);
  }
  const own = placeOf(answer, sparkline.key);
  return (row) => lines.get(cellText(answer.rows[row]?.[own])) ?? [];
}
