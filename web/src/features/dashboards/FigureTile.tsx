import { cx } from "@/lib/cx";
import { formatChange } from "@/lib/format";
import type { Tile, TileAnswer } from "./api";
import { useBoard } from "./board";
import { bigNumbers } from "./compare";
import css from "./dashboards.module.css";
import { ignoredTitles } from "./filters";

const tone = (change: number) => (change > 0 ? css.up : change < 0 ? css.down : undefined);

/** A number, and how it stands to the period before. */
export function FigureTile({ tile, answer }: { tile: Tile; answer: TileAnswer }) {
  const { definition } = useBoard();
  const numbers = bigNumbers(tile, answer);
  const ignored = ignoredTitles(definition.filters, answer).toLowerCase();
  return (
    <div className={css.figures}>
      {numbers.map(({ label, value, change, before }) => (
        <div key={label} className={css.figure}>
          {numbers.length > 1 && <span className={css.figureNote}>{label}</span>}
          <span className={css.figureValue}>{value}</span>
          <span className={css.figureNote} title={before ?? undefined}>
            {change !== null && <strong className={cx(tone(change))}>{formatChange(change)} </strong>}
            {before ?? (tile.compare ? "over all time" : tile.description)}
            {ignored && `, not by ${ignored}`}
          </span>
        </div>
      ))}
    </div>
  );
}
