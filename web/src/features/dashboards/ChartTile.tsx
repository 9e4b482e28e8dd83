import { useMemo } from "react";
import { Chart } from "@/charts/Chart";
import { useGo } from "@/lib/urlState";
import type { Tile, TileAnswer } from "./api";
import { useBoard } from "./board";
import css from "./dashboards.module.css";
import { clickedFilter, drillAddress } from "./drill";
import { tileChart } from "./tileChart";

/** A chart: a click on what it shows filters all tiles, or leads to what it is about. Its table does the same by keys. */
export function ChartTile({ tile, answer, height }: { tile: Tile; answer: TileAnswer; height: number }) {
  const { definition, of, state } = useBoard();
  const go = useGo();
  const chart = useMemo(() => tileChart(tile, answer), [tile, answer]);
  if (!chart) return null;
  const leads = Object.keys(tile.filter_on_click).length > 0 || tile.drill !== null;
  const follow = (row: number | null) => {
    if (row === null) return;
    const set = clickedFilter(definition.filters, state.chosen, tile, answer, row);
    if (set) {
      state.choose(set.filter.name, set.value);
      return;
    }
    const to = drillAddress(of, definition.filters, state.texts, tile, answer, row);
    if (to) go(to);
  };
  return (
    <div className={leads ? css.chart : css.plainChart}>
      <Chart
        label={`${tile.title}, chart of ${answer.rows.length} rows`}
        height={height}
        option={chart.option}
        onClick={
          leads
            ? (click) => {
                follow(chart.rowAt(click));
              }
            : undefined
        }
      />
      {chart.note && <p className={css.more}>{chart.note}</p>}
    </div>
  );
}
