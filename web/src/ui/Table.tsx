import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { nextSorting, sortedPlaces, type Sorting, type SortValue } from "./sorting";
import css from "./table.module.css";

export interface Column<R> {
  id: string;
  title: ReactNode;
  /** What is sorted by; without it the column cannot be sorted. */
  value?: (row: R) => SortValue;
  /** What is shown; by default the value. */
  cell?: (row: R) => ReactNode;
  align?: "left" | "right";
  width?: string;
  /** Left out on a phone: nice to know. */
  extra?: boolean;
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
  /** The reader sorted, or took it back: for those who keep it in the address. */
  onSort?: (sorting: Sorting | null) => void;
}

const rowHeight = 36; // --row

const cellClass = <R,>(column: Column<R>) =>
  cx(column.align === "right" && css.right, column.extra && css.extra) || undefined;

function Head<R>({
  column,
  sorting,
  onSort,
}: {
  column: Column<R>;
  sorting: Sorting | null;
  onSort: (id: string, descFirst: boolean) => void;
}) {
  const sorted = sorting?.id === column.id ? (sorting.desc ? "descending" : "ascending") : undefined;
  const Arrow = sorted === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      className={cellClass(column)}
      style={column.width ? { width: column.width } : undefined}
      aria-sort={sorted}
    >
      {column.value ? (
        <button
          type="button"
          className={css.head}
          onClick={() => {
            onSort(column.id, column.align === "right");
          }}
        >
          {column.title}
          {sorted && <Arrow size={13} aria-hidden />}
        </button>
      ) : (
        <span className={css.head}>{column.title}</span>
      )}
    </th>
  );
}

const shown = <R,>(column: Column<R>, row: R): ReactNode =>
  column.cell ? column.cell(row) : String(column.value?.(row) ?? "–");

/** Sortable by its heads; 100,000 rows scroll like ten. */
export function Table<R>(props: TableProps<R>) {
  const { label, columns, rows, rowId, onRow, height, wrap } = props;
  const [sorting, setSorting] = useState<Sorting | null>(
    props.sorted ? { id: props.sorted.id, desc: props.sorted.desc ?? false } : null,
  );
  const places = useMemo(() => {
    const by = columns.find((column) => column.id === sorting?.id);
    return sortedPlaces(rows, by?.value, sorting?.desc ?? false);
  }, [rows, columns, sorting]);
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: height !== undefined,
  });
  const inSight = virtual.getVirtualItems();
  const last = inSight[inSight.length - 1];
  const drawn = height === undefined ? places.map((_, i) => i) : inSight.map((item) => item.index);
  const above = inSight[0]?.start ?? 0;
  const below = last ? virtual.getTotalSize() - last.end : 0;
  // A link or a button within the row has a meaning of its own.
  const click = (row: R) => (event: React.MouseEvent) => {
    if (!(event.target as HTMLElement).closest("a, button")) onRow?.(row);
  };
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
            {columns.map((column) => (
              <Head
                key={column.id}
                column={column}
                sorting={sorting}
                onSort={(id, descFirst) => {
                  const next = nextSorting(sorting, id, descFirst);
                  setSorting(next);
                  props.onSort?.(next);
                }}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Gap height={above} columns={columns.length} />}
          {drawn.map((index) => {
            const place = places[index] ?? index;
            const row = rows[place];
            if (row === undefined) return null;
            return (
              <tr
                key={rowId ? rowId(row, place) : place}
                aria-rowindex={index + 2}
                className={cx(css.row, onRow && css.clickable)}
                onClick={onRow && click(row)}
              >
                {columns.map((column) => (
                  <td key={column.id} className={cellClass(column)}>
                    {shown(column, row)}
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
