import { formatCount, formatMoney } from "@/lib/format";
import { useSettled } from "@/lib/hooks";
import { useGo, useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { SearchField } from "@/ui/Field";
import { Card, Page } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type ProductRow, useAllProducts, useFoundProducts, useShop } from "./api";
import css from "./customers.module.css";
import { NothingSold } from "./NothingSold";
import { Places } from "./Places";
import { listMax } from "./statements";

/** Letters or digits: there is nothing else to look for. */
const hasWords = (asked: string) => /[\p{L}\p{N}]/u.test(asked);

const state = { q: "" };
const tableHeight = 640;
const addressOf = (row: ProductRow) => `/products/${encodeURIComponent(row.stock_code)}`;

const columns: Column<ProductRow>[] = [
  {
    id: "name",
    title: "Product",
    value: (row) => row.description ?? row.stock_code,
    cell: (row) => (
      <Link to={addressOf(row)} className={css.name}>
        {row.description ?? row.stock_code}
      </Link>
    ),
  },
  {
    id: "code",
    title: "Code",
    value: (row) => row.stock_code,
    cell: (row) => <span className={css.code}>{row.stock_code}</span>,
  },
  {
    id: "sales",
    title: "Net sales",
    align: "right",
    value: (row) => Number(row.sales),
    cell: (row) => formatMoney(row.sales),
  },
  {
    id: "quantity",
    title: "Pieces",
    align: "right",
    value: (row) => row.quantity,
    cell: (row) => formatCount(row.quantity),
  },
  {
    id: "invoices",
    title: "Invoices",
    align: "right",
    value: (row) => row.invoices,
    cell: (row) => formatCount(row.invoices),
  },
  {
    id: "customers",
    title: "Customers",
    align: "right",
    value: (row) => row.customers,
    cell: (row) => formatCount(row.customers),
  },
];

interface ListProps {
  rows: ProductRow[];
  /** Rows stand in the order in which they were found, until another is asked for. */
  sorted?: { id: string; desc: boolean };
  told: string;
}

function List({ rows, sorted, told }: ListProps) {
  const go = useGo();
  return (
    <>
      <Table
        label="Products"
        columns={columns}
        rows={rows}
        rowId={(row) => row.stock_code}
        height={tableHeight}
        sorted={sorted}
        onRow={(row) => {
          go(addressOf(row));
        }}
      />
      <p className={css.count} role="status">
        {told}
      </p>
    </>
  );
}

function All() {
  const products = useAllProducts(true);
  return (
    <Card flush>
      <QueryView query={products} loading={<SkeletonBlock height={tableHeight} />}>
        {(rows) => (
          <List
            rows={rows}
            sorted={{ id: "sales", desc: true }}
            told={
              rows.length >= listMax
                ? `The ${formatCount(listMax)} that brought most; search for others`
                : `${formatCount(rows.length)} products`
            }
          />
        )}
      </QueryView>
    </Card>
  );
}

function Found({ asked }: { asked: string }) {
  const products = useFoundProducts(asked);
  return (
    <Card flush>
      <QueryView
        query={products}
        loading={<SkeletonBlock height={tableHeight} />}
        isEmpty={(found) => found.total === 0}
        empty={
          <EmptyState title={`No product matches “${asked}”`}>
            Codes and names are looked through; every word must be there.
          </EmptyState>
        }
      >
        {({ rows, total }) => (
          <List
            rows={rows}
            told={
              total > rows.length
                ? `The ${formatCount(rows.length)} best of ${formatCount(total)} products`
                : `${formatCount(total)} products`
            }
          />
        )}
      </QueryView>
    </Card>
  );
}

export default function ProductsPage() {
  const shop = useShop();
  const [{ q }, setState] = useUrlState(state);
  const asked = useSettled(q);
  return (
    <Page
      title="Products"
      about="What sells, to how many, and for how much."
      actions={
        <div className={css.search}>
          <SearchField
            label="Name or code"
            value={q}
            onChange={(text) => {
              setState({ q: text });
            }}
          />
        </div>
      }
    >
      <Places here="/products" />
      <QueryView
        query={shop}
        loading={<SkeletonBlock height={tableHeight} />}
        isEmpty={(found) => !found.sells}
        empty={<NothingSold />}
      >
        {() => (hasWords(asked) ? <Found asked={asked.trim()} /> : <All />)}
      </QueryView>
    </Page>
  );
}
