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
  const text = type.startsWith("TIMESTAMP") ? cellText(cell).replace("T", " ") : cellText(cell);
  // Ids and years are numbers too: they are shown digit by digit, decimals to four places.
  if (isNumeric(type) && typeof cell === "number" && !Number.isInteger(cell)) {
    return formatNumber(cell, 4);
  }
  return text.length > 40 ? <span title={text}>{text}</span> : text;
}

const sampled = 200;
const characterRem = 0.52;
const widest = 40;

/** From the first rows, so that columns stay where they are while the table scrolls. */
function widthOf(column: ResultColumn, rows: Cell[][], i: number): string {
  const head = column.name.length + column.type.length + 3;
  const longest = rows.slice(0, sampled).reduce((most, row) => Math.max(most, cellText(row[i]).length), 4);
  return `${(Math.max(head, Math.min(longest, widest)) + 3) * characterRem}rem`;
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
  const sample = rows.length < sampled ? rows.length : sampled;
  const widths = useMemo(
    () => columns.map((column, i) => widthOf(column, rows, i)),
    // More rows of the same answer change no width: only another answer does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [columns, sample],
  );
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
          width: widths[i],
        }),
      ),
    [columns, widths],
  );
  return <Table label={label} columns={defined} rows={rows} height={height} />;
}
