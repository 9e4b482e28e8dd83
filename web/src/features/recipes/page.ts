import { WandSparkles } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Recipes",
  about: "Prepare data without code: steps from a list, with rows and statistics after each.",
  group: "make",
  order: 30,
  key: "p",
  icon: WandSparkles,
  words: "prepare clean transform steps no-code editor join filter group",
  routes: [
    { path: "/recipes", load: () => import("./RecipesPage") },
    { path: "/recipes/$package/$recipe", load: () => import("./RecipesPage") },
  ],
});
