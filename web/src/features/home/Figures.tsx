import type { KpiEvent } from "@/api/eventTypes";
import { formatCount, formatNumber, nothing } from "@/lib/format";
import { Figure } from "@/ui/Figure";
import { Sparkline } from "@/ui/Sparkline";
import css from "./home.module.css";

interface FiguresProps {
  kpi: KpiEvent | null;
  rates: number[];
  /** Null: not known yet. */
  checksFailing: number | null;
  lagWorst: number | null;
}

/** Live figures. Before the first event they hold their places. */
export function Figures({ kpi, rates, checksFailing, lagWorst }: FiguresProps) {
  const count = (value: number | null | undefined) =>
    value === null || value === undefined ? nothing : formatCount(value);
  const running = kpi ? kpi.runs_running + kpi.runs_queued : null;
  return (
    <section className={css.figures} aria-label="Now">
      <div className={css.incoming}>
        <Figure
          label="Records coming in"
          value={kpi ? formatNumber(kpi.records_per_second, 1) : nothing}
          unit="/s"
          note={kpi && `${formatCount(kpi.records_accepted)} since the start`}
        />
        <div className={css.spark}>
          <Sparkline values={rates} label="Records a second, the last minute and a half" />
        </div>
      </div>
      <Figure
        label="Furthest behind"
        value={count(lagWorst)}
        unit="records"
        note={lagWorst === 0 ? "Every sink has all of it" : ""}
      />
      <Figure
        label="Runs under way"
        value={count(running)}
        note={kpi?.runs_failed_today ? `${formatCount(kpi.runs_failed_today)} failed today` : ""}
      />
      <Figure label="Checks that fail" value={count(checksFailing)} />
      <Figure
        label="Dead letters"
        value={count(kpi?.dead_letters_open)}
        note={kpi?.dead_letters_open ? "To repair and replay" : ""}
      />
    </section>
  );
}
