// What the models of a workspace can be asked for. Plain functions of GET /v1/models.
import type { Model } from "./api";

export type ListKind = "again" | "new" | "next";

export interface List {
  kind: ListKind;
  model: Model["kind"];
  title: string;
  about: string;
}

export const lists: [List, List, List] = [
  { kind: "again", model: "buy_again", title: "Buy again", about: "Bought before, and due" },
  { kind: "new", model: "try_first", title: "Try for the first time", about: "Never bought so far" },
  { kind: "next", model: "next_in_cart", title: "Add to the basket next", about: "Goes with what was bought last" },
];

export const titleOfKind = (kind: string): string =>
  lists.find((list) => list.model === kind)?.title ?? (kind === "classify" ? "Label of rows" : kind);

/** The number that a version is judged by, unless its file says another. */
export const mainMetric: Record<string, string> = {
  buy_again: "f1",
  try_first: "recall@10",
  next_in_cart: "hit_rate@10",
  classify: "auc",
};

export const packagesOf = (models: Model[]): string[] => [
  ...new Set(models.map((model) => model.package)),
];

/** The package that was asked for, else the first that has something to say. */
export function chosenPackage(models: Model[], asked: string): string {
  const all = packagesOf(models);
  if (all.includes(asked)) return asked;
  const serving = models.find((model) => model.served_version !== null);
  return serving?.package ?? all[0] ?? "";
}

export const modelOf = (models: Model[], of: string, kind: string): Model | undefined =>
  models.find((model) => model.package === of && model.kind === kind);

export const servedVersion = (model: Model) =>
  model.versions.find((version) => version.version === model.served_version);

/** The basket as the address has it: 1,2,3. A product is in it once. */
export const basketOf = (text: string): string[] => [
  ...new Set(text.split(",").map((one) => one.trim()).filter(Boolean)),
];

export const withProduct = (basket: string[], id: string): string[] =>
  basket.includes(id) ? basket : [...basket, id];

export const withoutProduct = (basket: string[], id: string): string[] =>
  basket.filter((one) => one !== id);
