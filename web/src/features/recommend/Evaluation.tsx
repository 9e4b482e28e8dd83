import { type ReactNode, useMemo } from "react";
import { CategoryChart } from "@/charts/CategoryChart";
import { formatDateTime } from "@/lib/dates";
import { formatCount, formatNumber, formatPercent } from "@/lib/format";
import { Figure } from "@/ui/Figure";
import { Choices } from "@/ui/Field";
import { KeyValue } from "@/ui/KeyValue";
import { Card, Grid, Stack } from "@/ui/Layout";
import {
  besideBaselines,
  calibrationChart,
  gainOver,
  labelChart,
  labelMetrics,
  meaning,
  metricChoices,
  metricTitle,
  type Report,
  splitChart,
} from "./evaluation";
import { mainMetric } from "./kinds";
import css from "./recommend.module.css";

const chartHeight = 260;

function Figures({ report }: { report: Report }) {
  const ofLists = [mainMetric[report.kind] ?? "f1", "recall@10", "ndcg@10", "hit_rate@10", "coverage@10"];
  const names = (report.rows === undefined ? [...new Set(ofLists)] : labelMetrics).slice(0, 4);
  return (
    <section className={css.figures} aria-label="Measured">
      {names.map((name) => (
        <Figure
          key={name}
          label={metricTitle(name)}
          value={formatPercent(report.metrics[name])}
          change={gainOver(report, name)}
          note={gainOver(report, name) !== null && "against the best baseline"}
        />
      ))}
    </section>
  );
}

function Calibration({ report }: { report: Report }) {
  const probabilities = report.probabilities;
  const chart = useMemo(() => calibrationChart(probabilities?.bins ?? []), [probabilities]);
  if (!probabilities) return null;
  return (
    <Card
      title="Are the probabilities true?"
      note="The closer both lines are, the truer"
      footer={`AUC ${formatNumber(probabilities.auc, 3)} · Brier score ${formatNumber(probabilities.brier, 3)} · log loss ${formatNumber(probabilities.log_loss, 3)} · mean error ${formatPercent(probabilities.calibration_error, 2)}`}
    >
      <CategoryChart label="What was predicted beside what happened" chart={chart} height={chartHeight} />
    </Card>
  );
}

const measured = (report: Report): [string, ReactNode][] => [
  ["Measured", report.evaluated_at && formatDateTime(report.evaluated_at)],
  ["On", report.data && Object.entries(report.data).map(([table, version]) => `${table} version ${version}`).join(", ")],
];

function Spread({ report }: { report: Report }) {
  const { metrics } = report;
  return (
    <Card title="How far the lists reach" note="At 10 products each">
      <KeyValue
        entries={[
          ["Coverage", metrics["coverage@10"] !== undefined && `${formatPercent(metrics["coverage@10"])} of all products are on a list`],
          ["Diversity", metrics["diversity@10"] !== undefined && `${formatPercent(metrics["diversity@10"])} of two lists differ`],
          ["Concentration", metrics["concentration@10"] !== undefined && `${formatNumber(metrics["concentration@10"])} (0: all alike, 1: one product alone)`],
          ["Held out", report.users !== undefined && `the last order of ${formatCount(report.users)} users`],
          ...measured(report),
        ]}
      />
    </Card>
  );
}

function HeldOut({ report }: { report: Report }) {
  return (
    <Card title="What was held out" note="The newest rows, which nothing was learnt from">
      <KeyValue
        entries={[
          ["Rows", formatCount(report.rows ?? 0)],
          ["With the label", report.positive_rows !== undefined && formatCount(report.positive_rows)],
          ["Tells it best alone", report.one_feature],
          ...measured(report),
        ]}
      />
    </Card>
  );
}

function OfLabels({ report }: { report: Report }) {
  const beside = useMemo(() => labelChart(report), [report]);
  return (
    <Stack gap={4}>
      <Figures report={report} />
      <Grid size="wide">
        <Card title="Beside the baselines" note="Likely is what is above the model's threshold">
          <CategoryChart label="The model beside the baselines" chart={beside} height={chartHeight} />
        </Card>
        <Calibration report={report} />
        <HeldOut report={report} />
      </Grid>
    </Stack>
  );
}

interface Shown {
  report: Report;
  metric: string;
  onMetric: (metric: string) => void;
}

/** How good a version is: beside its baselines, on what is easy and what is hard, and how true. */
export function Evaluation(props: Shown) {
  return props.report.rows === undefined ? <OfLists {...props} /> : <OfLabels report={props.report} />;
}

function OfLists({ report, metric, onMetric }: Shown) {
  const beside = useMemo(() => besideBaselines(report, metric), [report, metric]);
  const split = useMemo(() => splitChart(report, metric), [report, metric]);
  return (
    <Stack gap={4}>
      <Figures report={report} />
      <div className={css.metric}>
        <Choices label="Metric" choices={metricChoices} value={metric} onChange={onMetric} />
        <span className={css.quiet}>{meaning[metric]}</span>
      </div>
      <Grid size="wide">
        <Card title={`${metricTitle(metric)} beside the baselines`} note="For lists of 5, 10 and 20 products">
          <CategoryChart label={`${metricTitle(metric)} beside the baselines`} chart={beside} height={chartHeight} />
        </Card>
        {split && (
          <Card title={`${metricTitle(metric)}, easy and hard`} note="Products bought before, and those that were not">
            <CategoryChart label={`${metricTitle(metric)} of products bought before and not`} chart={split} height={chartHeight} />
          </Card>
        )}
        <Calibration report={report} />
        <Spread report={report} />
      </Grid>
    </Stack>
  );
}
