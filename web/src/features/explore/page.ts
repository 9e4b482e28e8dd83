import { ChartSpline } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Explore",
  about: "Ask in SQL: rows as they come, a chart of them, and files to take along.",
  group: "ask",
  order: 20,
  key: "e",
  icon: ChartSpline,
  words: "sql query question select export csv chart history",
  routes: [{ path: "/explore", load: () => import("./ExplorePage") }],
});
