import { useMemo } from "react";
import { cx } from "@/lib/cx";
import { Table } from "@/ui/Table";
import type { Tile, TileAnswer } from "./api";
import { useBoard } from "./board";
import css from "./dashboards.module.css";
import { tableColumns } from "./tableColumns";

const fullWidth = 12;
const allDrawnMax = 100; // rows: of more only those in sight are drawn

/** Rows of a tile: sorted by their heads, small lines, links and filters in the cells. */
export function TableTile({ tile, answer, height, again }: { tile: Tile; answer: TileAnswer; height: number; again?: boolean }) {
  const board = useBoard();
  const { state } = board;
  const columns = useMemo(() => tableColumns(board, tile, answer), [board, tile, answer]);
  const rows = useMemo(() => answer.rows.map((_, row) => row), [answer]);
  const sorted = state.sorted(tile.name);
  return (
    <div className={cx(css.tableFrame, !again && tile.width < fullWidth && css.narrow)}>
      <Table
        label={again ? `${tile.title}, enlarged` : `${tile.title}, rows`}
        columns={columns}
        rows={rows}
        rowId={(row) => String(row)}
        height={rows.length > allDrawnMax ? height : undefined}
        sorted={sorted ? { id: sorted.replace(/^-/, ""), desc: sorted.startsWith("-") } : undefined}
        onSort={(by) => {
          state.sort(tile.name, by ? `${by.desc ? "-" : ""}${by.id}` : "");
        }}
      />
    </div>
  );
}
