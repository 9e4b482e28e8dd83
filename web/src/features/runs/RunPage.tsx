import { RefreshCw, RotateCcw, Square } from "lucide-react";
import { formatExact, formatRelative } from "@/lib/dates";
import { formatCount, formatDuration } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useGo, useParams, useUrlState } from "@/lib/urlState";
import { StateBadge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { Facts } from "@/ui/KeyValue";
import { Card, Page, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import { cancelRun, isOpen, resumeRun, type Run, startRun, useAction, useRun } from "./api";
import { AssetDrawer } from "./AssetDrawer";
import { AssetTable } from "./AssetTable";
import { Gantt } from "./Gantt";
import { rowsMade, tookMs } from "./bars";
import { RunLog } from "./RunLog";
import css from "./runs.module.css";

const state = { tab: "time", asset: "" };

const requestOf = ({ package: name, request }: Run) => ({
  package: name,
  assets: request.assets ?? [],
  from: request.from ?? "",
  to: request.to ?? "",
  force: request.force ?? false,
  params: (request.params ?? {}) as Record<string, string>,
});

function Head({ run, now }: { run: Run; now: number }) {
  const params = Object.entries(requestOf(run).params);
  const { from, to } = run.request;
  return (
    <Card>
      <Facts
        entries={[
          ["Why", run.reason],
          ["Asked", run.queued_at && <span key="asked" title={formatExact(run.queued_at)}>{formatRelative(run.queued_at, now)}</span>],
          ["Took", formatDuration(tookMs(run, now))],
          ["Rows", formatCount(rowsMade(run))],
          ["Assets", (run.request.assets ?? []).join(", ") || "all"],
          ["Span", from && `${from} – ${to}`],
          ["Parameters", params.map(([name, value]) => `${name} = ${value}`).join(", ")],
        ]}
      />
      {run.message && <p className={css.message}>{run.message}</p>}
      {run.assets.filter((asset) => asset.state === "failed").map((asset) => (
        <p key={asset.asset} className={css.message}>
          <strong>{asset.asset}</strong>: {asset.message}
        </p>
      ))}
    </Card>
  );
}

function Actions({ run }: { run: Run }) {
  const go = useGo();
  const cancel = useAction(cancelRun, () => "It is told to stop; what it published stays.");
  const resume = useAction(resumeRun, (one) => `Run ${one.id} goes on.`);
  const again = useAction(startRun, (one) => `Run ${one.id} is under way.`);
  const lead = { onSuccess: (one: Run) => { go(`/runs/${one.id}`); } };
  if (isOpen(run.state)) {
    return <Button kind="danger" icon={Square} busy={cancel.isPending} onClick={() => { cancel.mutate(run.id); }}>Cancel</Button>;
  }
  return (
    <>
      <Button
        icon={RefreshCw}
        busy={again.isPending}
        onClick={() => {
          again.mutate(requestOf(run), lead);
        }}
      >
        Run again
      </Button>
      {["failed", "cancelled"].includes(run.state) && (
        <Button kind="primary" icon={RotateCcw} busy={resume.isPending} onClick={() => { resume.mutate(run.id, lead); }}>
          Resume
        </Button>
      )}
    </>
  );
}

/** One run: when each asset was made, what was told, rows and SQL; and what can be done with it. */
export default function RunPage() {
  const id = Number(useParams("id").id);
  const [{ tab, asset }, setState] = useUrlState(state);
  const run = useRun(id);
  const live = isOpen(run.data?.state ?? "");
  const now = useNow(live ? 500 : 15_000);
  const choose = (name: string) => {
    setState({ asset: name });
  };
  const chosen = run.data?.assets.find((one) => one.asset === asset);
  return (
    <Page
      title={run.data ? `${run.data.package} #${id}` : `Run ${id}`}
      heading={<>{run.data ? `${run.data.package} #${id}` : `Run ${id}`} {run.data && <StateBadge state={run.data.state} />}</>}
      crumbs={[{ title: "Runs", to: "/runs?tab=runs" }]}
      actions={run.data && <Actions run={run.data} />}
    >
      <QueryView query={run} loading={<SkeletonBlock height={420} />}>
        {(found) => (
          <Stack gap={4}>
            <Head run={found} now={now} />
            <Tabs
              label={`About run ${id}`}
              selected={tab}
              onSelect={(next) => { setState({ tab: next }); }}
              tabs={[
                { id: "time", title: "Time", content: () => <Gantt run={found} now={now} onAsset={choose} /> },
                { id: "assets", title: "Assets", count: found.assets.length, content: () => <AssetTable run={found} now={now} onAsset={choose} /> },
                { id: "log", title: "Log", content: () => <RunLog id={id} live={live} /> },
              ]}
            />
          </Stack>
        )}
      </QueryView>
      {chosen && <AssetDrawer asset={chosen} now={now} onClose={() => { choose(""); }} />}
    </Page>
  );
}
