import type { CategoryChart } from "@/charts/options";
import type { Month } from "./api";

const monthName = new Intl.DateTimeFormat(undefined, {
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** "2010-12-01" as "Dec 2010" */
export const monthTitle = (day: string): string =>
  monthName.format(new Date(`${day.slice(0, 10)}T00:00:00Z`));

/** Every month from the first to the last, 0 where nothing was bought. */
export function everyMonth(months: Month[]): { month: string; amount: number }[] {
  const [first, last] = [months[0]?.month, months[months.length - 1]?.month];
  if (!first || !last) return [];
  const amounts = new Map(months.map((one) => [one.month.slice(0, 7), Number(one.amount)]));
  const all = [];
  const at = new Date(`${first.slice(0, 7)}-01T00:00:00Z`);
  while (at.toISOString().slice(0, 7) <= last.slice(0, 7)) {
    const month = at.toISOString().slice(0, 7);
    all.push({ month: `${month}-01`, amount: amounts.get(month) ?? 0 });
    at.setUTCMonth(at.getUTCMonth() + 1);
  }
  return all;
}

export function monthsChart(months: Month[], name: string): CategoryChart {
  const all = everyMonth(months);
  return {
    categories: all.map((one) => one.month),
    category: monthTitle,
    series: [{ name, values: all.map((one) => one.amount) }],
    unit: "money",
    kind: "bar",
  };
}
