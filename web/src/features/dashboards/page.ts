import { LayoutDashboard } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Dashboards",
  about: "What was sold, when, where and to whom: charts of every package, with filters.",
  group: "ask",
  order: 10,
  key: "d",
  icon: LayoutDashboard,
  words: "charts sales figures kpi reports tiles filters",
  routes: [
    { path: "/dashboards", load: () => import("./DashboardsPage") },
    { path: "/dashboards/$package/$name", load: () => import("./DashboardPage") },
  ],
  find: async (text, signal) => (await import("./find")).findDashboards(text, signal),
});
