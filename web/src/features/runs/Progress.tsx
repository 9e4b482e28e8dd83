import { cx } from "@/lib/cx";
import { formatCount } from "@/lib/format";
import css from "./runs.module.css";

/** So many of so many, as a bar and in numbers. */
export function Progress({ done, total, state }: { done: number; total: number; state: string }) {
  const share = total > 0 ? (100 * done) / total : 0;
  return (
    <span className={css.progress}>
      <span
        className={css.track}
        role="progressbar"
        aria-label="Intervals done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <span className={cx(css.fill, css[state])} style={{ width: `${share}%` }} />
      </span>
      {formatCount(done)} of {formatCount(total)}
    </span>
  );
}
