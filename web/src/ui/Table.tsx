import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import css from "./table.module.css";

export interface Column<R> {
  id: string;
  title: ReactNode;
  /** What is sorted by; without it the column cannot be sorted. */
  value?: (row: R) => string | number | boolean | null | undefined;
  /** What is shown; by default the value. */
  cell?: (row: R) => ReactNode;
  align?: "left" | "right";
  width?: string;
}

interface TableProps<R> {
  /** What the table shows, for those who cannot see it. */
  label: string;
  columns: Column<R>[];
  rows: R[];
  rowId?: (row: R, index: number) => string;
  onRow?: (row: R) => void;
  /** The table scrolls within this many pixels; only rows in sight are drawn, however many there are. */
  height?: number;
  /** Long texts break instead of being cut off. Not with `height`. */
  wrap?: boolean;
  sorted?: { id: string; desc?: boolean };
}

const rowHeight = 36; // --row

function columnDefinitions<R>(columns: Column<R>[]): ColumnDef<R>[] {
  return columns.map((column) => ({
    id: column.id,
    accessorFn: column.value ? (row: R) => column.value?.(row) ?? undefined : undefined,
    header: () => column.title,
    cell: ({ row }) =>
      column.cell ? column.cell(row.original) : String(column.value?.(row.original) ?? "–"),
    enableSorting: column.value !== undefined,
    sortUndefined: "last",
    sortDescFirst: column.align === "right",
  }));
}

function HeadCell<R>({ column, header }: { column: Column<R>; header: HeaderState }) {
  const { sorted, toggle } = header;
  if (!toggle) return <span className={css.head}>{column.title}</span>;
  const Arrow = sorted === "asc" ? ArrowUp : ArrowDown;
  return (
    <button type="button" className={css.head} onClick={toggle}>
      {column.title}
      {sorted && <Arrow size={13} aria-hidden />}
    </button>
  );
}

interface HeaderState {
  sorted: false | "asc" | "desc";
  toggle: ((event: unknown) => void) | undefined;
}

/** Sortable by its heads; 100,000 rows scroll like ten. */
export function Table<R>(props: TableProps<R>) {
  const { label, columns, rows, rowId, onRow, height, wrap } = props;
  const [sorting, setSorting] = useState<SortingState>(
    props.sorted ? [{ id: props.sorted.id, desc: props.sorted.desc ?? false }] : [],
  );
  const definitions = useMemo(() => columnDefinitions(columns), [columns]);
  const table = useReactTable({
    data: rows,
    columns: definitions,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const frame = useRef<HTMLDivElement>(null);
  const sortedRows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: sortedRows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: height !== undefined,
  });
  const inSight = virtual.getVirtualItems();
  const first = inSight[0];
  const last = inSight[inSight.length - 1];
  const drawn = height === undefined ? sortedRows.map((_, i) => i) : inSight.map((i) => i.index);
  const above = first?.start ?? 0;
  const below = last ? virtual.getTotalSize() - last.end : 0;
  return (
    <div
      className={css.frame}
      ref={frame}
      style={height === undefined ? undefined : { maxHeight: height }}
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      <table className={cx(css.table, wrap && css.wrap)} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {table.getFlatHeaders().map((header, i) => {
              const column = columns[i];
              if (!column) return null;
              const sorted = header.column.getIsSorted();
              return (
                <th
                  key={header.id}
                  scope="col"
                  className={column.align === "right" ? css.right : undefined}
                  style={column.width ? { width: column.width } : undefined}
                  aria-sort={
                    sorted ? (sorted === "asc" ? "ascending" : "descending") : undefined
                  }
                >
                  <HeadCell
                    column={column}
                    header={{
                      sorted,
                      toggle: header.column.getCanSort()
                        ? header.column.getToggleSortingHandler()
                        : undefined,
                    }}
                  />
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Gap height={above} columns={columns.length} />}
          {drawn.map((index) => {
            const row = sortedRows[index];
            if (!row) return null;
            return (
              <tr
                key={row.id}
                aria-rowindex={index + 2}
                className={cx(css.row, onRow && css.clickable)}
                onClick={
                  onRow &&
                  ((event) => {
                    // A link or a button within the row has a meaning of its own.
                    if (!(event.target as HTMLElement).closest("a, button")) onRow(row.original);
                  })
                }
              >
                {row.getVisibleCells().map((cell, i) => (
                  <td
                    key={cell.id}
                    className={columns[i]?.align === "right" ? css.right : undefined}
                  >
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <Gap height={below} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

/** The room of the rows that are not drawn. */
function Gap({ height, columns }: { height: number; columns: number }) {
  return (
    <tr className={css.pad} aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
