import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play, ShieldCheck } from "lucide-react";
import { formatRelative } from "@/lib/dates";
import { formatCount } from "@/lib/format";
import { Badge, StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Card, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { type Column, Table } from "@/ui/Table";
import { say, sayError } from "@/ui/toast";
import { type Report, runChecks, type TableName, useTableChecks } from "./api";

type Check = Report["checks"][number];

const columns: Column<Check>[] = [
  { id: "state", title: "State", value: (one) => one.state, cell: (one) => <StateBadge state={one.state} /> },
  {
    id: "claim",
    title: "Claim",
    value: (one) => one.name,
    cell: (one) => one.description || one.name.replaceAll("_", " "),
  },
  { id: "kind", title: "Kind", value: (one) => one.kind, cell: (one) => one.kind.replaceAll("_", " ") },
  {
    id: "failing",
    title: "Rows against it",
    align: "right",
    value: (one) => one.failing,
    cell: (one) => `${formatCount(one.failing)} of ${formatCount(one.total)}`,
  },
  {
    id: "blocks",
    title: "If not",
    cell: (one) => (one.blocking ? <Badge>blocks</Badge> : <Badge>warns</Badge>),
  },
  { id: "message", title: "What it found", cell: (one) => one.message || "" },
];

/** What is claimed of the table, and whether it holds. */
export function Checks({ name }: { name: TableName }) {
  const reports = useTableChecks(name);
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => runChecks(name),
    onSuccess: (answer) => {
      const bad = answer.failed + answer.errors;
      say(bad === 0 ? "All checks hold." : `${formatCount(bad)} of the checks do not hold.`);
      return client.invalidateQueries({ queryKey: ["checks"] });
    },
    onError: sayError,
  });
  const button = (
    <Button
      small
      icon={Play}
      busy={run.isPending}
      onClick={() => {
        run.mutate();
      }}
    >
      Check now
    </Button>
  );
  return (
    <QueryView
      query={reports}
      isEmpty={(found) => found.length === 0}
      empty={
        <EmptyState title="Nothing was checked" icon={ShieldCheck} actions={button}>
          Claims stand in the asset’s header or in the package’s checks folder. They are tried
          whenever the table is made.
        </EmptyState>
      }
    >
      {(found) => (
        <Stack gap={4}>
          {found.map((report) => (
            <Card
              key={`${report.table} ${report.checked_at}`}
              title={`${formatCount(report.checks.length)} checks`}
              note={`Version ${report.version}, checked ${formatRelative(report.checked_at)}`}
              actions={button}
              flush
            >
              <Table
                label="Checks"
                columns={columns}
                rows={report.checks}
                rowId={(one) => one.name}
                sorted={{ id: "state" }}
              />
            </Card>
          ))}
        </Stack>
      )}
    </QueryView>
  );
}
