import { useQuery } from "@tanstack/react-query";
import { GitFork } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Choices, SelectField } from "@/ui/Field";
import { KeyValue } from "@/ui/KeyValue";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type TableDetail, useTables } from "./api";
import css from "./catalog.module.css";
import {
  askServer,
  byTable,
  lineageAround,
  tablesMax,
  tablesOf,
  traceOf,
} from "./lineage";

const Graph = lazy(() => import("./Graph"));

const state = { column: "", steps: 2 };
const distances = [1, 2, 4].map((steps) => ({
  value: String(steps),
  title: steps === 1 ? "1 step" : `${steps} steps`,
}));

function ColumnLinks({ columns }: { columns: string[] }) {
  return (
    <span className={css.links}>
      {byTable(columns).map(([table, names]) => (
        <span key={table} className={css.linkGroup}>
          {table}:
          {names.map((name) => (
            <Link
              key={name}
              to={`/catalog/${table.replace(".", "/")}`}
              search={{ tab: "lineage", column: name }}
            >
              {name}
            </Link>
          ))}
        </span>
      ))}
    </span>
  );
}

/** Where the table comes from and what is made of it; for one column too. */
export function LineageTab({ table }: { table: TableDetail }) {
  const here = `${table.schema}.${table.table}`;
  const [{ column, steps }, setState] = useUrlState(state);
  const lineage = useQuery({
    queryKey: ["lineage", here, steps],
    queryFn: ({ signal }) => lineageAround(here, steps, askServer(signal)),
  });
  const tables = useTables();
  const views = useMemo(
    () =>
      new Set(
        tables.data?.filter((one) => one.kind === "view").map((one) => `${one.schema}.${one.table}`),
      ),
    [tables.data],
  );
  const trace = useMemo(() => traceOf(table, column), [table, column]);
  const lit = useMemo(() => tablesOf(trace), [trace]);
  const actions = (
    <>
      <SelectField
        label="Column"
        hideLabel
        value={column}
        choices={[
          { value: "", title: "All columns" },
          ...table.columns.map(({ name }) => ({ value: name, title: name })),
        ]}
        onChange={(chosen) => {
          setState({ column: chosen });
        }}
      />
      <Choices
        label="How far"
        choices={distances}
        value={String(steps)}
        onChange={(chosen) => {
          setState({ steps: Number(chosen) });
        }}
      />
    </>
  );
  return (
    <Card
      title="Lineage"
      note="From what it is made, on the left; what is made of it, on the right"
      actions={actions}
      flush
      footer={
        trace && (
          <KeyValue
            entries={[
              [`${column} is computed from`, trace.from.length > 0 && <ColumnLinks columns={trace.from} />],
              ["through", trace.through.length > 0 && <ColumnLinks columns={trace.through} />],
              ["and goes into", trace.to.length > 0 && <ColumnLinks columns={trace.to} />],
            ]}
          />
        )
      }
    >
      <QueryView
        query={lineage}
        loading={<SkeletonBlock height={260} />}
        isEmpty={(found) => found.tables.length === 1}
        empty={
          <EmptyState title="It stands alone" icon={GitFork}>
            Nothing that the platform knows of is made from this table, and it is made from none.
          </EmptyState>
        }
      >
        {(found) => (
          <>
            <Suspense fallback={<SkeletonBlock height={260} />}>
              <Graph lineage={found} views={views} here={here} lit={lit} />
            </Suspense>
            {found.cut && <p role="note">Only {tablesMax} tables are drawn: take fewer steps.</p>}
          </>
        )}
      </QueryView>
    </Card>
  );
}
