import { formatDateTime, formatExact, formatRelative } from "@/lib/dates";
import { formatCount, formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { LinkButton } from "@/ui/Button";
import { CodeBlock } from "@/ui/CodeBlock";
import { Drawer } from "@/ui/Dialog";
import { KeyValue } from "@/ui/KeyValue";
import { Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type BoardPage, type Tile, type TileAnswer, useTile } from "./api";
import { useBoard } from "./board";
import css from "./dashboards.module.css";
import { daysTitle, valueTitle } from "./filters";

const loadingHeight = 520;
const catalogOf = (table: string) => `/catalog/${table.replace(".", "/")}?tab=versions`;

function Inputs({ answer }: { answer: TileAnswer }) {
  return (
    <ul className={css.inputs} aria-label="Tables it is read from">
      {answer.inputs.map(({ table, version, committed_at: at }) => (
        <li key={table}>
          <Link to={catalogOf(table)}>{table}</Link>
          <span title={formatExact(at)}>{version > 0 ? `version ${version}, published ${formatDateTime(at)}` : "nothing was published yet"}</span>
        </li>
      ))}
      {answer.inputs.length === 0 && <li>No stored table: the rows come with the request.</li>}
    </ul>
  );
}

function Explained({ tile, answer }: { tile: Tile; answer: TileAnswer }) {
  const { definition, state } = useBoard();
  const now = useNow();
  const filterTitle = (name: string) => definition.filters.find((filter) => filter.name === name)?.title ?? name;
  return (
    <Stack gap={4}>
      {tile.description && <p>{tile.description}</p>}
      <KeyValue
        entries={[
          ["As of", answer.as_of && <span title={formatExact(answer.as_of)}>{`${formatRelative(answer.as_of, now)}, when the newest of its tables was published`}</span>],
          ["Read in", `${formatDuration(answer.took_ms)}${answer.cached ? ", remembered: nothing that it reads has changed since" : ""}`],
          ["Rows", formatCount(answer.rows.length)],
          ...answer.applied.map((name): [string, string] => [filterTitle(name), valueTitle(state.chosen[name] ?? null)]),
          ["Not filtered by", answer.ignored.map(filterTitle).join(", ")],
          ["Compared with", answer.compare && daysTitle(answer.compare.range)],
        ]}
      />
      <section>
        <h3 className={css.whyHead}>Read from</h3>
        <Inputs answer={answer} />
      </section>
      <section>
        <div className={css.whyHead}>
          <h3>SQL, as it ran</h3>
          <LinkButton small to={`/explore?sql=${encodeURIComponent(answer.sql)}`}>
            Open in Explore
          </LinkButton>
        </div>
        <CodeBlock language="sql" label="SQL, as it ran" code={answer.sql} />
      </section>
      {answer.compare && (
        <section>
          <h3 className={css.whyHead}>The period before</h3>
          <CodeBlock language="sql" label="SQL of the period before" code={answer.compare.sql} />
        </section>
      )}
    </Stack>
  );
}

function Why({ tile, page }: { tile: Tile; page: string }) {
  const { definition, of, state } = useBoard();
  const query = useTile({ ...of, page, tile: tile.name }, state.chosen, definition.refresh_ms);
  return (
    <Drawer
      title={`Why this number? ${tile.title}`}
      onClose={() => {
        state.explain("");
      }}
    >
      <QueryView query={query} loading={<SkeletonBlock height={loadingHeight} />}>
        {(answer) => <Explained tile={tile} answer={answer} />}
      </QueryView>
    </Drawer>
  );
}

/** What a tile's numbers are: the statement, its tables with their versions, how fresh they are. */
export function WhyDrawer({ page }: { page: BoardPage }) {
  const { state } = useBoard();
  const tile = page.tiles.find(({ name }) => name === state.why);
  return tile ? <Why tile={tile} page={page.name} /> : null;
}
