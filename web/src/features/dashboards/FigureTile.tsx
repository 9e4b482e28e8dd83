import { cx } from "@/lib/cx";
import { formatChange } from "@/lib/format";
import type { Tile, TileAnswer } from "./api";
import { bigNumbers } from "./compare";
import css from "./dashboards.module.css";

const tone = (change: number) => (change > 0 ? css.up : change < 0 ? css.down : undefined);

/** A number, and how it stands to the period before. */
export function FigureTile({ tile, answer }: { tile: Tile; answer: TileAnswer }) {
  const numbers = bigNumbers(tile, answer);
  return (
    <div className={css.figures}>
      {numbers.map(({ label, value, change, before }) => (
        <div key={label} className={css.figure}>
          {numbers.length > 1 && <span className={css.figureNote}>{label}</span>}
          <span className={css.figureValue}>{value}</span>
          <span className={css.figureNote} title={before ?? undefined}>
            {change !== null && <strong className={cx(tone(change))}>{formatChange(change)} </strong>}
            {before ?? (tile.compare ? "over all time" : tile.description)}
          </span>
        </div>
      ))}
    </div>
  );
}
