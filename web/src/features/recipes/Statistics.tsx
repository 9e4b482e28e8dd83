import { formatCount, formatNumber, formatPercent, nothing } from "@/lib/format";
import { Card } from "@/ui/Layout";
import { type Column, Table } from "@/ui/Table";
import type { ColumnStatistics } from "./api";
import css from "./recipes.module.css";

function Shape({ column }: { column: ColumnStatistics }) {
  const most = Math.max(1, ...column.histogram.map((bin) => bin.count));
  if (column.histogram.length === 0) {
    const [top] = column.top;
    return top ? (
      <span className={css.top}>
        {top.value ?? "null"} ({formatCount(top.count)})
      </span>
    ) : (
      nothing
    );
  }
  return (
    <span className={css.bars} role="img" aria-label={`How the values of ${column.name} lie`}>
      {column.histogram.map((bin) => (
        <span
          key={bin.from}
          title={`${formatNumber(bin.from)} … ${formatNumber(bin.to)}: ${formatCount(bin.count)}`}
          style={{ height: `${Math.max(4, (bin.count / most) * 100)}%` }}
        />
      ))}
    </span>
  );
}

const columnsFor = (rows: number): Column<ColumnStatistics>[] => [
  {
    id: "name",
    title: "Column",
    value: (one) => one.name,
    cell: (one) => (
      <>
        <strong>{one.name}</strong> <span className={css.type}>{one.type}</span>
      </>
    ),
  },
  { id: "shape", title: "Shape, or most frequent", cell: (one) => <Shape column={one} /> },
  {
    id: "nulls",
    title: "Nulls",
    align: "right",
    value: (one) => one.nulls,
    cell: (one) =>
      one.nulls === 0
        ? "0"
        : `${formatCount(one.nulls)} (${formatPercent(rows > 0 ? one.nulls / rows : 0)})`,
  },
  {
    id: "distinct",
    title: "Distinct",
    align: "right",
    value: (one) => one.distinct,
    cell: (one) => formatCount(one.distinct),
  },
  { id: "min", title: "Least", cell: (one) => one.min ?? nothing },
  { id: "max", title: "Greatest", cell: (one) => one.max ?? nothing },
  { id: "mean", title: "Mean", align: "right", cell: (one) => formatNumber(one.mean) },
];

export function Statistics({ columns, rows }: { columns: ColumnStatistics[]; rows: number }) {
  return (
    <Card flush>
      <Table
        label="Column statistics"
        columns={columnsFor(rows)}
        rows={columns}
        rowId={(one) => one.name}
        height={460}
      />
    </Card>
  );
}
