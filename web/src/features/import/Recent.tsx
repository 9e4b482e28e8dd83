import { History } from "lucide-react";
import { useState } from "react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatCount } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { StateBadge } from "@/ui/Badge";
import { CheckField } from "@/ui/Field";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type Import, useRecent } from "./api";
import { isRepeat } from "./facts";

const columnsFor = (now: number): Column<Import>[] => [
  {
    id: "file",
    title: "File",
    cell: (one) => <Link to={`/import?id=${one.id}`}>{one.identity}</Link>,
  },
  { id: "source", title: "Source", cell: (one) => one.source },
  { id: "state", title: "State", cell: (one) => <StateBadge state={one.state} /> },
  { id: "rows", title: "Rows", align: "right", cell: (one) => formatCount(one.row_count) },
  {
    id: "refused",
    title: "Refused",
    align: "right",
    cell: (one) => formatCount(one.rejected_count),
  },
  {
    id: "when",
    title: "When",
    cell: (one) => (
      <span title={formatExact(one.queued_at)}>{formatRelative(one.queued_at, now)}</span>
    ),
  },
];

/** The newest imports, by whatever door they came. */
export function Recent() {
  const recent = useRecent();
  const now = useNow();
  const [all, setAll] = useState(false);
  const repeats = recent.data?.filter(isRepeat).length ?? 0;
  return (
    <Card
      title="Imported lately"
      note="By hand, by command, and from the landing folder"
      flush
      actions={
        repeats > 0 && (
          <CheckField
            label={`Also what came again unchanged (${formatCount(repeats)})`}
            checked={all}
            onChange={setAll}
          />
        )
      }
    >
      <QueryView
        query={recent}
        loading={<SkeletonLines lines={6} />}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title="No file came in yet" icon={History}>
            What is put into the folder landing/ of the workspace comes in by itself, too.
          </EmptyState>
        }
      >
        {(found) => (
          <Table
            label="Imported lately"
            columns={columnsFor(now)}
            rows={all || repeats === found.length ? found : found.filter((one) => !isRepeat(one))}
            rowId={(one) => String(one.id)}
            height={480}
          />
        )}
      </QueryView>
    </Card>
  );
}
