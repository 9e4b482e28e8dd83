import { ShieldCheck } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Quality",
  about: "What is claimed of the tables, and whether it holds; records to repair.",
  group: "make",
  order: 20,
  key: "q",
  icon: ShieldCheck,
  words: "audits checks quarantine failing rows dead letters repair replay",
  routes: [{ path: "/quality", load: () => import("./QualityPage") }],
});
