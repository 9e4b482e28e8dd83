import { Play } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import type { AssetEvent } from "@/api/eventTypes";
import { withoutShortcuts } from "@/charts/flow";
import { formatRelative } from "@/lib/dates";
import { formatCount } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { Card, Row } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { SkeletonBlock } from "@/ui/Skeleton";
import { useInputs } from "./api";
import { flowOf, type PackageView, withEvents } from "./views";
import css from "./runs.module.css";

const Graph = lazy(() => import("./PackageGraph"));
const graphHeight = 220;

function Newest({ view, now }: { view: PackageView; now: number }) {
  const run = view.newest;
  if (!run) return <>It has not run yet</>;
  return (
    <Row gap={2}>
      <StateBadge state={run.state} />
      <Link to={`/runs/${run.id}`}>run {run.id}</Link>
      <span>{formatRelative(run.finished_at ?? run.started_at ?? run.queued_at, now)}</span>
    </Row>
  );
}

/** One package: its assets as a graph that shows how each is, and its next time. */
export function PackageCard({
  view,
  events,
  onStart,
}: {
  view: PackageView;
  events: Map<string, AssetEvent>;
  onStart: (name: string) => void;
}) {
  const now = useNow(15_000);
  const inputs = useInputs(view.assets);
  const flow = useMemo(() => {
    const views = new Set(
      view.assets.filter((one) => one.kind === "view").map((one) => `${one.schema}.${one.table}`),
    );
    return inputs && withoutShortcuts(flowOf(inputs), (name) => views.has(name));
  }, [inputs, view.assets]);
  const states = useMemo(() => {
    const own = [...events].filter(([, event]) => event.package === view.name);
    return withEvents(view.states, new Map(own));
  }, [view.states, view.name, events]);
  const [next] = view.schedules
    .flatMap((one) => one.next.slice(0, 1).map((time) => ({ at: time.at, name: one.name })))
    .sort((a, b) => a.at.localeCompare(b.at));
  return (
    <Card
      title={view.name}
      note={<>{formatCount(view.assets.length)} assets</>}
      flush
      actions={
        <>
          <Newest view={view} now={now} />
          <Button
            small
            icon={Play}
            aria-label={`Run ${view.name}`}
            onClick={() => {
              onStart(view.name);
            }}
          >
            Run
          </Button>
        </>
      }
      footer={
        next ? (
          <>
            Next: {next.name}, {formatRelative(next.at, now)}
          </>
        ) : (
          "Nothing starts it by the clock"
        )
      }
    >
      {flow ? (
        <Suspense fallback={<SkeletonBlock height={graphHeight} />}>
          <Graph name={view.name} flow={flow} states={states} />
        </Suspense>
      ) : (
        <div className={css.graphWait}>
          <SkeletonBlock height={graphHeight} />
        </div>
      )}
    </Card>
  );
}
