import { Database } from "lucide-react";
import { useMemo } from "react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatBytes, formatCount, nothing } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useGo, useUrlState } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { SearchField } from "@/ui/Field";
import { Card, Page } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { type Column, Table } from "@/ui/Table";
import { type TableSummary, useTables } from "./api";
import css from "./catalog.module.css";
import { byLayer, type Layer } from "./layers";

const state = { q: "" };

const addressOf = (table: TableSummary) => `/catalog/${table.schema}/${table.table}`;

const isView = (table: TableSummary) => table.kind === "view" || table.kind === "system";

function columnsFor(now: number): Column<TableSummary>[] {
  return [
    {
      id: "name",
      title: "Table",
      value: (table) => `${table.schema}.${table.table}`,
      cell: (table) => (
        <span className={css.name}>
          <Link to={addressOf(table)}>
            <span className={css.schema}>{table.schema}.</span>
            {table.table}
          </Link>
          {table.damage !== null && (
            <Badge tone="bad" title={table.damage}>
              damaged
            </Badge>
          )}
          {table.kind === "view" && <Badge>view</Badge>}
        </span>
      ),
    },
    { id: "about", title: "About", extra: true, cell: (table) => table.description ?? nothing },
    {
      id: "rows",
      title: "Rows",
      align: "right",
      width: "7rem",
      value: (table) => (isView(table) ? undefined : table.row_count),
      cell: (table) => (isView(table) ? nothing : formatCount(table.row_count)),
    },
    {
      id: "bytes",
      title: "Size",
      extra: true,
      align: "right",
      width: "7rem",
      value: (table) => (isView(table) ? undefined : table.bytes),
      cell: (table) => (isView(table) ? nothing : formatBytes(table.bytes)),
    },
    {
      id: "at",
      title: "Newest version",
      extra: true,
      width: "10rem",
      value: (table) => table.published_at,
      cell: (table) => (
        <span title={formatExact(table.published_at)}>
          {formatRelative(table.published_at, now)}
        </span>
      ),
    },
  ];
}

function LayerCard({ layer, columns }: { layer: Layer; columns: Column<TableSummary>[] }) {
  const go = useGo();
  return (
    <Card title={layer.title} note={`${layer.about} · ${formatCount(layer.tables.length)}`} flush>
      <Table
        label={`Tables of the layer ${layer.title}`}
        columns={columns}
        rows={layer.tables}
        rowId={addressOf}
        onRow={(table) => {
          go(addressOf(table));
        }}
      />
    </Card>
  );
}

export default function CatalogPage() {
  const tables = useTables();
  const [{ q }, setState] = useUrlState(state);
  const now = useNow();
  const columns = useMemo(() => columnsFor(now), [now]);
  return (
    <Page
      title="Catalog"
      about="Every table by layer: what stands in it, where it comes from, whether it holds."
      actions={
        <SearchField
          label="Filter tables"
          value={q}
          onChange={(value) => {
            setState({ q: value });
          }}
        />
      }
    >
      <QueryView
        query={tables}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title="No tables yet" icon={Database}>
            A package brings its tables along; a crawl makes tables of a folder of files.
          </EmptyState>
        }
      >
        {(found) => {
          const layers = byLayer(found, q);
          return layers.length > 0 ? (
            layers.map((layer) => <LayerCard key={layer.id} layer={layer} columns={columns} />)
          ) : (
            <EmptyState title={`No table matches “${q}”`} icon={Database}>
              Names, descriptions and kinds are looked through.
            </EmptyState>
          );
        }}
      </QueryView>
    </Page>
  );
}
