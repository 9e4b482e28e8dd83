import { useQuery } from "@tanstack/react-query";
import { type Answer, get } from "@/api/client";
import { useRefreshOn } from "@/api/events";
import { useSql } from "@/api/sql";

export type Run = Answer<"/v1/runs">["runs"][number];
export type Checks = Answer<"/v1/checks">;
export type Table = Answer<"/v1/tables">["tables"][number];

const runsShown = 7;

export function useRuns() {
  useRefreshOn([["runs"]], ["run"]);
  return useQuery({
    queryKey: ["runs", "newest", runsShown],
    queryFn: ({ signal }) => get("/v1/runs", { query: { limit: runsShown }, signal }),
    select: (answer) => answer.runs,
  });
}

export function useChecks() {
  useRefreshOn([["checks"]], ["run"]);
  return useQuery({
    queryKey: ["checks"],
    queryFn: ({ signal }) => get("/v1/checks", { signal }),
  });
}

export function useTables() {
  return useQuery({
    queryKey: ["tables"],
    queryFn: ({ signal }) => get("/v1/tables", { signal }),
    select: (answer) => answer.tables,
  });
}

export interface DaySales {
  period: string;
  sales: number;
  invoices: number;
  quantity: number;
}

const daysShown = 31;

/** Sales of the last days that there are any of, the oldest first. */
export function useDailySales(enabled: boolean) {
  useRefreshOn([["sql", "home", "sales"]], ["run"]);
  return useSql<DaySales>(
    ["home", "sales"],
    `SELECT period, sum(sales) AS sales, sum(invoices) AS invoices, sum(quantity) AS quantity
FROM online_retail.daily_sales
GROUP BY period
ORDER BY period DESC
LIMIT ${daysShown}`,
    { enabled },
  );
}
