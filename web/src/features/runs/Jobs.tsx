import { History, Square } from "lucide-react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { Drawer } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { Row, Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { cancelJob, isOpen, type Job, useAction, useJobs } from "./api";
import { tookMs } from "./bars";
import css from "./runs.module.css";

function OneJob({ job, now }: { job: Job; now: number }) {
  const cancel = useAction(cancelJob, (one) => `Job ${one.id} is told to stop.`);
  return (
    <li className={css.job}>
      <Row spread>
        <Row gap={2}>
          <StateBadge state={job.state} />
          <strong>Job {job.id}</strong>
          <span title={formatExact(job.queued_at)}>{formatRelative(job.queued_at, now)}</span>
          <span className={css.quiet}>{formatDuration(tookMs(job, now))}</span>
        </Row>
        {isOpen(job.state) && (
          <Button small icon={Square} busy={cancel.isPending} onClick={() => { cancel.mutate(job.id); }}>
            Cancel
          </Button>
        )}
      </Row>
      <p className={css.quiet}>
        {[job.cause, job.date && `for ${job.date}`].filter(Boolean).join(", ")}
      </p>
      {job.message && <p>{job.message}</p>}
      <ol className={css.steps}>
        {job.steps.map((step, i) => (
          <li key={`${i} ${step.kind}`}>
            <StateBadge state={step.state} /> {step.kind}{" "}
            {step.runs.map((run) => (
              <Link key={run} to={`/runs/${run}`}>
                run {run}
              </Link>
            ))}
            {step.message && <span className={css.quiet}> {step.message}</span>}
          </li>
        ))}
      </ol>
    </li>
  );
}

/** What a schedule or sensor did, newest first. */
export function Jobs({ which, onClose }: { which: { package: string; name: string }; onClose: () => void }) {
  const jobs = useJobs(which);
  const now = useNow(2000);
  return (
    <Drawer title={`Jobs of ${which.package}:${which.name}`} onClose={onClose}>
      <QueryView
        query={jobs}
        isEmpty={(found) => found.length === 0}
        empty={<EmptyState title="No job yet" icon={History}>Its first begins at its time, or when you start it.</EmptyState>}
      >
        {(found) => (
          <Stack gap={2}>
            <ul className={css.jobs}>
              {found.map((job) => (
                <OneJob key={job.id} job={job} now={now} />
              ))}
            </ul>
          </Stack>
        )}
      </QueryView>
    </Drawer>
  );
}
