import { Printer } from "lucide-react";
import { formatDateTime } from "@/lib/dates";
import { formatCount, formatMoney, formatPercent, nothing } from "@/lib/format";
import { useParams } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { KeyValue } from "@/ui/KeyValue";
import { Card, Page, Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type Invoice, type InvoiceLine, useInvoice } from "./api";
import css from "./customers.module.css";

const columns: Column<InvoiceLine>[] = [
  {
    id: "code",
    title: "Code",
    value: (line) => line.stock_code,
    cell: (line) => (
      <Link to={`/products/${encodeURIComponent(line.stock_code)}`} className={css.code}>
        {line.stock_code}
      </Link>
    ),
  },
  { id: "name", title: "Product", value: (line) => line.description },
  {
    id: "quantity",
    title: "Pieces",
    align: "right",
    value: (line) => line.quantity,
    cell: (line) => formatCount(line.quantity),
  },
  {
    id: "price",
    title: "Each",
    align: "right",
    value: (line) => Number(line.unit_price),
    cell: (line) => formatMoney(line.unit_price),
  },
  {
    id: "amount",
    title: "Amount",
    align: "right",
    value: (line) => Number(line.amount),
    cell: (line) => formatMoney(line.amount),
  },
];

function Paper({ invoice }: { invoice: Invoice }) {
  const pieces = invoice.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <Stack gap={4}>
      <Card>
        <KeyValue
          entries={[
            [
              "Customer",
              invoice.customer_id ? (
                <Link to={`/customers/${encodeURIComponent(invoice.customer_id)}`}>
                  {invoice.customer_id}
                </Link>
              ) : (
                "Not named"
              ),
            ],
            ["When", formatDateTime(invoice.invoice_date)],
            ["Country", invoice.country ?? nothing],
            [
              "High value",
              invoice.high_value_probability != null &&
                `${formatPercent(invoice.high_value_probability)} probable when its third line was written`,
            ],
          ]}
        />
      </Card>
      <Card flush>
        <Table
          label={`Lines of invoice ${invoice.invoice_no}`}
          columns={columns}
          rows={invoice.items}
          rowId={(_, i) => String(i)}
        />
        <dl className={css.total}>
          <dt>
            {invoice.items.length === 1 ? "1 line" : `${formatCount(invoice.items.length)} lines`},{" "}
            {formatCount(pieces)} pieces
          </dt>
          <dd>{formatMoney(invoice.total)}</dd>
        </dl>
      </Card>
    </Stack>
  );
}

export default function InvoicePage() {
  const { no } = useParams("no");
  const invoice = useInvoice(no);
  return (
    <Page
      title={`Invoice ${no}`}
      heading={
        <>
          {`Invoice ${no}`}
          {invoice.data?.cancelled && <Badge tone="warn">cancellation</Badge>}
          {invoice.data?.high_value && <Badge tone="accent">high value</Badge>}
        </>
      }
      crumbs={[{ title: "Customers", to: "/customers" }, { title: `Invoice ${no}` }]}
      actions={
        invoice.data && (
          <Button
            icon={Printer}
            onClick={() => {
              window.print();
            }}
          >
            Print
          </Button>
        )
      }
    >
      <QueryView query={invoice} loading={<SkeletonBlock height={420} />}>
        {(found) => <Paper invoice={found} />}
      </QueryView>
    </Page>
  );
}
