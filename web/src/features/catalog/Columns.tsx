import { formatCount, formatNumber, nothing } from "@/lib/format";
import { Card } from "@/ui/Layout";
import { type Column as TableColumn, Table } from "@/ui/Table";
import type { Column, TableDetail } from "./api";
import css from "./catalog.module.css";

// Whole numbers may be ids, and are shown digit by digit.
const isFraction = (type: string | null): boolean => /^(DECIMAL|DOUBLE|FLOAT)/.test(type ?? "");

function range(column: Column): string {
  if (column.min === null || column.max === null) return nothing;
  const shown = (text: string) => (isFraction(column.type) ? formatNumber(text, 4) : text);
  const [least, greatest] = [shown(column.min), shown(column.max)];
  return least === greatest ? least : `${least} … ${greatest}`;
}

const columns: TableColumn<Column>[] = [
  {
    id: "name",
    title: "Column",
    value: (column) => column.name,
    cell: (column) => <strong>{column.name}</strong>,
  },
  {
    id: "type",
    title: "Type",
    value: (column) => column.type,
    cell: (column) => <span className={css.type}>{column.type ?? nothing}</span>,
  },
  { id: "about", title: "About", cell: (column) => column.description ?? nothing },
  {
    id: "nulls",
    title: "Nulls",
    align: "right",
    value: (column) => column.null_count,
    cell: (column) => formatCount(column.null_count),
  },
  { id: "range", title: "From … to", cell: range },
];

export function Columns({ table }: { table: TableDetail }) {
  return (
    <Card flush>
      <Table label="Columns" columns={columns} rows={table.columns} rowId={(one) => one.name} />
    </Card>
  );
}
