import { cx } from "@/lib/cx";
import { formatCount, formatDuration } from "@/lib/format";
import { Card } from "@/ui/Layout";
import type { Run } from "./api";
import { ganttOf, shortName } from "./bars";
import css from "./runs.module.css";

/** Each asset a line: when it was made, and how long it took. */
export function Gantt({ run, now, onAsset }: { run: Run; now: number; onAsset: (asset: string) => void }) {
  const gantt = ganttOf(run, now);
  return (
    <Card title="When each asset was made" note={`Since its beginning; ${formatDuration(gantt.total)} in all`}>
      <div className={css.gantt}>
        <div className={css.axis} aria-hidden>
          {gantt.ticks.map((tick) => (
            <span key={tick.at} style={{ left: `${tick.at * 100}%` }}>
              {tick.text}
            </span>
          ))}
        </div>
        <ul className={css.lines}>
          {gantt.bars.map(({ asset, from, width, took }) => (
            <li key={asset.asset}>
              <button
                type="button"
                className={css.line}
                title={`${formatCount(asset.rows_out)} rows`}
                onClick={() => {
                  onAsset(asset.asset);
                }}
              >
                <span className={css.lineName}>{shortName(asset.asset, run.package)}</span>
                <span className={css.lane}>
                  {took === null ? (
                    <span className={css.laneText}>{asset.state}</span>
                  ) : (
                    <>
                      <span
                        className={cx(css.bar, css[asset.state])}
                        style={{ left: `${from * 100}%`, width: `${width * 100}%` }}
                      />
                      <span
                        className={css.laneText}
                        style={from + width > 0.85 ? { right: `${(1 - from) * 100}%` } : { left: `${(from + width) * 100}%` }}
                      >
                        {asset.state === "succeeded" ? formatDuration(took) : `${asset.state}, ${formatDuration(took)}`}
                      </span>
                    </>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
