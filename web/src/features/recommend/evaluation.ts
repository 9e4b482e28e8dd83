// From a model's report to what its charts draw.
import type { CategoryChart } from "@/charts/options";

export type Metrics = Record<string, number>;

export interface Bin {
  from: number;
  to: number;
  count: number;
  predicted: number;
  happened: number;
}

export interface Report {
  package: string;
  model: string;
  kind: string;
  version: number;
  evaluated_at?: string;
  /** Of lists: whose last order was held out. */
  users?: number;
  /** Of labels: how many of the newest rows were held out, how many of them have the label, and which feature alone tells it best. */
  rows?: number;
  positive_rows?: number;
  one_feature?: string;
  metrics: Metrics;
  baselines: Record<string, Metrics>;
  split?: Record<"all" | "repeat" | "explore", Metrics> | Record<string, never>;
  probabilities?: {
    rows: number;
    auc: number;
    brier: number;
    log_loss: number;
    calibration_error: number;
    bins: Bin[];
  };
  data?: Record<string, number>;
}

export const cuts = [5, 10, 20];

export const metricChoices = [
  { value: "recall", title: "Recall" },
  { value: "precision", title: "Precision" },
  { value: "f1", title: "F1" },
  { value: "ndcg", title: "NDCG" },
  { value: "hit_rate", title: "Hit rate" },
];

export const meaning: Record<string, string> = {
  recall: "Of what was bought, how much the list had",
  precision: "Of the list, how much was bought",
  f1: "Recall and precision in one number",
  ndcg: "Recall that counts more for the top of the list",
  hit_rate: "How many lists had anything that was bought",
};

const baselineTitles: Record<string, string> = {
  user_top: "what they bought most",
  tifu_knn: "TIFU-KNN",
  popular: "what everybody buys",
  co_count: "bought together",
  base_rate: "the share of all",
  one_feature: "the best feature alone",
};

export const titleOfBaseline = (name: string): string => baselineTitles[name] ?? name;

const atCuts = (metrics: Metrics | undefined, metric: string) =>
  cuts.map((k) => metrics?.[`${metric}@${k}`] ?? null);

/** A metric at every cut: the model beside its baselines. */
export function besideBaselines(report: Report, metric: string): CategoryChart {
  return {
    categories: cuts.map(String),
    category: (k) => `${k} products`,
    unit: "percent",
    kind: "bar",
    series: [
      { name: `version ${report.version}`, values: atCuts(report.metrics, metric) },
      ...Object.entries(report.baselines).map(([name, metrics]) => ({
        name: titleOfBaseline(name),
        values: atCuts(metrics, metric),
      })),
    ],
  };
}

/** What a version that tells a label is judged by. */
export const labelMetrics = ["auc", "precision", "recall", "f1", "precision@10%", "recall@10%"];

/** The metrics of a label: the model beside its baselines. */
export function labelChart(report: Report): CategoryChart {
  const values = (metrics: Metrics) => labelMetrics.map((name) => metrics[name] ?? null);
  return {
    categories: labelMetrics.map(metricTitle),
    unit: "percent",
    kind: "bar",
    series: [
      { name: `version ${report.version}`, values: values(report.metrics) },
      ...Object.entries(report.baselines).map(([name, metrics]) => ({
        name: titleOfBaseline(name),
        values: values(metrics),
      })),
    ],
  };
}

const splitTitles: [keyof NonNullable<Report["split"]>, string][] = [
  ["all", "all products"],
  ["repeat", "bought before"],
  ["explore", "never bought before"],
];

/** The same lists on what was bought before and what was not; null where the report has no split. */
export function splitChart(report: Report, metric: string): CategoryChart | null {
  const split = report.split;
  if (!split || Object.keys(split).length === 0) return null;
  return {
    categories: cuts.map(String),
    category: (k) => `${k} products`,
    unit: "percent",
    kind: "bar",
    series: splitTitles.map(([name, title]) => ({ name: title, values: atCuts(split[name], metric) })),
  };
}

/** What was predicted beside what happened: on the diagonal a probability says the truth. */
export function calibrationChart(bins: Bin[]): CategoryChart {
  const filled = bins.filter((bin) => bin.count > 0);
  const percent = (share: number) => `${Math.round(share * 100)}`;
  return {
    categories: filled.map((bin) => `${percent(bin.from)}–${percent(bin.to)} %`),
    unit: "percent",
    kind: "line",
    series: [
      { name: "happened", values: filled.map((bin) => bin.happened) },
      { name: "predicted", values: filled.map((bin) => bin.predicted) },
    ],
  };
}

/** 0.04: four percent better than the best baseline; null where there is none. */
export function gainOver(report: Report, metric: string): number | null {
  const own = report.metrics[metric];
  const others = Object.values(report.baselines).map((one) => one[metric] ?? 0);
  const best = Math.max(0, ...others);
  return own === undefined || best <= 0 ? null : own / best - 1;
}

/** "hit_rate@10" as a person says it. */
export function metricTitle(name: string): string {
  const [metric = name, k] = name.split("@");
  if (metric === "auc") return "AUC";
  if (k?.endsWith("%")) return `${metricTitle(metric)} of the top ${k}`;
  const title = metricChoices.find((one) => one.value === metric)?.title ?? metric.replaceAll("_", " ");
  return k ? `${title} at ${k}` : title;
}
