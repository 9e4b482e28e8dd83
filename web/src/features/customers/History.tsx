import { formatDateTime } from "@/lib/dates";
import { formatCount, formatMoney } from "@/lib/format";
import { useGo } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type CustomerInvoice, useHistory } from "./api";
import css from "./customers.module.css";

const addressOf = (row: CustomerInvoice) => `/invoices/${encodeURIComponent(row.invoice_no)}`;

const columns: Column<CustomerInvoice>[] = [
  {
    id: "no",
    title: "Invoice",
    value: (row) => row.invoice_no,
    cell: (row) => (
      <span className={css.marked}>
        <Link to={addressOf(row)} className={css.name}>
          {row.invoice_no}
        </Link>
        {row.cancelled && <Badge tone="warn">cancellation</Badge>}
      </span>
    ),
  },
  {
    id: "date",
    title: "When",
    value: (row) => row.invoice_date,
    cell: (row) => formatDateTime(row.invoice_date),
  },
  {
    id: "items",
    title: "Lines",
    align: "right",
    value: (row) => row.item_count,
    cell: (row) => formatCount(row.item_count),
  },
  {
    id: "total",
    title: "Total",
    align: "right",
    value: (row) => Number(row.total),
    cell: (row) => formatMoney(row.total),
  },
];

/** All invoices of a customer, the newest first; more of them when asked for. */
export function History({ id }: { id: string }) {
  const history = useHistory(id);
  const go = useGo();
  const rows = history.data?.pages.flatMap((page) => page.invoices as CustomerInvoice[]) ?? [];
  return (
    <Card title="Purchase history" note="Newest first; cancellations count against" flush>
      {history.isPending && <SkeletonLines lines={8} />}
      {history.isError && (
        <ErrorState
          error={history.error}
          retry={() => {
            void history.refetch();
          }}
        />
      )}
      {history.isSuccess && rows.length === 0 && (
        <EmptyState title="No invoices">Nothing stands in this customer's history.</EmptyState>
      )}
      {rows.length > 0 && (
        <Table
          label="Purchase history"
          columns={columns}
          rows={rows}
          rowId={(row) => row.invoice_no}
          height={440}
          onRow={(row) => {
            go(addressOf(row));
          }}
        />
      )}
      {history.hasNextPage && (
        <div className={css.more}>
          <Button
            busy={history.isFetchingNextPage}
            onClick={() => {
              void history.fetchNextPage();
            }}
          >
            Show older invoices
          </Button>
        </div>
      )}
    </Card>
  );
}
