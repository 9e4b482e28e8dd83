import { formatBytes, formatCount, formatDuration } from "@/lib/format";
import { StateBadge } from "@/ui/Badge";
import { Card } from "@/ui/Layout";
import { type Column, Table } from "@/ui/Table";
import type { Run, RunAsset } from "./api";
import { tookMs } from "./bars";
import css from "./runs.module.css";

const columnsFor = (now: number, onAsset: (asset: string) => void): Column<RunAsset>[] => [
  {
    id: "asset",
    title: "Asset",
    value: (one) => one.asset,
    cell: (one) => (
      <button type="button" className={css.plain} onClick={() => { onAsset(one.asset); }}>
        {one.asset}
      </button>
    ),
  },
  { id: "state", title: "State", value: (one) => one.state, cell: (one) => <StateBadge state={one.state} /> },
  { id: "in", title: "Rows in", align: "right", value: (one) => one.rows_in, cell: (one) => formatCount(one.rows_in) },
  { id: "out", title: "Rows out", align: "right", value: (one) => one.rows_out, cell: (one) => formatCount(one.rows_out) },
  { id: "bytes", title: "Written", align: "right", value: (one) => one.bytes_out, cell: (one) => formatBytes(one.bytes_out) },
  { id: "memory", title: "Memory", align: "right", value: (one) => one.memory_bytes, cell: (one) => formatBytes(one.memory_bytes) },
  { id: "took", title: "Took", align: "right", value: (one) => tookMs(one, now), cell: (one) => formatDuration(tookMs(one, now)) },
  { id: "message", title: "It said", cell: (one) => <span title={one.message}>{one.message}</span> },
];

export function AssetTable({ run, now, onAsset }: { run: Run; now: number; onAsset: (asset: string) => void }) {
  return (
    <Card title="Assets" note="In the order in which they are made" flush>
      <Table
        label="Assets of the run"
        columns={columnsFor(now, onAsset)}
        rows={run.assets}
        rowId={(one) => one.asset}
        onRow={(one) => {
          onAsset(one.asset);
        }}
      />
    </Card>
  );
}
