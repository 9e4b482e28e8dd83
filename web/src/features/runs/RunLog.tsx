import { ScrollText } from "lucide-react";
import { cx } from "@/lib/cx";
import { formatExact, formatTime } from "@/lib/dates";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { useRunLog } from "./api";
import css from "./runs.module.css";

/** What the run told, as it tells it. */
export function RunLog({ id, live }: { id: number; live: boolean }) {
  const log = useRunLog(id, live);
  return (
    <Card title="Log" note={live ? "It grows while the run does" : undefined} flush>
      <QueryView
        query={log}
        isEmpty={(lines) => lines.length === 0}
        empty={<EmptyState title="It told nothing" icon={ScrollText} />}
      >
        {(lines) => (
          <div className={css.log} tabIndex={0} role="log" aria-label={`Log of run ${id}`}>
            <ol>
            {lines.map((line, i) => (
              <li key={i} className={cx(line.level !== "info" && css[line.level])}>
                <time dateTime={line.at ?? undefined} title={formatExact(line.at)}>
                  {formatTime(line.at)}
                </time>
                {line.level !== "info" && <span className={css.level}>{line.level}</span>}
                {line.asset && <strong>{line.asset}</strong>}
                <span>{line.text}</span>
              </li>
            ))}
          </ol>
            </div>
        )}
      </QueryView>
    </Card>
  );
}
