import { RotateCcw, Square } from "lucide-react";
import { useMemo } from "react";
import { formatDateTime } from "@/lib/dates";
import { formatCount, formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useGo, useParams } from "@/lib/urlState";
import { StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { KeyValue } from "@/ui/KeyValue";
import { Card, Page, Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type Backfill, cancelBackfill, type Interval, isOpen, resumeBackfill, useAction, useBackfill, useIntervals } from "./api";
import { Calendar } from "./Calendar";
import { byDay, monthsBetween } from "./days";
import { tookMs } from "./bars";
import { Progress } from "./Progress";
import css from "./runs.module.css";

const columnsFor = (now: number): Column<Interval>[] => [
  { id: "place", title: "No.", value: (one) => one.place },
  { id: "from", title: "From", value: (one) => one.from },
  { id: "to", title: "To", value: (one) => one.to },
  { id: "state", title: "State", value: (one) => one.state, cell: (one) => <StateBadge state={one.state} /> },
  { id: "run", title: "Run", cell: (one) => (one.run ? <Link to={`/runs/${one.run}`}>run {one.run}</Link> : "–") },
  { id: "rows", title: "Rows", align: "right", value: (one) => one.rows, cell: (one) => formatCount(one.rows) },
  { id: "took", title: "Took", align: "right", cell: (one) => formatDuration(tookMs(one, now)) },
  { id: "message", title: "It said", cell: (one) => one.message },
];

function Months({ backfill, intervals }: { backfill: Backfill; intervals: Interval[] }) {
  const go = useGo();
  const days = useMemo(() => byDay(intervals), [intervals]);
  const runOf = (day: string) => days.get(day)?.intervals.find((one) => one.run)?.run;
  return (
    <div className={css.months}>
      {monthsBetween(backfill.from, backfill.to).map((month) => (
        <Calendar
          key={month}
          month={month}
          state={(day) => days.get(day)?.state}
          selectable={(day) => Boolean(runOf(day))}
          onDay={(day) => {
            go(`/runs/${runOf(day)}`);
          }}
        />
      ))}
    </div>
  );
}

/** One backfill: its days in a calendar, coloured by what became of them. */
export default function BackfillPage() {
  const id = Number(useParams("id").id);
  const backfill = useBackfill(id);
  const intervals = useIntervals(id);
  const now = useNow(5000);
  const cancel = useAction(cancelBackfill, () => "It is told to stop; what it made stays.");
  const resume = useAction(resumeBackfill, () => "It goes on.");
  const shown = backfill.data;
  return (
    <Page
      title={`Backfill ${id}`}
      heading={<>{shown ? `Backfill ${id} of ${shown.package}` : `Backfill ${id}`} {shown && <StateBadge state={shown.state} />}</>}
      crumbs={[{ title: "Runs", to: "/runs" }, { title: "Backfills", to: "/runs?tab=backfills" }]}
      actions={
        shown && (
          <>
            {isOpen(shown.state) && (
              <Button kind="danger" icon={Square} busy={cancel.isPending} onClick={() => { cancel.mutate(id); }}>Cancel</Button>
            )}
            {["failed", "cancelled"].includes(shown.state) && (
              <Button kind="primary" icon={RotateCcw} busy={resume.isPending} onClick={() => { resume.mutate(id); }}>Resume</Button>
            )}
          </>
        )
      }
    >
      <QueryView query={backfill} loading={<SkeletonBlock height={320} />}>
        {(found) => (
          <Stack gap={4}>
            <Card>
              <KeyValue
                entries={[
                  ["Done", <Progress key="done" done={found.done} total={found.total} state={found.state} />],
                  ["Left", found.left_ms !== null && formatDuration(found.left_ms)],
                  ["Span", `${found.from} – ${found.to}, one run for each ${found.every}, by the clocks of ${found.timezone}`],
                  ["Assets", found.assets.join(", ") || "all"],
                  ["Rows", formatCount(found.rows)],
                  ["Asked", formatDateTime(found.queued_at)],
                  ["It said", found.message],
                ]}
              />
            </Card>
            <Card title="Calendar" note="A day leads to its run">
              <QueryView query={intervals} loading={<SkeletonBlock height={220} />}>
                {(all) => <Months backfill={found} intervals={all} />}
              </QueryView>
            </Card>
            <Card title="Intervals" flush>
              <QueryView query={intervals}>
                {(all) => <Table label="Intervals" columns={columnsFor(now)} rows={all} rowId={(one) => String(one.place)} height={480} />}
              </QueryView>
            </Card>
          </Stack>
        )}
      </QueryView>
    </Page>
  );
}
