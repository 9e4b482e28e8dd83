import type { Model } from "./api";

export const addressOfModel = (model: Pick<Model, "package" | "model">): string =>
  `/recommend/models/${encodeURIComponent(model.package)}/${encodeURIComponent(model.model)}`;

/** "Will this customer buy this product?" as an address. */
export function addressOfPrediction(of: string, user: string, product: string): string {
  const search = new URLSearchParams({ tab: "predict", package: of, user, product });
  return `/recommend?${search.toString()}`;
}
