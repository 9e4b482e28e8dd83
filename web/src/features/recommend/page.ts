import { Sparkles } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Recommend",
  about: "Will this customer buy this product, what goes into the basket next, and how good the models are.",
  group: "sell",
  order: 20,
  key: "m",
  icon: Sparkles,
  words: "recommendations models predict reorder basket train evaluate machine learning",
  routes: [
    { path: "/recommend", load: () => import("./RecommendPage") },
    { path: "/recommend/models/$package/$model", load: () => import("./ModelPage") },
  ],
});
