import { Database } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Catalog",
  about: "Tables: what stands in them, where it comes from, whether it holds.",
  group: "ask",
  order: 30,
  key: "c",
  icon: Database,
  words: "tables schema columns profile lineage versions data",
  routes: [
    { path: "/catalog", load: () => import("./CatalogPage") },
    { path: "/catalog/$schema/$table", load: () => import("./TablePage") },
  ],
  find: async (text, signal) => (await import("./find")).findTables(text, signal),
});
