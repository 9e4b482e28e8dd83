import type { UseQueryResult } from "@tanstack/react-query";
import { Workflow } from "lucide-react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatCount, formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useUrlState } from "@/lib/urlState";
import { StateBadge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { SelectField } from "@/ui/Field";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import type { Run } from "./api";
import { rowsMade, tookMs } from "./bars";
import css from "./runs.module.css";

const state = { package: "", state: "" };
const states = ["queued", "running", "succeeded", "failed", "cancelled"];
const tableHeight = 620;

const columnsFor = (now: number): Column<Run>[] => [
  {
    id: "run",
    title: "Run",
    value: (run) => run.id,
    cell: (run) => (
      <Link to={`/runs/${run.id}`}>
        {run.package} #{run.id}
      </Link>
    ),
  },
  { id: "state", title: "State", value: (run) => run.state, cell: (run) => <StateBadge state={run.state} /> },
  {
    id: "when",
    title: "When",
    value: (run) => run.queued_at,
    cell: (run) => <span title={formatExact(run.queued_at)}>{formatRelative(run.queued_at, now)}</span>,
  },
  { id: "why", title: "Why", value: (run) => run.reason },
  {
    id: "took",
    title: "Took",
    align: "right",
    value: (run) => tookMs(run, now),
    cell: (run) => formatDuration(tookMs(run, now)),
  },
  { id: "assets", title: "Assets", align: "right", value: (run) => run.assets.length },
  {
    id: "rows",
    title: "Rows",
    align: "right",
    value: rowsMade,
    cell: (run) => formatCount(rowsMade(run)),
  },
];

export function RunList({ runs }: { runs: UseQueryResult<Run[]> }) {
  const [filter, setFilter] = useUrlState(state);
  const now = useNow(runs.data?.some((run) => run.state === "running") ? 1000 : 15_000);
  const packages = [...new Set(runs.data?.map((run) => run.package))].sort();
  const fits = (run: Run) =>
    (!filter.package || run.package === filter.package) && (!filter.state || run.state === filter.state);
  return (
    <Card
      title="Runs"
      note="The newest 200"
      flush
      actions={
        <>
          <SelectField
            label="Package"
            hideLabel
            value={filter.package}
            choices={[
              { value: "", title: "All packages" },
              ...packages.map((name) => ({ value: name, title: name })),
            ]}
            onChange={(name) => {
              setFilter({ package: name });
            }}
          />
          <SelectField
            label="State"
            hideLabel
            value={filter.state}
            choices={[
              { value: "", title: "All states" },
              ...states.map((name) => ({ value: name, title: name })),
            ]}
            onChange={(name) => {
              setFilter({ state: name });
            }}
          />
        </>
      }
    >
      <QueryView
        query={runs}
        loading={<div className={css.graphWait}><SkeletonLines lines={10} /></div>}
        isEmpty={(found) => found.filter(fits).length === 0}
        empty={
          <EmptyState title={runs.data?.length ? "No such run" : "Nothing ran yet"} icon={Workflow}>
            {runs.data?.length
              ? "None of the newest runs is of this package and state."
              : "A package runs when its inputs change, by its schedule, or when you start it."}
          </EmptyState>
        }
      >
        {(found) => (
          <Table
            label="Runs"
            columns={columnsFor(now)}
            rows={found.filter(fits)}
            rowId={(run) => String(run.id)}
            height={tableHeight}
          />
        )}
      </QueryView>
    </Card>
  );
}
