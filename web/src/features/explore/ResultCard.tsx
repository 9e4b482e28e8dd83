import { Table2 } from "lucide-react";
import { useState } from "react";
import { formatCount, formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useUrlState } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { Choices, SelectField } from "@/ui/Field";
import { Card } from "@/ui/Layout";
import { ResultTable } from "@/ui/ResultTable";
import { SkeletonBlock } from "@/ui/Skeleton";
import { say, sayError } from "@/ui/toast";
import { exportTo, type FormatId, formats } from "./api";
import css from "./explore.module.css";
import { ResultChart } from "./ResultChart";
import { type Result, rowsMax } from "./runner";

const state = { view: "table" };
const tableHeight = 560;
const views = [
  { value: "table", title: "Table" },
  { value: "chart", title: "Chart" },
];

function Told({ result }: { result: Result }) {
  const now = useNow(200);
  const rows = `${formatCount(result.rows.length)}${result.more ? " of more" : ""} ${result.rows.length === 1 ? "row" : "rows"}`;
  const took = result.tookMs ?? now - result.startedAt;
  return (
    <span className={css.told} role="status">
      {result.phase === "running" && <Badge tone="info" live>running</Badge>}
      {result.phase === "cancelled" && <Badge tone="warn" dot>cancelled</Badge>}
      {result.phase === "failed" && <Badge tone="bad" dot>failed</Badge>}
      <span>
        {result.phase !== "failed" && `${rows}, `}
        {formatDuration(Math.max(0, took))}
      </span>
    </span>
  );
}

function Export({ sql }: { sql: string }) {
  const [busy, setBusy] = useState(false);
  return (
    <SelectField
      label="Export all rows"
      hideLabel
      value=""
      disabled={busy}
      choices={[
        { value: "", title: busy ? "Exporting…" : "Export…" },
        ...formats.map(({ id, title }) => ({ value: id, title })),
      ]}
      onChange={(id) => {
        if (!id) return;
        setBusy(true);
        exportTo(sql, id as FormatId)
          .then(() => {
            say("The file is yours: all rows of the answer.");
          }, sayError)
          .finally(() => {
            setBusy(false);
          });
      }}
    />
  );
}

function Body({ result, view }: { result: Result; view: string }) {
  if (result.phase === "idle") {
    return (
      <EmptyState title="Nothing asked yet" icon={Table2}>
        Write a SELECT, or take a question from the side, and press Ctrl-Enter.
      </EmptyState>
    );
  }
  if (result.phase === "failed") return <ErrorState error={result.error} />;
  if (result.columns.length === 0) {
    if (result.phase === "running") return <div className={css.wait}><SkeletonBlock height={tableHeight / 2} label="Waiting for the first rows" /></div>;
    return <EmptyState title="It was cancelled before there were rows" icon={Table2} />;
  }
  if (view === "chart") return <ResultChart columns={result.columns} rows={result.rows} />;
  return <ResultTable label="Answer" columns={result.columns} rows={result.rows} height={tableHeight} />;
}

/** The answer: rows as they come, or a chart of them, and all of it as a file. */
export function ResultCard({ result }: { result: Result }) {
  const [{ view }, setState] = useUrlState(state);
  const over = result.phase === "done" || result.phase === "cancelled";
  return (
    <Card
      title="Answer"
      flush
      note={result.phase === "idle" ? undefined : <Told result={result} />}
      actions={
        <>
          <Choices label="Show as" choices={views} value={view} onChange={(next) => { setState({ view: next }); }} />
          {over && result.columns.length > 0 && <Export sql={result.sql} />}
        </>
      }
      footer={result.more ? `The page keeps the first ${formatCount(rowsMax)} rows; an export has all.` : undefined}
    >
      <Body result={result} view={view} />
    </Card>
  );
}
