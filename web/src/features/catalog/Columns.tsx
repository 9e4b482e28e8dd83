import { formatCount, nothing } from "@/lib/format";
import { Card } from "@/ui/Layout";
import { type Column as TableColumn, Table } from "@/ui/Table";
import type { Column, TableDetail } from "./api";
import css from "./catalog.module.css";

function range(column: Column): string {
  if (column.min === null || column.max === null) return nothing;
  return column.min === column.max ? column.min : `${column.min} … ${column.max}`;
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
