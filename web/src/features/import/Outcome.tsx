import { CircleCheck, CircleX, Info } from "lucide-react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatBytes, formatCount, formatDuration } from "@/lib/format";
import { cx } from "@/lib/cx";
import { StateBadge } from "@/ui/Badge";
import { Button, LinkButton } from "@/ui/Button";
import { Figure } from "@/ui/Figure";
import { KeyValue } from "@/ui/KeyValue";
import { Card, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { ResultTable } from "@/ui/ResultTable";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Import, underWay, useCancel, useImport, useRows } from "./api";
import { formatText, shareDone, tookMs } from "./facts";
import css from "./import.module.css";
import { Problems } from "./Problems";

function Progress({ one }: { one: Import }) {
  const share = shareDone(one);
  const cancel = useCancel(one.id);
  return (
    <div className={css.progress}>
      <div
        className={css.bar}
        role="progressbar"
        aria-label={`Reading ${one.identity}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <span>
        {formatBytes(one.bytes_done)} of {formatBytes(one.bytes_total)}
      </span>
      <Button
        small
        busy={cancel.isPending}
        onClick={() => {
          cancel.mutate();
        }}
      >
        Cancel
      </Button>
    </div>
  );
}

function Rows({ one }: { one: Import }) {
  const rows = useRows(one);
  if (one.state !== "succeeded" || one.row_count === 0) return null;
  return (
    <Card title="What came in" note="The first rows, as SQL reads them now" flush>
      <QueryView query={rows} loading={<SkeletonBlock height={360} />}>
        {(found) => (
          <ResultTable
            label="Rows that came in"
            columns={found.columns}
            rows={found.rows}
            height={360}
          />
        )}
      </QueryView>
    </Card>
  );
}

function Words({ one }: { one: Import }) {
  if (underWay(one)) return null;
  const good = one.state === "succeeded";
  const Icon = good ? CircleCheck : one.state === "skipped" ? Info : CircleX;
  const text = good && !one.message ? "Done. The rows are durable, and in SQL." : one.message;
  return (
    <p
      className={cx(css.words, good ? css.good : one.state === "skipped" ? css.info : css.bad)}
      role={good ? "status" : "alert"}
    >
      <Icon size={18} aria-hidden />
      <span>{text || one.state}</span>
    </p>
  );
}

function Facts({ one }: { one: Import }) {
  return (
    <Stack gap={4}>
      <Card title={one.identity} actions={<StateBadge state={one.state} />}>
        <Stack gap={4}>
          {underWay(one) ? <Progress one={one} /> : <Words one={one} />}
          <div className={css.figures}>
            <Figure label="Rows accepted" value={formatCount(one.row_count)} />
            <Figure label="Rows refused" value={formatCount(one.rejected_count)} />
            <Figure label="Left out" value={formatCount(one.filtered_count)} />
            <Figure label="Replaced" value={formatCount(one.replaced_count)} />
          </div>
          <KeyValue
            entries={[
              ["Source", one.source],
              ["Read as", one.format && formatText(one.format)],
              ["Size", formatBytes(one.bytes_total)],
              [
                "When",
                <span key="when" title={formatExact(one.queued_at)}>
                  {formatRelative(one.queued_at)}
                </span>,
              ],
              ["Took", tookMs(one) === null ? null : formatDuration(tookMs(one))],
              ["Corrects", one.replaces && `import ${one.replaces}`],
            ]}
          />
        </Stack>
      </Card>
      {one.rejected_count > 0 && !underWay(one) && <Problems one={one} />}
      <Rows one={one} />
    </Stack>
  );
}

/** One import, followed until it is over. */
export function Outcome({ id, onAnother }: { id: number; onAnother: () => void }) {
  const found = useImport(id);
  return (
    <Stack gap={4}>
      <QueryView query={found} loading={<SkeletonBlock height={280} />}>
        {(one) => (
          <>
            <Facts one={one} />
            <div className={css.buttons}>
              <Button kind="primary" onClick={onAnother}>
                Import another file
              </Button>
              {one.state === "succeeded" && (
                <LinkButton to={`/catalog/raw/${one.source}?tab=preview`}>See the table</LinkButton>
              )}
            </div>
          </>
        )}
      </QueryView>
    </Stack>
  );
}
