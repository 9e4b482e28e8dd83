import { describe, expect, it } from "vitest";
import { begin, reduce } from "./history";
import { addStep, changeStep, emptyRecipe, type Kind, missing, moveStep, packageOf, type Parameter } from "./model";
import { findKinds } from "./search";
import { flow, recipeYaml, scalar, stepSummary, valueOf } from "./yaml";

const parameter = (name: string, takes: string, more: Partial<Parameter> = {}): Parameter => ({
  name,
  takes,
  accepts: "any",
  required: false,
  default: null,
  choices: [],
  min: null,
  max: null,
  description: "",
  ...more,
});

const kind = (name: string, summary: string, parameters: Parameter[]): Kind => ({
  name,
  group: "rows",
  summary,
  parameters,
});

const list = [
  kind("filter", "Keep rows for which a condition holds.", [
    parameter("where", "expression", { required: true }),
  ]),
  kind("sort", "Sort the result.", [parameter("by", "order", { required: true })]),
  kind("group", "One row for each group.", [
    parameter("by", "columns"),
    parameter("aggregates", "new_to_aggregate"),
  ]),
];
const kinds = new Map(list.map((one) => [one.name, one]));

describe("YAML", () => {
  it("is plain where YAML reads a text as itself, and quoted otherwise", () => {
    expect(scalar("quantity")).toBe("quantity");
    expect(scalar("quantity > 0")).toBe('"quantity > 0"');
    expect(scalar("no")).toBe('"no"');
    expect(scalar("12")).toBe('"12"');
    expect(scalar("a: b #c")).toBe('"a: b #c"');
    expect(flow({ by: ["a", { b: "desc" }], rows: 3 })).toBe("{by: [a, {b: desc}], rows: 3}");
  });

  it("has a step a line, with what is set, and its note", () => {
    let recipe = { ...emptyRecipe, name: "sold", input: "raw.orders" };
    recipe = addStep(recipe, "filter", 0);
    recipe = changeStep(recipe, 0, { parameters: { where: "quantity > 0" }, note: "only sold" });
    recipe = addStep(recipe, "sort", 1);
    recipe = changeStep(recipe, 1, {
      parameters: { by: [{ key: "country", value: "asc" }, { key: "day", value: "desc" }] },
    });
    expect(recipeYaml({ ...recipe, publish: true }, kinds)).toBe(
      [
        "recipe: sold",
        "input: raw.orders",
        "asset: {layer: mart}",
        "steps:",
        '  - filter: {where: "quantity > 0"}',
        "    note: only sold",
        "  - sort: {by: [country, {day: desc}]}",
        "",
      ].join("\n"),
    );
    expect(recipeYaml(emptyRecipe, kinds)).toContain("steps: []");
    const [first] = recipe.steps;
    expect(first && stepSummary(first, kinds.get("filter"))).toBe('where: "quantity > 0"');
  });

  it("writes aggregates, keys, numbers and mappings as the steps take them", () => {
    expect(
      valueOf(parameter("a", "new_to_aggregate"), [
        { key: "n", value: "", function: "count" },
        { key: "s", value: "amount", function: "sum", where: "amount > 0" },
        { key: " ", value: "x" },
      ]),
    ).toEqual({ n: { count: "*" }, s: { sum: "amount", where: "amount > 0" } });
    expect(valueOf(parameter("on", "column_pairs"), [{ key: "id", value: "" }])).toEqual(["id"]);
    expect(valueOf(parameter("on", "column_pairs"), [{ key: "id", value: "no" }])).toEqual({
      id: "no",
    });
    expect(valueOf(parameter("e", "numbers"), ["1", "2.5"])).toEqual([1, 2.5]);
    expect(valueOf(parameter("rows", "integer"), "100")).toBe(100);
    expect(valueOf(parameter("find", "text"), "100")).toBe("100");
    expect(valueOf(parameter("m", "mapping"), [{ key: "0", value: "weekend" }])).toEqual({
      "0": "weekend",
    });
  });
});

describe("steps", () => {
  it("say what they still want", () => {
    const recipe = addStep(emptyRecipe, "filter", 0);
    const [step] = recipe.steps;
    expect(step && missing(step, kinds.get("filter"))).toEqual(["where"]);
  });

  it("are moved, and nothing happens beyond the ends", () => {
    let recipe = addStep(addStep(emptyRecipe, "filter", 0), "sort", 1);
    recipe = moveStep(recipe, 1, 0);
    expect(recipe.steps.map((step) => step.kind)).toEqual(["sort", "filter"]);
    expect(moveStep(recipe, 0, -1)).toBe(recipe);
    expect(new Set(recipe.steps.map((step) => step.id)).size).toBe(2);
  });

  it("are found by any words, names first", () => {
    expect(findKinds(list, "sort").map((one) => one.name)).toEqual(["sort"]);
    expect(findKinds(list, "row group")[0]?.name).toBe("group");
    expect(findKinds(list, "nothing like it")).toEqual([]);
    expect(findKinds(list, "")).toHaveLength(3);
  });
});

describe("a new recipe", () => {
  it("goes to the package of its input", () => {
    const packages = ["basket", "online_retail", "store_week"];
    expect(packageOf("online_retail.clean", packages)).toBe("online_retail");
    expect(packageOf("raw.store_week_sales", packages)).toBe("store_week");
    expect(packageOf("raw.online_retail", packages)).toBe("online_retail");
    expect(packageOf("raw.elsewhere", packages)).toBe("basket");
    expect(packageOf("", [])).toBe("");
  });
});

describe("undo", () => {
  it("takes back changes one by one, and typing in one field at once", () => {
    let history = begin("");
    for (const text of ["a", "ab", "abc"]) {
      history = reduce(history, { type: "change", of: "1 where", to: () => text });
    }
    history = reduce(history, { type: "change", to: () => "other" });
    expect(history.past).toEqual(["", "abc"]);
    history = reduce(history, { type: "undo" });
    expect(history.now).toBe("abc");
    history = reduce(history, { type: "undo" });
    expect(history.now).toBe("");
    expect(reduce(history, { type: "undo" })).toBe(history);
    history = reduce(history, { type: "redo" });
    expect(history.now).toBe("abc");
  });
});
