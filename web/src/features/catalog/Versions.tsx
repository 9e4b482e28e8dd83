import { formatDateTime, formatExact } from "@/lib/dates";
import { formatBytes, formatCount, nothing } from "@/lib/format";
import { Card, Stack } from "@/ui/Layout";
import { EmptyState } from "@/ui/EmptyState";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { type Column, Table } from "@/ui/Table";
import { type TableName, usePartitions, useVersions, type Version } from "./api";
import css from "./catalog.module.css";

const columns: Column<Version>[] = [
  { id: "version", title: "Version", value: (one) => one.version },
  {
    id: "at",
    title: "Published",
    value: (one) => one.published_at,
    cell: (one) => <span title={formatExact(one.published_at)}>{formatDateTime(one.published_at)}</span>,
  },
  {
    id: "rows",
    title: "Rows",
    align: "right",
    value: (one) => one.row_count,
    cell: (one) => formatCount(one.row_count),
  },
  {
    id: "bytes",
    title: "Size",
    align: "right",
    value: (one) => one.bytes,
    cell: (one) => formatBytes(one.bytes),
  },
  {
    id: "files",
    title: "Files (kept)",
    align: "right",
    cell: (one) => `${formatCount(one.file_count)} (${formatCount(one.files_kept)})`,
  },
  {
    id: "run",
    title: "Made by",
    cell: (one) =>
      one.run && /^\d+$/.test(one.run) ? (
        <Link to={`/runs/${one.run}`}>run {one.run}</Link>
      ) : (
        (one.note ?? one.run ?? nothing)
      ),
  },
  {
    id: "inputs",
    title: "From",
    cell: (one) =>
      one.inputs.map((input) => `${input.table} v${input.version}`).join(", ") || nothing,
  },
];

type Partition = NonNullable<ReturnType<typeof usePartitions>["data"]>[number];

const partitionColumns: Column<Partition>[] = [
  {
    id: "partition",
    title: "Partition",
    value: (one) => partitionText(one),
    cell: (one) => <span className={css.sample}>{partitionText(one)}</span>,
  },
  {
    id: "rows",
    title: "Rows",
    align: "right",
    value: (one) => one.row_count,
    cell: (one) => formatCount(one.row_count),
  },
  {
    id: "bytes",
    title: "Size",
    align: "right",
    value: (one) => one.bytes,
    cell: (one) => formatBytes(one.bytes),
  },
  { id: "files", title: "Files", align: "right", cell: (one) => formatCount(one.file_count) },
];

function partitionText(partition: Partition): string {
  return Object.entries(partition.values)
    .map(([column, value]) => `${column}=${String(value)}`)
    .join(" / ");
}

export function Versions({ name }: { name: TableName }) {
  const versions = useVersions(name);
  const partitions = usePartitions(name);
  return (
    <Stack gap={4}>
      <QueryView
        query={versions}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title="No versions">
            A view has none of its own; a table gets its first when it is made.
          </EmptyState>
        }
      >
        {(found) => (
          <Card title="Versions" note="Newest first; each can be queried with AT (VERSION => n)" flush>
            <Table
              label="Versions"
              columns={columns}
              rows={found}
              rowId={(one) => String(one.version)}
              height={360}
            />
          </Card>
        )}
      </QueryView>
      {partitions.data && partitions.data.length > 0 && (
        <Card title="Partitions" note="Of the newest version" flush>
          <Table
            label="Partitions"
            columns={partitionColumns}
            rows={partitions.data}
            rowId={partitionText}
            height={360}
          />
        </Card>
      )}
    </Stack>
  );
}
