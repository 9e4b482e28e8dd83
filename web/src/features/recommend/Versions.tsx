import { formatExact, formatRelative } from "@/lib/dates";
import { formatPercent, nothing } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Layout";
import { type Column, Table } from "@/ui/Table";
import { type Model, usePromote, type Version } from "./api";
import { metricTitle } from "./evaluation";
import { mainMetric } from "./kinds";

function State({ version }: { version: Version }) {
  if (version.damage) return <Badge tone="bad" title={version.damage}>damaged</Badge>;
  if (version.served) return <Badge tone="good">serves</Badge>;
  return version.promoted ? <Badge tone="warn">promoted</Badge> : <Badge>kept</Badge>;
}

/** Every version that is kept: which serves, what it was measured with, and another one's turn. */
export function Versions({ model, shown, onShow }: { model: Model; shown: number | null; onShow: (version: number) => void }) {
  const now = useNow();
  const promote = usePromote();
  const metric = mainMetric[model.kind] ?? "f1";
  const columns: Column<Version>[] = [
    {
      id: "version",
      title: "Version",
      value: (one) => one.version,
      cell: (one) => (
        <Button
          small
          kind="quiet"
          aria-pressed={one.version === shown}
          onClick={() => {
            onShow(one.version);
          }}
        >
          Version {one.version}
        </Button>
      ),
    },
    { id: "state", title: "State", cell: (one) => <State version={one} /> },
    {
      id: "metric",
      title: metricTitle(metric),
      align: "right",
      value: (one) => one.metrics[metric] as number | undefined,
      cell: (one) => formatPercent(one.metrics[metric] as number | undefined, 2),
    },
    {
      id: "made",
      title: "Trained",
      extra: true,
      value: (one) => one.created_at,
      cell: (one) =>
        one.created_at ? <span title={formatExact(one.created_at)}>{formatRelative(one.created_at, now)}</span> : nothing,
    },
    { id: "features", title: "Features", align: "right", extra: true, value: (one) => one.features.length },
    {
      id: "do",
      title: <span className="visually-hidden">What can be done</span>,
      align: "right",
      cell: (one) =>
        !one.served && !one.damage && (
          <Button
            small
            busy={promote.isPending && promote.variables.version === one.version}
            aria-label={`Let version ${one.version} serve`}
            onClick={() => {
              promote.mutate({ model, version: one.version });
            }}
          >
            Promote
          </Button>
        ),
    },
  ];
  return (
    <Card title="Versions" note="The ten newest are kept; one of them serves" flush>
      <Table label="Versions" columns={columns} rows={model.versions} rowId={(one) => String(one.version)} />
    </Card>
  );
}
