import type { UseQueryResult } from "@tanstack/react-query";
import { Workflow } from "lucide-react";
import type { AssetEvent } from "@/api/eventTypes";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatCount, formatDuration, nothing } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { StateBadge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import type { Run } from "./api";
import css from "./home.module.css";

const rowsOut = (run: Run) => run.assets.reduce((sum, asset) => sum + asset.rows_out, 0);

function duration(run: Run, now: number): string {
  if (!run.started_at) return nothing;
  const end = run.finished_at ? Date.parse(run.finished_at) : now;
  return formatDuration(Math.max(0, end - Date.parse(run.started_at)));
}

function Making({ asset }: { asset: AssetEvent }) {
  return (
    <>
      <span className={css.making}> making {asset.asset}</span>
      {asset.progress !== null && (
        <span className={css.progress}>
          <span style={{ width: `${asset.progress}%` }} />
        </span>
      )}
    </>
  );
}

function columnsFor(now: number, progress: Map<number, AssetEvent>): Column<Run>[] {
  return [
    {
      id: "run",
      title: "Run",
      cell: (run) => {
        const asset = progress.get(run.id);
        return (
          <>
            <Link to={`/runs/${run.id}`}>
              {run.package} #{run.id}
            </Link>
            {asset && run.state === "running" && <Making asset={asset} />}
          </>
        );
      },
    },
    { id: "state", title: "State", cell: (run) => <StateBadge state={run.state} /> },
    {
      id: "when",
      title: "When",
      cell: (run) => (
        <span title={formatExact(run.queued_at)}>{formatRelative(run.queued_at, now)}</span>
      ),
    },
    { id: "took", title: "Took", align: "right", extra: true, cell: (run) => duration(run, now) },
    { id: "rows", title: "Rows", align: "right", extra: true, cell: (run) => formatCount(rowsOut(run)) },
  ];
}

export function Runs({
  runs,
  progress,
}: {
  runs: UseQueryResult<Run[]>;
  progress: Map<number, AssetEvent>;
}) {
  const now = useNow(progress.size > 0 ? 1000 : 15_000);
  return (
    <Card title="Last runs" flush>
      <QueryView
        query={runs}
        loading={<SkeletonLines lines={6} />}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title="Nothing ran yet" icon={Workflow}>
            A package runs when its inputs change, by its schedule, or when you start it.
          </EmptyState>
        }
      >
        {(found) => (
          <Table
            label="Last runs"
            columns={columnsFor(now, progress)}
            rows={found}
            rowId={(run) => String(run.id)}
          />
        )}
      </QueryView>
    </Card>
  );
}
