import type { ReactNode } from "react";
import { formatChange } from "@/lib/format";
import { cx } from "@/lib/cx";
import css from "./figure.module.css";

interface FigureProps {
  label: string;
  value: ReactNode;
  unit?: string;
  /** 0.12: twelve percent more than before. */
  change?: number | null;
  /** Less is better: errors, lag. */
  lessIsBetter?: boolean;
  note?: ReactNode;
}

/** One big number. */
export function Figure({ label, value, unit, change, lessIsBetter, note }: FigureProps) {
  const known = change !== null && change !== undefined && Number.isFinite(change);
  const better = known && (lessIsBetter ? change < 0 : change > 0);
  const worse = known && (lessIsBetter ? change > 0 : change < 0);
  return (
    <div className={css.figure}>
      <span className={css.label}>{label}</span>
      <span className={css.value}>
        {value}
        {unit && <span className={css.unit}>{unit}</span>}
      </span>
      <span className={css.note}>
        {known && (
          <span className={cx(better && css.up, worse && css.down)}>{formatChange(change)} </span>
        )}
        {note}
      </span>
    </div>
  );
}
