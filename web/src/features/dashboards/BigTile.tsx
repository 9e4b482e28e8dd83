import { Dialog } from "@/ui/Dialog";
import { type BoardPage, type Tile, useTile } from "./api";
import { useBoard } from "./board";
import css from "./dashboards.module.css";
import { TileBody } from "./TileBody";

const height = 520;

function Enlarged({ tile, page }: { tile: Tile; page: string }) {
  const { definition, of, state } = useBoard();
  const query = useTile({ ...of, page, tile: tile.name }, state.chosen, definition.refresh_ms);
  return (
    <Dialog
      wide
      title={tile.title}
      onClose={() => {
        state.enlarge("");
      }}
    >
      {tile.description && <p className={css.about}>{tile.description}</p>}
      <TileBody again tile={tile} query={query} height={height} asTable={state.asTable(tile.name)} />
    </Dialog>
  );
}

/** The tile that the address says is enlarged. */
export function BigTile({ page }: { page: BoardPage }) {
  const { state } = useBoard();
  const tile = page.tiles.find(({ name }) => name === state.big);
  return tile ? <Enlarged tile={tile} page={page.name} /> : null;
}
