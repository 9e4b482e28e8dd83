import { House } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Home",
  about: "What happens now, and what needs you.",
  group: "now",
  order: 10,
  key: "h",
  icon: House,
  words: "overview status live start",
  routes: [{ path: "/", load: () => import("./HomePage") }],
});
