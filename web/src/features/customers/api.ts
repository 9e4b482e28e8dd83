import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { addressOf, type Answer, get, send } from "@/api/client";
import { useRefreshOn } from "@/api/events";
import { ApiError } from "@/api/problem";
import { rowsOf, runSql, useSql } from "@/api/sql";
import * as sql from "./statements";

export type Invoice = Answer<"/v1/invoices/{invoice_no}">;
export type InvoiceLine = Invoice["items"][number];
export type Customer = Answer<"/v1/customers/{customer_id}"> & { segment?: string | null };
export type CustomerInvoice =
  Answer<"/v1/customers/{customer_id}/invoices">["invoices"][number] & { cancelled?: boolean };

export interface CustomerRow {
  customer_id: string;
  total_spent: number;
  invoices: number;
  products: number;
  last_invoice: string;
  country: string | null;
  rfm_group?: string | null;
}

export interface ProductRow {
  stock_code: string;
  description: string | null;
  quantity: number;
  sales: number;
  invoices: number;
  customers: number;
}

/** Which tables of the shop there are: a question about one that is not there is not asked. */
export function useShop() {
  useRefreshOn([["tables", "online_retail"]], ["run"]);
  return useQuery({
    queryKey: ["tables", "online_retail"],
    queryFn: ({ signal }) => get("/v1/tables", { query: { schema: "online_retail" }, signal }),
    select: ({ tables }) => {
      const made = (name: string) =>
        tables.some((table) => table.table === name && table.version > 0);
      return { sells: made("top_customers"), groups: made("customer_rfm") };
    },
  });
}

function useList<R>(name: string, statement: string, enabled: boolean) {
  useRefreshOn([["sql", name]], ["run"]);
  return useQuery({
    queryKey: ["sql", name, statement],
    queryFn: async ({ signal }) => rowsOf(await runSql(statement, signal)) as R[],
    placeholderData: keepPreviousData,
    enabled,
  });
}

export const useCustomers = (asked: string, groups: boolean, enabled: boolean) =>
  useList<CustomerRow>("customers", sql.customersSql(asked, groups), enabled);

export const useProducts = (asked: string, enabled: boolean) =>
  useList<ProductRow>("products", sql.productsSql(asked), enabled);

export function useCustomer(id: string) {
  return useQuery({
    queryKey: ["customer", id],
    queryFn: ({ signal }) =>
      get("/v1/customers/{customer_id}", { path: { customer_id: id }, signal }),
    select: (found) => found as Customer,
  });
}

const invoicesAtOnce = 50;

export function useHistory(id: string) {
  return useInfiniteQuery({
    queryKey: ["customer", id, "invoices"],
    queryFn: ({ signal, pageParam }) =>
      get("/v1/customers/{customer_id}/invoices", {
        path: { customer_id: id },
        query: { limit: invoicesAtOnce, cursor: pageParam || undefined },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

export function useInvoice(no: string) {
  return useQuery({
    queryKey: ["invoice", no],
    queryFn: ({ signal }) =>
      get("/v1/invoices/{invoice_no}", { path: { invoice_no: no }, signal }),
  });
}

export interface Month {
  month: string;
  amount: number;
  quantity?: number;
}

export const useCustomerMonths = (id: string, enabled: boolean) =>
  useSql<Month>(["customer", id, "months"], sql.customerMonthsSql(id), { enabled });

export interface Bought {
  stock_code: string;
  description: string | null;
  invoices: number;
  quantity: number;
  amount: number;
  last_bought: string;
}

export const useCustomerProducts = (id: string, enabled: boolean) =>
  useSql<Bought>(["customer", id, "products"], sql.customerProductsSql(id), { enabled });

export interface Rfm {
  recency_days: number;
  recency_score: number;
  frequency_score: number;
  monetary_score: number;
  rfm_group: string;
}

export const useRfm = (id: string, enabled: boolean) =>
  useSql<Rfm>(["customer", id, "rfm"], sql.rfmSql(id), { enabled });

export const useProduct = (code: string) =>
  useSql<ProductRow>(["product", code], sql.productSql(code));

export const useProductMonths = (code: string) =>
  useSql<Month>(["product", code, "months"], sql.productMonthsSql(code));

export const useProductCountries = (code: string) =>
  useSql<{ country: string; amount: number }>(
    ["product", code, "countries"],
    sql.productCountriesSql(code),
  );

export interface Buyer {
  customer_id: string;
  invoices: number;
  quantity: number;
  amount: number;
}

export const useBuyers = (code: string) =>
  useSql<Buyer>(["product", code, "buyers"], sql.productBuyersSql(code));

export interface Together {
  stock_code: string;
  description: string | null;
  together: number;
  share: number;
}

export const useBoughtTogether = (code: string) =>
  useSql<Together>(["product", code, "together"], sql.boughtTogetherSql(code));

export type ListKind = "again" | "new" | "next";

export interface Recommendation {
  product_id: string | number;
  name?: string;
  score: number;
  reason: string;
}

const notMade = [404, 409]; // no such operation, no such model, none trained

/** Null where there is no model that could say. */
export function useRecommendations(user: string, kind: ListKind) {
  return useQuery({
    queryKey: ["recommendations", user, kind],
    queryFn: async ({ signal }) => {
      const address = addressOf(
        "/v1/recommendations/{user}",
        { user },
        { kind, limit: 6, package: "online_retail" },
      );
      try {
        const answer = await send(address, { signal, headers: { accept: "application/json" } });
        return ((await answer.json()) as { recommendations: Recommendation[] }).recommendations;
      } catch (error) {
        if (error instanceof ApiError && notMade.includes(error.status)) return null;
        throw error;
      }
    },
  });
}
