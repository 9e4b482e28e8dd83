import { useMemo } from "react";
import { CategoryChart } from "@/charts/CategoryChart";
import { formatDate } from "@/lib/dates";
import { formatCount, formatMoney } from "@/lib/format";
import { useParams } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Figure } from "@/ui/Figure";
import { Card, Page, Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock, SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import * as api from "./api";
import css from "./customers.module.css";
import { GroupBadge } from "./GroupBadge";
import { History } from "./History";
import { monthsChart } from "./months";
import { Recommendations } from "./Recommendations";
import { Standing } from "./Scores";

const chartHeight = 220;

const productColumns: Column<api.Bought>[] = [
  {
    id: "name",
    title: "Product",
    value: (row) => row.description ?? row.stock_code,
    cell: (row) => (
      <Link to={`/products/${encodeURIComponent(row.stock_code)}`}>
        {row.description ?? row.stock_code}
      </Link>
    ),
  },
  {
    id: "times",
    title: "Times",
    align: "right",
    value: (row) => row.invoices,
    cell: (row) => formatCount(row.invoices),
  },
  {
    id: "amount",
    title: "For",
    align: "right",
    value: (row) => Number(row.amount),
    cell: (row) => formatMoney(row.amount),
  },
];

function Figures({ customer }: { customer: api.Customer }) {
  const bought = customer.invoices - customer.cancellations;
  return (
    <section className={css.figures} aria-label="In all">
      <Figure label="Spent, net" value={formatMoney(customer.spent, "GBP", true)} />
      <Figure
        label="Invoices"
        value={formatCount(bought)}
        note={
          customer.cancellations > 0 && `and ${formatCount(customer.cancellations)} cancellations`
        }
      />
      <Figure
        label="An invoice, on average"
        value={bought > 0 ? formatMoney(Number(customer.spent) / bought) : "–"}
      />
      <Figure
        label="Last bought"
        value={formatDate(customer.last)}
        note={`Since ${formatDate(customer.first)}`}
      />
    </section>
  );
}

function Months({ id }: { id: string }) {
  const months = api.useCustomerMonths(id, true);
  const chart = useMemo(() => monthsChart(months.data ?? [], "Spent"), [months.data]);
  return (
    <Card title="Spent by month" note="Net of cancellations, in pounds">
      <QueryView
        query={months}
        loading={<SkeletonBlock height={chartHeight} />}
        isEmpty={(found) => found.length === 0}
        empty={<EmptyState title="Nothing yet">The next run brings it in.</EmptyState>}
      >
        {() => <CategoryChart label="Spent by month" chart={chart} height={chartHeight} />}
      </QueryView>
    </Card>
  );
}

function Favourites({ id }: { id: string }) {
  const products = api.useCustomerProducts(id, true);
  return (
    <Card title="Bought most often" flush>
      <QueryView
        query={products}
        loading={<SkeletonLines lines={8} />}
        isEmpty={(found) => found.length === 0}
        empty={<EmptyState title="Nothing yet">The next run brings it in.</EmptyState>}
      >
        {(found) => (
          <Table
            label="Products bought most often"
            columns={productColumns}
            rows={found}
            rowId={(row) => row.stock_code}
            height={440}
          />
        )}
      </QueryView>
    </Card>
  );
}

export default function CustomerPage() {
  const { id } = useParams("id");
  const customer = api.useCustomer(id);
  const shop = api.useShop();
  const segment = customer.data?.segment;
  return (
    <Page
      title={`Customer ${id}`}
      heading={
        <>
          {`Customer ${id}`}
          {segment && <GroupBadge group={segment} />}
        </>
      }
      crumbs={[{ title: "Customers", to: "/customers" }, { title: id }]}
    >
      <QueryView query={customer} loading={<SkeletonBlock height={96} />}>
        {(found) => (
          <Stack gap={5}>
            <Figures customer={found} />
            <Standing customer={found} />
            {shop.data?.sells && <Months id={id} />}
            <Recommendations user={id} />
            {shop.data?.sells ? (
              <div className={css.twoThirds}>
                <History id={id} />
                <Favourites id={id} />
              </div>
            ) : (
              <History id={id} />
            )}
          </Stack>
        )}
      </QueryView>
    </Page>
  );
}
