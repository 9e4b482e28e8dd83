import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Answer, get } from "@/api/client";
import { useRefreshOn } from "@/api/events";
import { rowsOf, runSql, useSql } from "@/api/sql";
import * as sql from "./statements";

export type Invoice = Answer<"/v1/invoices/{invoice_no}">;
export type InvoiceLine = Invoice["items"][number];
export type Customer = Answer<"/v1/customers/{customer_id}">;
export type CustomerInvoice =
  Answer<"/v1/customers/{customer_id}/invoices">["invoices"][number] & { cancelled?: boolean };

export interface CustomerRow {
  customer_id: string;
  total_spent: number;
  invoices: number;
  products: number;
  last_invoice: string;
  country: string | null;
  segment?: string | null;
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
      return { sells: made("top_customers"), groups: made("customer_segments") };
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

/** Without words all products, those that brought most first. */
export const useAllProducts = (enabled: boolean) =>
  useList<ProductRow>("products", sql.productsSql, enabled);

export const foundMax = 100;

export interface FoundProducts {
  rows: ProductRow[];
  total: number;
}

export function rowOf(found: Answer<"/v1/products">["products"][number]): ProductRow {
  const { stock_code, description, quantity, invoices } = found;
  return {
    stock_code,
    description,
    quantity,
    invoices,
    sales: found.revenue,
    customers: found.buyers,
  };
}

/** Products by their code or the words of their names, those that match best first. */
export function useFoundProducts(asked: string) {
  useRefreshOn([["products"]], ["run"]);
  return useQuery({
    queryKey: ["products", asked],
    queryFn: ({ signal }) =>
      get("/v1/products", { query: { q: asked, limit: foundMax }, signal }),
    select: (answer): FoundProducts => ({
      rows: answer.products.map(rowOf),
      total: answer.total,
    }),
    placeholderData: keepPreviousData,
  });
}

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

export type Rfm = NonNullable<Customer["rfm"]>;

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

export type Recommendation =
  Answer<"/v1/recommendations/{user}">["recommendations"][number];

const shop = "online_retail";
const modelKinds: Record<string, ListKind> = {
  buy_again: "again",
  try_first: "new",
  next_in_cart: "next",
};

/** The lists that a model of the shop serves; the others are not asked for. */
export function useServedLists() {
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => get("/v1/models", { signal }),
    select: ({ models }) =>
      models
        .filter((model) => model.package === shop && model.served_version !== null)
        .map((model) => modelKinds[model.kind]),
  });
}

const recommended = 6;

export function useRecommendations(user: string, kind: ListKind) {
  return useQuery({
    queryKey: ["recommendations", shop, user, kind, "", recommended],
    queryFn: ({ signal }) =>
      get("/v1/recommendations/{user}", {
        path: { user },
        query: { kind, limit: recommended, package: shop },
        signal,
      }),
    select: (answer) => answer.recommendations,
  });
}
