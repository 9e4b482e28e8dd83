// What the parts of a board share.
import { createContext, useContext } from "react";
import type { BoardAddress, Definition, Tile } from "./api";
import type { BoardState } from "./state";

export interface BoardValue {
  definition: Definition;
  of: BoardAddress;
  state: BoardState;
}

export const BoardContext = createContext<BoardValue | null>(null);

export function useBoard(): BoardValue {
  const board = useContext(BoardContext);
  if (!board) throw new Error("a tile stands outside of its board");
  return board;
}

/** Sizes that do not depend on what comes: nothing jumps. */
const figureHeight = 68;
const chartHeight = 320;
const tallHeight = 440;
const manyColumns = 12;

export function bodyHeight(tile: Tile): number {
  if (tile.kind === "big_number") return figureHeight;
  return tile.kind === "table" && tile.width >= manyColumns ? tallHeight : chartHeight;
}
