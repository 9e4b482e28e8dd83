import { describe, expect, it } from "vitest";
import { addressOfPrediction } from "./address";
import type { Model } from "./api";
import { besideBaselines, calibrationChart, gainOver, labelChart, metricTitle, type Report, splitChart } from "./evaluation";
import { readFeatures, withFeature, writeFeatures } from "./features";
import { basketOf, chosenPackage, modelOf, withoutProduct, withProduct } from "./kinds";
import { namesSql, productsSql, usersSql } from "./statements";
import { shareDone } from "./steps";

const from = { table: "shop.lines", user: "user_id", item: "product" };
const items = { table: "raw.shop_products", item: "product", name: "title" };

const model = (of: string, kind: string, served: number | null): Model =>
  ({ package: of, model: kind, kind, served_version: served, versions: [] }) as unknown as Model;

describe("the SQL that looks users and products up", () => {
  it("quotes what was typed and what things are called", () => {
    expect(productsSql(from, items, "O'Brien's tea")).toContain(
      `contains(lower(CAST("title" AS STRING)), 'o''brien''s') AND contains(lower(CAST("title" AS STRING)), 'tea')`,
    );
    expect(namesSql({ ...items, name: 'a"b' }, ["x'y"])).toContain(`max(CAST("a""b" AS STRING))`);
    expect(namesSql(items, ["x'y"])).toContain("IN ('x''y')");
  });
  it("takes the shorter way to users where all their lists stand in a table", () => {
    expect(usersSql(from, null, " 17")).toContain(`FROM "shop"."lines"\n  WHERE starts_with(lower(CAST("user_id" AS STRING)), '17')`);
    expect(usersSql(from, "shop.recommendations", "")).toContain(`FROM "shop"."recommendations"\n  WHERE rank = 1`);
  });
  it("asks for products of the order lines where nothing has names", () => {
    expect(productsSql(from, null, "")).toContain('FROM "shop"."lines"\n  GROUP BY 1');
  });
});

describe("what is asked", () => {
  const models = [model("a", "buy_again", null), model("b", "buy_again", 2), model("b", "next_in_cart", null)];
  it("is asked of the package that was chosen, else of the first that serves", () => {
    expect(chosenPackage(models, "a")).toBe("a");
    expect(chosenPackage(models, "gone")).toBe("b");
    expect(chosenPackage(models.slice(0, 1), "")).toBe("a");
    expect(chosenPackage([], "")).toBe("");
    expect(modelOf(models, "b", "next_in_cart")).toBe(models[2]);
  });
  it("has each product of the basket once, in its order", () => {
    expect(basketOf(" 3, 1,3,,2")).toEqual(["3", "1", "2"]);
    expect(withProduct(["3"], "1")).toEqual(["3", "1"]);
    expect(withProduct(["3", "1"], "3")).toEqual(["3", "1"]);
    expect(withoutProduct(["3", "1"], "3")).toEqual(["1"]);
  });
  it("can be linked", () => {
    expect(addressOfPrediction("basket", "7", "a&b")).toBe("/recommend?tab=predict&package=basket&user=7&product=a%26b");
  });
});

describe("raw features", () => {
  it("are an object of numbers; null is not known", () => {
    expect(readFeatures('{"a": 1.5, "b": null}')).toEqual({ features: { a: 1.5, b: null }, problem: "" });
    expect(readFeatures("  ")).toEqual({ features: null, problem: "" });
    expect(readFeatures("{a").problem).toMatch(/not JSON/);
    expect(readFeatures("[1]").problem).toMatch(/object/);
    expect(readFeatures('{"a": "x"}').problem).toBe("The feature a is no number.");
  });
  it("follow the form: a field that is emptied is not known", () => {
    expect(writeFeatures(withFeature({ a: 1 }, "b", "-0.5"))).toBe('{"a":1,"b":-0.5}');
    expect(writeFeatures(withFeature({ a: 1 }, "a", " "))).toBe("");
    expect(withFeature({ a: 1 }, "a", "much")).toEqual({});
  });
});

describe("a report's charts", () => {
  const metrics = (recall: number) => ({ "recall@5": recall / 2, "recall@10": recall, "recall@20": recall * 1.5 });
  const report: Report = {
    package: "shop",
    model: "buy_again",
    kind: "buy_again",
    version: 3,
    users: 60,
    metrics: metrics(0.6),
    baselines: { user_top: metrics(0.5), tifu_knn: metrics(0.4) },
    split: { all: metrics(0.3), repeat: metrics(0.6), explore: metrics(0) },
  };
  it("of labels have every figure beside both baselines", () => {
    const labels: Report = {
      package: "shop",
      model: "big",
      kind: "classify",
      version: 2,
      rows: 90,
      metrics: { auc: 0.9, precision: 0.7, "precision@10%": 0.8 },
      baselines: { base_rate: { auc: 0.5 }, one_feature: { auc: 0.8 } },
    };
    const chart = labelChart(labels);
    expect(chart.categories.slice(0, 2)).toEqual(["AUC", "Precision"]);
    expect(chart.categories[4]).toBe("Precision of the top 10%");
    expect(chart.series.map((one) => one.name)).toEqual(["version 2", "the share of all", "the best feature alone"]);
    expect(chart.series.map((one) => one.values[0])).toEqual([0.9, 0.5, 0.8]);
    expect(chart.series[1]?.values[1]).toBeNull();
    expect(gainOver(labels, "auc")).toBeCloseTo(0.125);
  });
  it("have the model beside each baseline at 5, 10 and 20", () => {
    const chart = besideBaselines(report, "recall");
    expect(chart.categories).toEqual(["5", "10", "20"]);
    expect(chart.series.map((one) => one.name)).toEqual(["version 3", "what they bought most", "TIFU-KNN"]);
    expect(chart.series[1]?.values).toEqual([0.25, 0.5, 0.75]);
    expect(besideBaselines(report, "unheard_of").series[0]?.values).toEqual([null, null, null]);
  });
  it("tell what is easy from what is hard, where the report does", () => {
    expect(splitChart(report, "recall")?.series.map((one) => one.values[1])).toEqual([0.3, 0.6, 0]);
    expect(splitChart({ ...report, split: {} }, "recall")).toBeNull();
  });
  it("leave out bins that nothing fell into", () => {
    const bin = { from: 0, to: 0.1, count: 4, predicted: 0.05, happened: 0.25 };
    const chart = calibrationChart([bin, { ...bin, from: 0.1, to: 0.2, count: 0 }]);
    expect(chart.categories).toEqual(["0–10 %"]);
    expect(chart.series.map((one) => one.values)).toEqual([[0.25], [0.05]]);
  });
  it("compare with the best baseline, and say nothing where there is none", () => {
    expect(gainOver(report, "recall@10")).toBeCloseTo(0.2);
    expect(gainOver({ ...report, baselines: {} }, "recall@10")).toBeNull();
    expect(gainOver(report, "f1")).toBeNull();
    expect(metricTitle("hit_rate@10")).toBe("Hit rate at 10");
  });
});

it("a training's step says how far it is, where it counts", () => {
  expect(shareDone("trees: round 40 of 200")).toBe(0.2);
  expect(shareDone("reading features")).toBeNull();
});
