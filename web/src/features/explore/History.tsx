import { History as HistoryIcon } from "lucide-react";
import { formatRelative } from "@/lib/dates";
import { formatCount, formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import css from "./explore.module.css";
import { asked } from "./kept";

/** What was asked in this browser, newest first. */
export function History({ onAsk }: { onAsk: (sql: string) => void }) {
  const all = useStore(asked);
  const now = useNow();
  if (all.length === 0) {
    return <EmptyState title="Nothing asked yet" icon={HistoryIcon}>What you ask is kept here, in this browser alone.</EmptyState>;
  }
  return (
    <div className={css.side}>
      <ul className={css.list} tabIndex={0} aria-label="Asked before">
        {all.map((one) => (
          <li key={one.sql}>
            <button type="button" className={css.asked} onClick={() => { onAsk(one.sql); }}>
              <code>{one.sql.replace(/\s+/g, " ").slice(0, 160)}</code>
              <span>
                {formatRelative(one.at, now)},{" "}
                {one.phase === "done" ? `${formatCount(one.rows)} rows, ${formatDuration(one.tookMs)}` : one.phase}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Button small kind="quiet" onClick={() => { asked.set([]); }}>
        Forget all
      </Button>
    </div>
  );
}
