import { Package } from "lucide-react";
import { useMemo } from "react";
import { CategoryChart } from "@/charts/CategoryChart";
import { formatCount, formatMoney, formatPercent } from "@/lib/format";
import { useParams } from "@/lib/urlState";
import { LinkButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Figure } from "@/ui/Figure";
import { Card, Page, Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock, SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import * as api from "./api";
import css from "./customers.module.css";
import { monthsChart } from "./months";

const chartHeight = 240;

const buyerColumns: Column<api.Buyer>[] = [
  {
    id: "customer",
    title: "Customer",
    value: (row) => row.customer_id,
    cell: (row) => (
      <Link to={`/customers/${encodeURIComponent(row.customer_id)}`}>{row.customer_id}</Link>
    ),
  },
  {
    id: "invoices",
    title: "Times",
    align: "right",
    value: (row) => row.invoices,
    cell: (row) => formatCount(row.invoices),
  },
  {
    id: "quantity",
    title: "Pieces",
    align: "right",
    value: (row) => row.quantity,
    cell: (row) => formatCount(row.quantity),
  },
  {
    id: "amount",
    title: "For",
    align: "right",
    value: (row) => Number(row.amount),
    cell: (row) => formatMoney(row.amount),
  },
];

const togetherColumns: Column<api.Together>[] = [
  {
    id: "name",
    title: "Product",
    cell: (row) => (
      <Link to={`/products/${encodeURIComponent(row.stock_code)}`}>
        {row.description ?? row.stock_code}
      </Link>
    ),
  },
  {
    id: "together",
    title: "Invoices",
    align: "right",
    value: (row) => row.together,
    cell: (row) => formatCount(row.together),
  },
  {
    id: "share",
    title: "Of its invoices",
    align: "right",
    value: (row) => row.share,
    cell: (row) => formatPercent(row.share),
  },
];

function Figures({ product }: { product: api.ProductRow }) {
  return (
    <section className={css.figures} aria-label="In all">
      <Figure label="Net sales" value={formatMoney(product.sales, "GBP", true)} />
      <Figure label="Pieces" value={formatCount(product.quantity)} />
      <Figure label="Invoices" value={formatCount(product.invoices)} />
      <Figure label="Customers" value={formatCount(product.customers)} />
    </section>
  );
}

function Charts({ code }: { code: string }) {
  const months = api.useProductMonths(code);
  const countries = api.useProductCountries(code);
  const byMonth = useMemo(() => monthsChart(months.data ?? [], "Net sales"), [months.data]);
  const byCountry = useMemo(
    () => ({
      categories: (countries.data ?? []).map((one) => one.country),
      series: [
        { name: "Net sales", values: (countries.data ?? []).map((one) => Number(one.amount)) },
      ],
      unit: "money" as const,
      kind: "bar" as const,
      horizontal: true,
    }),
    [countries.data],
  );
  return (
    <div className={css.twoThirds}>
      <Card title="Sales by month" note="Net of cancellations, in pounds">
        <QueryView query={months} loading={<SkeletonBlock height={chartHeight} />}>
          {() => <CategoryChart label="Sales by month" chart={byMonth} height={chartHeight} />}
        </QueryView>
      </Card>
      <Card title="Sales by country" note="The eight largest, in pounds">
        <QueryView query={countries} loading={<SkeletonBlock height={chartHeight} />}>
          {() => <CategoryChart label="Sales by country" chart={byCountry} height={chartHeight} />}
        </QueryView>
      </Card>
    </div>
  );
}

function Tables({ code }: { code: string }) {
  const together = api.useBoughtTogether(code);
  const buyers = api.useBuyers(code);
  return (
    <div className={css.halves}>
      <Card title="Bought together" note="On the same invoices most often" flush>
        <QueryView
          query={together}
          loading={<SkeletonLines lines={8} />}
          isEmpty={(found) => found.length === 0}
          empty={<EmptyState title="Always alone">No invoice has another product.</EmptyState>}
        >
          {(found) => (
            <Table
              label="Bought together"
              columns={togetherColumns}
              rows={found}
              rowId={(row) => row.stock_code}
              height={440}
            />
          )}
        </QueryView>
      </Card>
      <Card title="Best customers" note="Fifty who spent most on it" flush>
        <QueryView
          query={buyers}
          loading={<SkeletonLines lines={8} />}
          isEmpty={(found) => found.length === 0}
          empty={<EmptyState title="Nobody known">No line names a customer.</EmptyState>}
        >
          {(found) => (
            <Table
              label="Best customers"
              columns={buyerColumns}
              rows={found}
              rowId={(row) => row.customer_id}
              height={440}
            />
          )}
        </QueryView>
      </Card>
    </div>
  );
}

export default function ProductPage() {
  const { code } = useParams("code");
  const product = api.useProduct(code);
  const name = product.data?.[0]?.description;
  return (
    <Page
      title={name ?? `Product ${code}`}
      about={name ? `Product ${code}` : undefined}
      crumbs={[{ title: "Products", to: "/products" }, { title: code }]}
    >
      <QueryView
        query={product}
        loading={<SkeletonBlock height={96} />}
        isEmpty={(found) => found.length === 0}
        empty={
          <Card>
            <EmptyState
              title={`No product has the code ${code}`}
              icon={Package}
              actions={
                <LinkButton to={`/products?q=${encodeURIComponent(code)}`}>
                  Search for it
                </LinkButton>
              }
            >
              Codes are written as on the invoice, letters included.
            </EmptyState>
          </Card>
        }
      >
        {([found]) =>
          found && (
            <Stack gap={5}>
              <Figures product={found} />
              <Charts code={code} />
              <Tables code={code} />
            </Stack>
          )
        }
      </QueryView>
    </Page>
  );
}
