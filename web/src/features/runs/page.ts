import { Workflow } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Runs",
  about: "Packages at work: what is made, when it was, what comes next.",
  group: "make",
  order: 10,
  key: "r",
  icon: Workflow,
  words: "packages assets schedules sensors backfill jobs pipeline cron",
  routes: [
    { path: "/runs", load: () => import("./RunsPage") },
    { path: "/runs/$id", load: () => import("./RunPage") },
    { path: "/runs/backfills/$id", load: () => import("./BackfillPage") },
  ],
  find: async (text, signal) => (await import("./find")).findRuns(text, signal),
});
