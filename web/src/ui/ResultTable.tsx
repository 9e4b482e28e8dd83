import { useMemo } from "react";
import type { Cell } from "@/api/sql";
import { formatNumber } from "@/lib/format";
import { type Column, Table } from "./Table";
import css from "./table.module.css";

export interface ResultColumn {
  name: string;
  type: string;
}

const numeric = /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|HUGEINT|UBIGINT|FLOAT|DOUBLE|DECIMAL)/;

export const isNumeric = (type: string): boolean => numeric.test(type);

/** A cell of a result as text, whole: for titles, sorting and copying. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

function shown(cell: Cell | undefined, type: string) {
  if (cell === null || cell === undefined) return <span className={css.null}>null</span>;
  const text = cellText(cell);
  // Ids and years are numbers too: they are shown digit by digit, decimals to four places.
  if (isNumeric(type) && typeof cell === "number" && !Number.isInteger(cell)) {
    return formatNumber(cell, 4);
  }
  return text.length > 40 ? <span title={text}>{text}</span> : text;
}

/** Rows of SQL as they come: columns with their types, nulls told from empty text. */
export function ResultTable({
  label,
  columns,
  rows,
  height,
}: {
  label: string;
  columns: ResultColumn[];
  rows: Cell[][];
  height?: number;
}) {
  const defined = useMemo(
    () =>
      columns.map(
        (column, i): Column<Cell[]> => ({
          id: `${i} ${column.name}`,
          title: (
            <>
              {column.name} <span className={css.type}>{column.type}</span>
            </>
          ),
          value: (row) => {
            const cell = row[i];
            return typeof cell === "object" && cell !== null ? cellText(cell) : cell;
          },
          cell: (row) => shown(row[i], column.type),
          align: isNumeric(column.type) ? "right" : "left",
        }),
      ),
    [columns],
  );
  return <Table label={label} columns={defined} rows={rows} height={height} />;
}
