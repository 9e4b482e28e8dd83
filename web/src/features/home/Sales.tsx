import { useMemo } from "react";
import { CategoryChart } from "@/charts/CategoryChart";
import { formatCount, formatMoney } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { Figure } from "@/ui/Figure";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type DaySales, useDailySales } from "./api";
import css from "./home.module.css";
import { salesView } from "./salesView";

const chartHeight = 220;

function SalesOf({ days }: { days: DaySales[] }) {
  const view = useMemo(() => salesView(days), [days]);
  if (!view) {
    return <EmptyState title="Nothing was sold yet">Sales appear with the first orders.</EmptyState>;
  }
  const { latest, chart } = view;
  return (
    <div className={css.sales}>
      <div className={css.salesFigures}>
        <Figure
          label={`Net sales, ${view.title}`}
          value={formatMoney(latest.sales, "GBP", true)}
          change={view.change}
          note="against the same weekday"
        />
        <Figure label="Invoices" value={formatCount(latest.invoices)} />
        <Figure label="Pieces" value={formatCount(latest.quantity)} />
      </div>
      <CategoryChart label="Net sales by day" chart={chart} height={chartHeight} />
    </div>
  );
}

export function Sales() {
  const sales = useDailySales(true);
  return (
    <Card title="Sales" note="Days with sales, net of cancellations, in pounds">
      <QueryView query={sales} loading={<SkeletonBlock height={chartHeight} />}>
        {(days) => <SalesOf days={days} />}
      </QueryView>
    </Card>
  );
}
