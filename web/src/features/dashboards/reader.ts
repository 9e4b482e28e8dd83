import type { Tile, TileAnswer } from "./api";
import { cellShown, formatOf, labelOf, numberIn, placeOf, unitOf } from "./values";

/** Columns of a tile with what there is to know of each. */
export function readerOf(tile: Tile, answer: TileAnswer) {
  const column = (name: string | null | undefined) => {
    const place = placeOf(answer, name);
    const format = formatOf(tile, name ?? "", answer.columns[place]?.type ?? "");
    return {
      name: name ?? "",
      label: labelOf(tile, name ?? ""),
      unit: unitOf(format, tile.currency),
      format,
      cell: (row: number) => answer.rows[row]?.[place],
      shown: (row: number) => cellShown(answer.rows[row]?.[place], format, tile.currency),
      number: (row: number) => numberIn(answer.rows[row]?.[place]),
    };
  };
  return { column, rows: answer.rows.map((_, row) => row) };
}

export type Reader = ReturnType<typeof readerOf>;
