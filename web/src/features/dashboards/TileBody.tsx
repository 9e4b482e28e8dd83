import type { UseQueryResult } from "@tanstack/react-query";
import { cx } from "@/lib/cx";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { Skeleton } from "@/ui/Skeleton";
import type { Tile, TileAnswer } from "./api";
import { useBoard } from "./board";
import { ChartTile } from "./ChartTile";
import css from "./dashboards.module.css";
import { FigureTile } from "./FigureTile";
import { TableTile } from "./TableTile";
import { formatCount } from "@/lib/format";

interface TileBodyProps {
  tile: Tile;
  query: UseQueryResult<TileAnswer>;
  height: number;
  asTable: boolean;
  /** Beside the same tile: its label must differ. */
  again?: boolean;
}

/** Nothing to show: is it the filters, or are there no data yet? */
function Nothing() {
  const { state } = useBoard();
  const changed = Object.values(state.texts).some((text) => text !== "");
  return (
    <div className={css.nothing}>
      <p>{changed ? "The filters leave nothing to show." : "There is nothing to show yet."}</p>
      {changed && (
        <Button small onClick={state.clear}>
          Reset filters
        </Button>
      )}
    </div>
  );
}

const isEmpty = (answer: TileAnswer) => answer.rows.length === 0 || answer.rows.every((row) => row.every((cell) => cell === null));

/** The four states of a tile, all of the same height. */
export function TileBody({ tile, query, height, asTable, again }: TileBodyProps) {
  const figure = tile.kind === "big_number";
  const content = () => {
    if (query.data === undefined) {
      if (!query.isError) {
        return (
          <div className={css.padded} role="status" aria-label={`${tile.title} is loading`}>
            {figure ? <Skeleton height={34} width="60%" /> : <Skeleton height={height - 32} />}
          </div>
        );
      }
      return (
        <div className={css.failed}>
          <ErrorState
            error={query.error}
            retry={() => {
              void query.refetch();
            }}
          />
        </div>
      );
    }
    if (isEmpty(query.data)) return <Nothing />;
    if (figure) return <FigureTile tile={tile} answer={query.data} />;
    if (tile.kind === "table" || asTable) return <TableTile tile={tile} answer={query.data} height={height} again={again} />;
    return <ChartTile tile={tile} answer={query.data} height={height - 24} />;
  };
  return (
    <div className={cx(css.body, figure && css.figureBody)} style={{ "--height": `${height}px` } as React.CSSProperties}>
      {content()}
      {query.data?.truncated && <p className={css.more}>The first {formatCount(query.data.rows.length)} rows; a file has all.</p>}
    </div>
  );
}
