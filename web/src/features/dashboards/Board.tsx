import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { Maximize2, Minimize2, Printer, RotateCw } from "lucide-react";
import { useMemo, useRef } from "react";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Page } from "@/ui/Layout";
import { Tabs } from "@/ui/Tabs";
import { type BoardAddress, type BoardPage, type Definition, useNewData } from "./api";
import { BoardContext } from "./board";
import css from "./dashboards.module.css";
import { BigTile } from "./BigTile";
import { FilterBar } from "./FilterBar";
import { useFullScreen } from "./fullScreen";
import { useBoardState } from "./state";
import { TileCard } from "./TileCard";
import { WhyDrawer } from "./WhyDrawer";

function Refresh() {
  const client = useQueryClient();
  const busy = useIsFetching({ queryKey: ["dashboards", "tile"] }) > 0;
  return (
    <Button
      icon={RotateCw}
      aria-busy={busy}
      onClick={() => {
        void client.invalidateQueries({ queryKey: ["dashboards"] });
      }}
    >
      Refresh
    </Button>
  );
}

const Tiles = ({ page }: { page: BoardPage }) => (
  <>
    {page.description && <p className={css.pageAbout}>{page.description}</p>}
    <div className={css.tiles}>
      {page.tiles.map((tile) => (
        <TileCard key={`${page.name}/${tile.name}`} tile={tile} page={page.name} />
      ))}
    </div>
  </>
);

/** All of a dashboard: filters above, pages as tabs, tiles. */
export function Board({ definition, of }: { definition: Definition; of: BoardAddress }) {
  const state = useBoardState(definition);
  const frame = useRef<HTMLDivElement>(null);
  const [full, setFull] = useFullScreen(frame);
  useNewData(of);
  const board = useMemo(() => ({ definition, of, state }), [definition, of, state]);
  const { page } = state;
  return (
    <BoardContext value={board}>
      <div ref={frame} className={css.board}>
        <Page
          title={definition.title}
          about={definition.description}
          crumbs={[{ title: "Dashboards", to: "/dashboards" }, { title: of.package }]}
          full={full}
          actions={
            <span className={css.boardActions}>
              <Refresh />
              <Button icon={full ? Minimize2 : Maximize2} aria-pressed={full} onClick={setFull}>
                Full screen
              </Button>
              <Button
                icon={Printer}
                onClick={() => {
                  window.print();
                }}
              >
                Print
              </Button>
            </span>
          }
        >
          {definition.filters.length > 0 && <FilterBar />}
          {page ? (
            <Tabs
              label="Pages"
              selected={page.name}
              onSelect={state.show}
              tabs={definition.pages.map((one) => ({ id: one.name, title: one.title, content: () => <Tiles page={one} /> }))}
            />
          ) : (
            <EmptyState title="This dashboard has no pages" />
          )}
        </Page>
        {page && <WhyDrawer page={page} />}
        {page && <BigTile page={page} />}
      </div>
    </BoardContext>
  );
}
