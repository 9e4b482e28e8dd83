import { CircleHelp, ChartColumn, Table2 } from "lucide-react";
import { useRef } from "react";
import { problemOf } from "@/api/problem";
import { cx } from "@/lib/cx";
import { Badge } from "@/ui/Badge";
import { IconButton } from "@/ui/Button";
import { StaleBadge } from "@/ui/StaleBadge";
import { type Tile, type TileAnswer, useTile } from "./api";
import { bodyHeight, useBoard } from "./board";
import css from "./dashboards.module.css";
import { ignoredTitles } from "./filters";
import { TileBody } from "./TileBody";
import { TileMenu } from "./TileMenu";

/** A number says below itself what it is not filtered by; other tiles in their head. */
function Unfiltered({ answer }: { answer: TileAnswer | undefined }) {
  const { definition } = useBoard();
  const titles = ignoredTitles(definition.filters, answer);
  if (!titles) return null;
  return <Badge title={`What it reads knows no ${titles}: all rows are counted.`}>not by {titles.toLowerCase()}</Badge>;
}

/** One tile: what it is, what can be done with it, and its chart. The badge of stale data stands in the head, so that no tile changes its height. */
export function TileCard({ tile, page }: { tile: Tile; page: string }) {
  const { definition, of, state } = useBoard();
  const query = useTile({ ...of, page, tile: tile.name }, state.chosen, definition.refresh_ms);
  const frame = useRef<HTMLElement>(null);
  const figure = tile.kind === "big_number";
  const chart = !figure && tile.kind !== "table";
  const asTable = chart && state.asTable(tile.name);
  const id = `tile-${tile.name}`;
  return (
    <article
      ref={frame}
      className={cx(css.tile, figure && css.figureTile, query.isPlaceholderData && css.waiting)}
      style={{ "--span": tile.width } as React.CSSProperties}
      aria-labelledby={id}
      aria-busy={query.isFetching}
      data-tile={tile.name}
    >
      <header className={css.tileHead}>
        <h2 id={id} title={tile.description || undefined}>
          {tile.title}
        </h2>
        <div className={css.tileActions}>
          {!figure && <Unfiltered answer={query.data} />}
          {query.isRefetchError && <StaleBadge since={query.dataUpdatedAt} why={problemOf(query.error).detail} />}
          {chart && (
            <IconButton
              small
              label={asTable ? `${tile.title} as a chart` : `${tile.title} as a table`}
              icon={asTable ? ChartColumn : Table2}
              onClick={() => {
                state.setTable(tile.name, !asTable);
              }}
            />
          )}
          <IconButton
            small
            label={`Why this number? ${tile.title}`}
            icon={CircleHelp}
            onClick={() => {
              state.explain(tile.name);
            }}
          />
          <TileMenu tile={tile} page={page} frame={frame} hasPicture={chart && !asTable} />
        </div>
        {!figure && tile.description && (
          <p className={css.tileNote} title={tile.description}>
            {tile.description}
          </p>
        )}
      </header>
      <TileBody tile={tile} query={query} height={bodyHeight(tile)} asTable={asTable} />
    </article>
  );
}
