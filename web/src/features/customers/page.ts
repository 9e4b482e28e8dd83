import { Users } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Customers",
  about: "Customers, products and invoices: who bought what, when, and what comes next.",
  group: "sell",
  order: 10,
  key: "u",
  icon: Users,
  words: "products invoices orders purchase history people search buyers",
  routes: [
    { path: "/customers", load: () => import("./CustomersPage") },
    { path: "/customers/$id", load: () => import("./CustomerPage") },
    { path: "/products", load: () => import("./ProductsPage") },
    { path: "/products/$code", load: () => import("./ProductPage") },
    { path: "/invoices/$no", load: () => import("./InvoicePage") },
  ],
  find: async (text, signal) => (await import("./find")).findSales(text, signal),
});
