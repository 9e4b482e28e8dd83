import { describe, expect, it } from "vitest";
import type { Kind, Parameter } from "./model";
import { nameProblem } from "./model";
import { recipeOf } from "./read";
import { recipeYaml } from "./yaml";

const parameter = (name: string, takes: string, fallback: string | null = null): Parameter => ({
  name,
  takes,
  accepts: "any",
  required: false,
  default: fallback,
  choices: [],
  min: null,
  max: null,
  description: "",
});

const kind = (name: string, parameters: Parameter[]): Kind => ({ name, group: "rows", summary: "", parameters });

const kinds = new Map(
  [
    kind("filter", [parameter("where", "expression")]),
    kind("sort", [parameter("by", "order"), parameter("rows", "integer")]),
    kind("group", [parameter("by", "columns"), parameter("aggregates", "new_to_aggregate")]),
    kind("join", [parameter("with", "table"), parameter("on", "column_pairs"), parameter("sample", "boolean", "true")]),
    kind("read_json", [parameter("paths", "new_to_path")]),
  ].map((one) => [one.name, one]),
);

const document = {
  recipe: "sold",
  description: "What is sold.",
  input: "raw.lines",
  inputs: { names: "raw.products" },
  asset: { layer: "mart", checks: [{ unique: "product" }] },
  steps: [
    { filter: { where: "quantity > 0" }, note: "no returns" },
    { join: { with: "names", on: ["product"], sample: false } },
    { join: { with: "names", on: { product: "code" } } },
    { group: { by: "product", aggregates: { n: { count: "*" }, sold: { sum: "quantity", where: "price > 1" } } } },
    { sort: { by: ["product", { n: "desc" }, { sold: "asc" }], rows: 12 } },
  ],
};

describe("a recipe that is opened", () => {
  it("is written back as it was: steps, notes, other tables, how it is published", () => {
    expect(recipeYaml(recipeOf(document, kinds), kinds)).toBe(`recipe: sold
description: What is sold.
input: raw.lines
inputs: {names: raw.products}
asset: {layer: mart, checks: [{unique: product}]}
steps:
  - filter: {where: "quantity > 0"}
    note: no returns
  - join: {with: names, "on": [product], sample: false}
  - join: {with: names, "on": {product: code}}
  - group: {by: [product], aggregates: {"n": {count: "*"}, sold: {sum: quantity, where: "price > 1"}}}
  - sort: {by: [product, {"n": desc}, sold], rows: 12}
`);
  });

  it("keeps the kind of an asset that says nothing more", () => {
    const opened = recipeOf({ ...document, asset: {} }, kinds);
    expect(opened.publish).toBe(true);
    expect(recipeOf({ recipe: "r", input: "a.b", steps: [] }, kinds).publish).toBe(false);
  });

  it("is refused where the forms could not say a part of it", () => {
    const steps = (one: unknown) => () => recipeOf({ ...document, steps: [one] }, kinds);
    expect(steps({ read_json: { paths: { a: { path: "$.a", type: "DATE" } } } })).toThrow("the forms cannot say its paths");
    expect(steps({ filter: { were: "x" } })).toThrow("Step 1 (filter)");
    expect(steps({ whatever: {} })).toThrow("does not know: whatever");
    expect(() => recipeOf({ kind: "interaction_features" }, kinds)).toThrow("no recipe of steps");
  });

  it("has a name that a file and a table can have", () => {
    expect(nameProblem("sold_2")).toBe("");
    for (const name of ["", "Sold", "../up", "1st", "a b"]) expect(nameProblem(name)).not.toBe("");
  });
});
