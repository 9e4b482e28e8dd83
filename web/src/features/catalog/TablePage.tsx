import { LineChart } from "lucide-react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatBytes, formatCount } from "@/lib/format";
import { useParams, useUrlState } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { LinkButton } from "@/ui/Button";
import { Facts } from "@/ui/KeyValue";
import { Page, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { type Tab, Tabs } from "@/ui/Tabs";
import { type TableDetail, type TableName, useTable } from "./api";
import { Checks } from "./Checks";
import { Columns } from "./Columns";
import { Definition } from "./Definition";
import { LineageTab } from "./LineageTab";
import { Preview } from "./Preview";
import { ProfileTab } from "./ProfileTab";
import { Versions } from "./Versions";

const state = { tab: "columns" };

function tabsOf(name: TableName, table: TableDetail): Tab[] {
  return [
    {
      id: "columns",
      title: "Columns",
      count: table.column_count,
      content: () => <Columns table={table} />,
    },
    { id: "preview", title: "Preview", content: () => <Preview name={name} /> },
    { id: "profile", title: "Profile", content: () => <ProfileTab name={name} /> },
    { id: "lineage", title: "Lineage", content: () => <LineageTab table={table} /> },
    { id: "checks", title: "Checks", content: () => <Checks name={name} /> },
    { id: "versions", title: "Versions", content: () => <Versions name={name} /> },
    ...(table.sql
      ? [{ id: "sql", title: "SQL", content: () => <Definition sql={table.sql ?? ""} /> }]
      : []),
  ];
}

function TableFacts({ table }: { table: TableDetail }) {
  const stored = table.version > 0;
  return (
      <Facts
        entries={[
          ["One row is", table.grain],
          ["Rows", stored ? formatCount(table.row_count) : null],
          [
            "Size",
            stored ? `${formatBytes(table.bytes)} in ${formatCount(table.file_count)} ${table.file_count === 1 ? "file" : "files"}` : null,
          ],
          [
            "Newest version",
            stored ? (
              <span title={formatExact(table.published_at)}>
                v{formatCount(table.version)}, {formatRelative(table.published_at)}
              </span>
            ) : null,
          ],
          ["Key", table.key.join(", ")],
          ["Partitioned by", table.partition_by.join(", ")],
          ["Folder", table.root],
          ["Damage", table.damage],
        ]}
      />
  );
}

const querySql = ({ schema, table }: TableName) => `SELECT * FROM ${schema}.${table} LIMIT 100`;

export default function TablePage() {
  const { schema, table: name } = useParams("schema", "table");
  const table = useTable({ schema, table: name });
  const [{ tab }, setState] = useUrlState(state);
  const shown = table.data;
  return (
    <Page
      title={`${schema}.${name}`}
      heading={
        <>
          {`${schema}.${name}`}
          {shown?.layer && <Badge tone="accent">{shown.layer}</Badge>}
          {shown && <Badge>{shown.kind}</Badge>}
          {shown?.damage && (
            <Badge tone="bad" title={shown.damage}>
              damaged
            </Badge>
          )}
        </>
      }
      about={shown?.description}
      crumbs={[{ title: "Catalog", to: "/catalog" }, { title: schema, to: `/catalog?q=${schema}.` }]}
      actions={
        <LinkButton
          to={`/explore?sql=${encodeURIComponent(querySql({ schema, table: name }))}`}
          icon={LineChart}
        >
          Query
        </LinkButton>
      }
    >
      <QueryView query={table}>
        {(found) => (
          <Stack gap={5}>
            <TableFacts table={found} />
            <Tabs
              label={`About ${schema}.${name}`}
              tabs={tabsOf({ schema, table: name }, found)}
              selected={tab}
              onSelect={(id) => {
                setState({ tab: id });
              }}
            />
          </Stack>
        )}
      </QueryView>
    </Page>
  );
}
