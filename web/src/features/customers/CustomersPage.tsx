import { useMemo } from "react";
import { formatDate, formatExact } from "@/lib/dates";
import { formatCount, formatMoney, nothing } from "@/lib/format";
import { useSettled } from "@/lib/hooks";
import { useGo, useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { SearchField } from "@/ui/Field";
import { Card, Page } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type CustomerRow, useCustomers, useShop } from "./api";
import css from "./customers.module.css";
import { GroupBadge } from "./GroupBadge";
import { NothingSold } from "./NothingSold";
import { Places } from "./Places";
import { listMax } from "./statements";

const state = { q: "" };
const tableHeight = 640;
const addressOf = (row: CustomerRow) => `/customers/${encodeURIComponent(row.customer_id)}`;

function columnsFor(groups: boolean): Column<CustomerRow>[] {
  return [
    {
      id: "customer",
      title: "Customer",
      value: (row) => row.customer_id,
      cell: (row) => (
        <Link to={addressOf(row)} className={css.name}>
          {row.customer_id}
        </Link>
      ),
    },
    ...(groups
      ? [
          {
            id: "segment",
            title: "Segment",
            value: (row: CustomerRow) => row.segment,
            cell: (row: CustomerRow) =>
              row.segment ? <GroupBadge group={row.segment} /> : nothing,
          },
          {
            id: "group",
            title: "Group",
            value: (row: CustomerRow) => row.rfm_group,
            cell: (row: CustomerRow) =>
              row.rfm_group ? <GroupBadge group={row.rfm_group} /> : nothing,
          },
        ]
      : []),
    { id: "country", title: "Country", value: (row) => row.country },
    {
      id: "spent",
      title: "Spent",
      align: "right",
      value: (row) => Number(row.total_spent),
      cell: (row) => formatMoney(row.total_spent),
    },
    {
      id: "invoices",
      title: "Invoices",
      align: "right",
      value: (row) => row.invoices,
      cell: (row) => formatCount(row.invoices),
    },
    {
      id: "products",
      title: "Products",
      align: "right",
      value: (row) => row.products,
      cell: (row) => formatCount(row.products),
    },
    {
      id: "last",
      title: "Last invoice",
      value: (row) => row.last_invoice,
      cell: (row) => (
        <span title={formatExact(row.last_invoice)}>{formatDate(row.last_invoice)}</span>
      ),
    },
  ];
}

function List({ asked, groups }: { asked: string; groups: boolean }) {
  const customers = useCustomers(asked, groups, true);
  const go = useGo();
  const columns = useMemo(() => columnsFor(groups), [groups]);
  return (
    <Card flush>
      <QueryView
        query={customers}
        loading={<SkeletonBlock height={tableHeight} />}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title={`No customer matches “${asked}”`}>
            Numbers, countries, segments and groups are looked through.
          </EmptyState>
        }
      >
        {(found) => (
          <>
            <Table
              label="Customers"
              columns={columns}
              rows={found}
              rowId={(row) => row.customer_id}
              height={tableHeight}
              sorted={{ id: "spent", desc: true }}
              onRow={(row) => {
                go(addressOf(row));
              }}
            />
            <p className={css.count} role="status">
              {found.length >= listMax
                ? `The ${formatCount(listMax)} who spent most; search for others`
                : `${formatCount(found.length)} customers`}
            </p>
          </>
        )}
      </QueryView>
    </Card>
  );
}

export default function CustomersPage() {
  const shop = useShop();
  const [{ q }, setState] = useUrlState(state);
  const asked = useSettled(q);
  return (
    <Page
      title="Customers"
      about="Who buys, how much and how often. Each customer has a page with all that was bought."
      actions={
        <div className={css.search}>
          <SearchField
            label="Number, country or segment"
            value={q}
            onChange={(text) => {
              setState({ q: text });
            }}
          />
        </div>
      }
    >
      <Places here="/customers" />
      <QueryView
        query={shop}
        loading={<SkeletonBlock height={tableHeight} />}
        isEmpty={(found) => !found.sells}
        empty={<NothingSold />}
      >
        {(found) => <List asked={asked} groups={found.groups} />}
      </QueryView>
    </Page>
  );
}
