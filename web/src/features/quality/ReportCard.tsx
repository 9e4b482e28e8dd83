import { Play } from "lucide-react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatCount } from "@/lib/format";
import { Badge, StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { Link } from "@/ui/Link";
import { type Column, Table } from "@/ui/Table";
import { type Check, type Report, useCheckNow } from "./api";
import css from "./quality.module.css";

const columns: Column<Check>[] = [
  { id: "state", title: "State", width: "7rem", value: (one) => one.state, cell: (one) => <StateBadge state={one.state} /> },
  { id: "claim", title: "Claim", value: (one) => one.name, cell: (one) => one.description || one.name.replaceAll("_", " ") },
  {
    id: "failing",
    title: "Rows against it",
    align: "right",
    width: "11rem",
    value: (one) => one.failing,
    cell: (one) => `${formatCount(one.failing)} of ${formatCount(one.total)}`,
  },
  { id: "blocks", title: "If not", width: "6rem", cell: (one) => <Badge>{one.blocking ? "blocks" : "warns"}</Badge> },
  { id: "message", title: "What it found", cell: (one) => <span title={one.message}>{one.message}</span> },
];

/** The claims of one table: open where one of them does not hold. */
export function ReportCard({ report }: { report: Report }) {
  const now = useCheckNow();
  const bad = report.checks.filter((check) => check.state !== "passed").length;
  const [schema, table] = report.table.split(".");
  return (
    <details className={css.report} open={bad > 0}>
      <summary>
        <strong>{report.table}</strong>
        <Badge tone={bad > 0 ? "bad" : "good"} dot>
          {bad > 0 ? `${formatCount(bad)} of ${formatCount(report.checks.length)} do not hold` : `${formatCount(report.checks.length)} hold`}
        </Badge>
        <span className={css.quiet} title={formatExact(report.checked_at)}>
          {formatRelative(report.checked_at)}
        </span>
      </summary>
      <div className={css.reportActions}>
        <Button small icon={Play} busy={now.isPending} onClick={() => { now.mutate(report.table); }}>
          Check now
        </Button>
        <Link to={`/catalog/${schema}/${table}?tab=checks`}>Table</Link>
        {report.quarantine && (
          <Link to={`/quality?tab=rows&quarantine=${report.quarantine}`}>Failing rows</Link>
        )}
      </div>
      <Table label={`Checks of ${report.table}`} columns={columns} rows={report.checks} rowId={(one) => one.name} sorted={{ id: "state" }} />
    </details>
  );
}
