// Sales of days as a chart and figures: pure.
import type { CategoryChart } from "@/charts/options";
import { formatDate, formatDay, isoDay } from "@/lib/dates";
import type { DaySales } from "./api";

export interface SalesView {
  /** "Today", or the last day that sold anything. */
  title: string;
  latest: DaySales;
  /** Against the mean of the four weekdays before; null when there are none. */
  change: number | null;
  chart: CategoryChart;
}

const daysInWeek = 7;
const weeksCompared = 4;

function weekdaysBefore(days: DaySales[], latest: DaySales): DaySales[] {
  const end = Date.parse(latest.period);
  return days.filter((day) => {
    const apart = Math.round((end - Date.parse(day.period)) / 86_400_000);
    return apart > 0 && apart % daysInWeek === 0 && apart <= daysInWeek * weeksCompared;
  });
}

/** `newestFirst` as the query answers; null when nothing was ever sold. */
export function salesView(newestFirst: DaySales[], today = isoDay(new Date())): SalesView | null {
  const [latest] = newestFirst;
  if (!latest) return null;
  const days = [...newestFirst].reverse();
  const before = weekdaysBefore(days, latest);
  const usual = before.reduce((sum, day) => sum + Number(day.sales), 0) / (before.length || 1);
  return {
    title: latest.period.slice(0, 10) === today ? "Today" : formatDate(latest.period.slice(0, 10)),
    latest,
    change: usual > 0 ? Number(latest.sales) / usual - 1 : null,
    chart: {
      kind: "bar",
      unit: "money",
      categories: days.map((day) => day.period.slice(0, 10)),
      category: formatDate,
      shortCategory: formatDay,
      series: [{ name: "Net sales", values: days.map((day) => Number(day.sales)) }],
    },
  };
}
