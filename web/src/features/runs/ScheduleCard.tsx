import { History, Pause, Play, RotateCcw } from "lucide-react";
import { formatDateTime, formatExact, formatRelative } from "@/lib/dates";
import { useNow } from "@/lib/hooks";
import { Badge, StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { KeyValue } from "@/ui/KeyValue";
import { Card, Row, Stack } from "@/ui/Layout";
import { pauseSchedule, resumeSchedule, type Schedule, startJob, useAction } from "./api";
import css from "./runs.module.css";
import { kindText, waitsFor } from "./waiting";

function NextTimes({ schedule, now }: { schedule: Schedule; now: number }) {
  return (
    <ol className={css.times}>
      {schedule.next.map((time) => (
        <li key={time.at} title={formatExact(time.at)}>
          {formatDateTime(time.local)} <span>{formatRelative(time.at, now)}</span>
        </li>
      ))}
    </ol>
  );
}

/** One schedule or sensor: when it does next, or what it waits for; and what can be done with it. */
export function ScheduleCard({ schedule, onJobs }: { schedule: Schedule; onJobs: () => void }) {
  const now = useNow(10_000);
  const which = { package: schedule.package, name: schedule.name };
  const title = `${schedule.package}:${schedule.name}`;
  const start = useAction(startJob, (job) => `Job ${job.id} of ${title} begins.`);
  const pause = useAction(schedule.paused ? resumeSchedule : pauseSchedule, (one) =>
    one.paused ? `${title} is paused.` : `${title} goes on.`,
  );
  const last = schedule.last_job;
  return (
    <Card
      title={title}
      note={schedule.description || kindText(schedule.kind)}
      actions={schedule.paused ? <Badge tone="warn" dot>paused</Badge> : <Badge>{schedule.kind}</Badge>}
      footer={
        <Row gap={2}>
          <Button small icon={Play} busy={start.isPending} aria-label={`Start now: ${title}`} onClick={() => { start.mutate(which); }}>
            Start now
          </Button>
          <Button
            small
            icon={schedule.paused ? RotateCcw : Pause}
            busy={pause.isPending}
            aria-label={`${schedule.paused ? "Resume" : "Pause"} ${title}`}
            onClick={() => {
              pause.mutate(which);
            }}
          >
            {schedule.paused ? "Resume" : "Pause"}
          </Button>
          <Button small kind="quiet" icon={History} aria-label={`Jobs of ${title}`} onClick={onJobs}>
            Jobs
          </Button>
        </Row>
      }
    >
      <Stack gap={3}>
        <KeyValue
          entries={[
            ["Waits for", waitsFor(schedule, now)],
            [schedule.kind === "files" ? "Scans" : "When", <code key="when">{schedule.when}</code>],
            ["Clocks of", schedule.timezone],
            ["Next", schedule.next.length > 0 && <NextTimes schedule={schedule} now={now} />],
            ["Steps", schedule.steps.join(" → ")],
            ["After", schedule.waits_for.join(", ")],
            [
              "Last job",
              last && (
                <Row gap={2}>
                  <StateBadge state={last.state} />
                  <span>{formatRelative(last.finished_at ?? last.queued_at, now)}</span>
                </Row>
              ),
            ],
            ["It said", last?.state === "failed" && last.message],
          ]}
        />
      </Stack>
    </Card>
  );
}
