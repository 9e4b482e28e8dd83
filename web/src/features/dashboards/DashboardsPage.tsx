import { LayoutDashboard } from "lucide-react";
import { Badge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { Grid, Page } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Listed, useDashboards } from "./api";
import css from "./dashboards.module.css";

const cardHeight = 190;

function BoardCard({ board }: { board: Listed }) {
  const to = `/dashboards/${board.package}/${board.name}`;
  const tiles = board.pages.reduce((sum, page) => sum + page.tiles, 0);
  return (
    <article className={css.boardCard}>
      <div className={css.boardHead}>
        <h2>{board.error === null ? <Link to={to}>{board.title}</Link> : board.name}</h2>
        <Badge>{board.package}</Badge>
      </div>
      {board.error === null ? (
        <>
          <p className={css.about}>{board.description}</p>
          <ul className={css.boardPages} aria-label={`Pages of ${board.title}`}>
            {board.pages.map((page, i) => (
              <li key={page.name}>
                <Link to={i === 0 ? to : `${to}?page=${page.name}`}>{page.title}</Link>
              </li>
            ))}
          </ul>
          <p className={css.boardFoot}>{tiles === 1 ? "1 tile" : `${tiles} tiles`}</p>
        </>
      ) : (
        <>
          <Badge tone="bad" dot>
            left out
          </Badge>
          <p className={css.fault}>{board.error}</p>
        </>
      )}
    </article>
  );
}

export default function DashboardsPage() {
  const dashboards = useDashboards();
  return (
    <Page title="Dashboards" about="Charts of every package, from files that anybody can read and change.">
      <QueryView
        query={dashboards}
        loading={<SkeletonBlock height={cardHeight} />}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title="No dashboards" icon={LayoutDashboard}>
            A file <code>dashboards/sales.yml</code> in a package is a page here: filters, tiles, and a SELECT for each. The three packages that the program
            brings along have one each.
          </EmptyState>
        }
      >
        {(found) => (
          <Grid>
            {found.map((board) => (
              <BoardCard key={`${board.package}/${board.name}`} board={board} />
            ))}
          </Grid>
        )}
      </QueryView>
    </Page>
  );
}
