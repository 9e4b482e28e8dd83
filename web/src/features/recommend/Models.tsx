import { formatExact, formatRelative } from "@/lib/dates";
import { formatPercent, nothing } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useGo } from "@/lib/urlState";
import { Badge, StateBadge } from "@/ui/Badge";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { type Column, Table } from "@/ui/Table";
import { addressOfModel } from "./address";
import { isOpen, type Job, type Model } from "./api";
import { metricTitle } from "./evaluation";
import { mainMetric, servedVersion, titleOfKind } from "./kinds";
import { jobOf } from "./NotTrained";

function Serving({ model, job }: { model: Model; job: Job | undefined }) {
  if (job && isOpen(job)) return <StateBadge state={job.state} />;
  if (model.served_version === null) return <Badge tone="warn">not trained</Badge>;
  return <Badge tone={model.trouble ? "warn" : "good"}>version {model.served_version}</Badge>;
}

function columnsFor(now: number, jobs: Job[] | undefined): Column<Model>[] {
  return [
    {
      id: "model",
      title: "Model",
      value: (model) => `${model.package}/${model.model}`,
      cell: (model) => <Link to={addressOfModel(model)}>{`${model.package}/${model.model}`}</Link>,
    },
    { id: "kind", title: "List", extra: true, value: (model) => titleOfKind(model.kind) },
    { id: "serves", title: "Serves", cell: (model) => <Serving model={model} job={jobOf(jobs, model)} /> },
    {
      id: "metric",
      title: "Measured",
      align: "right",
      cell: (model) => {
        const metric = mainMetric[model.kind] ?? "";
        const value = servedVersion(model)?.metrics[metric] as number | undefined;
        return value === undefined ? nothing : `${metricTitle(metric)}: ${formatPercent(value)}`;
      },
    },
    {
      id: "made",
      title: "Trained",
      extra: true,
      cell: (model) => {
        const at = servedVersion(model)?.created_at;
        return at ? <span title={formatExact(at)}>{formatRelative(at, now)}</span> : nothing;
      },
    },
  ];
}

/** All models, and what serves. */
export function Models({ models, jobs }: { models: Model[]; jobs: Job[] | undefined }) {
  const now = useNow();
  const go = useGo();
  return (
    <Card title="Models" note="Each is one file of its package; a page each shows how good it is" flush>
      <Table
        label="Models"
        columns={columnsFor(now, jobs)}
        rows={models}
        rowId={(model) => `${model.package}/${model.model}`}
        onRow={(model) => {
          go(addressOfModel(model));
        }}
      />
    </Card>
  );
}
