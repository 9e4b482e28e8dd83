import { Square } from "lucide-react";
import { formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Layout";
import { isOpen, type Job, useCancel } from "./api";
import css from "./recommend.module.css";
import { shareDone } from "./steps";

/** A training or an evaluation: what it does now, or what became of it. */
export function JobCard({ job }: { job: Job }) {
  const open = isOpen(job);
  const now = useNow(open ? 500 : 60_000);
  const cancel = useCancel();
  const end = job.finished_at ? Date.parse(job.finished_at) : now;
  const share = shareDone(job.step);
  return (
    <Card
      title={job.kind === "train" ? "Training" : "Evaluation"}
      note={job.started_at ? formatDuration(Math.max(0, end - Date.parse(job.started_at))) : "waits for its turn"}
      actions={
        <>
          <StateBadge state={job.state} />
          {open && (
            <Button
              small
              kind="danger"
              icon={Square}
              busy={cancel.isPending}
              onClick={() => {
                cancel.mutate(job.id);
              }}
            >
              Cancel
            </Button>
          )}
        </>
      }
    >
      <p role="status" className={css.step}>
        {open ? job.step || "It waits for its turn." : job.message}
      </p>
      {open && (
        <div
          className={css.track}
          role="progressbar"
          aria-label="Rounds"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        >
          <span style={{ width: `${(share ?? 0) * 100}%` }} />
        </div>
      )}
    </Card>
  );
}
