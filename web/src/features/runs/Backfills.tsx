import type { UseQueryResult } from "@tanstack/react-query";
import { CalendarRange } from "lucide-react";
import { formatRelative } from "@/lib/dates";
import { formatCount } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { StateBadge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { type Column, Table } from "@/ui/Table";
import type { Backfill } from "./api";
import { Progress } from "./Progress";

const columnsFor = (now: number): Column<Backfill>[] => [
  {
    id: "id",
    title: "Backfill",
    value: (one) => one.id,
    cell: (one) => (
      <Link to={`/runs/backfills/${one.id}`}>
        {one.package} #{one.id}
      </Link>
    ),
  },
  { id: "state", title: "State", value: (one) => one.state, cell: (one) => <StateBadge state={one.state} /> },
  { id: "span", title: "From – to", value: (one) => one.from, cell: (one) => `${one.from} – ${one.to}` },
  { id: "every", title: "Every", value: (one) => one.every },
  {
    id: "assets",
    title: "Assets",
    cell: (one) => one.assets.join(", ") || "all",
  },
  {
    id: "done",
    title: "Done",
    width: "12rem",
    value: (one) => one.done / Math.max(1, one.total),
    cell: (one) => <Progress done={one.done} total={one.total} state={one.state} />,
  },
  { id: "rows", title: "Rows", align: "right", value: (one) => one.rows, cell: (one) => formatCount(one.rows) },
  { id: "when", title: "Asked", value: (one) => one.queued_at, cell: (one) => formatRelative(one.queued_at, now) },
];

export function Backfills({ backfills }: { backfills: UseQueryResult<Backfill[]> }) {
  const now = useNow();
  return (
    <Card title="Backfills" note="Spans of time made anew, one run for each interval" flush>
      <QueryView
        query={backfills}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title="No backfill yet" icon={CalendarRange}>
            When past days have to be made anew, pick them in a calendar: “Backfill” above.
          </EmptyState>
        }
      >
        {(found) => (
          <Table label="Backfills" columns={columnsFor(now)} rows={found} rowId={(one) => String(one.id)} height={620} />
        )}
      </QueryView>
    </Card>
  );
}
