import { CalendarRange, Play } from "lucide-react";
import { useUrlState } from "@/lib/urlState";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Layout";
import { Tabs } from "@/ui/Tabs";
import { useBackfills, useRuns, useSchedules, useTables } from "./api";
import { Backfills } from "./Backfills";
import { Packages } from "./Packages";
import { packagesOf } from "./views";
import { RunList } from "./RunList";
import { Schedules } from "./Schedules";
import { StartBackfill } from "./StartBackfill";
import { StartRun } from "./StartRun";

const state = { tab: "packages", start: "", backfill: "", assets: "" };

/** Packages as graphs, runs, what runs by itself, and spans of time made anew. */
export default function RunsPage() {
  const [{ tab, start, backfill, assets }, setState] = useUrlState(state);
  const runs = useRuns();
  const schedules = useSchedules();
  const backfills = useBackfills();
  const tables = useTables();
  const packages = packagesOf(tables.data ?? [], runs.data ?? [], schedules.data ?? []);
  const first = packages.find((one) => one.assets.length > 0)?.name ?? "";
  const begin = (what: "start" | "backfill") => (name: string) => {
    setState({ [what]: name || first });
  };
  const close = () => {
    setState({ start: "", backfill: "", assets: "" });
  };
  return (
    <Page
      title="Runs"
      about="Packages at work: what is made, when it was, and what comes next."
      actions={
        <>
          <Button
            icon={CalendarRange}
            disabled={!first}
            onClick={() => {
              begin("backfill")("");
            }}
          >
            Backfill
          </Button>
          <Button
            kind="primary"
            icon={Play}
            disabled={!first}
            onClick={() => {
              begin("start")("");
            }}
          >
            Start a run
          </Button>
        </>
      }
    >
      <Tabs
        label="Runs"
        selected={tab}
        onSelect={(id) => {
          setState({ tab: id });
        }}
        tabs={[
          {
            id: "packages",
            title: "Packages",
            count: tables.data && packages.length,
            content: () => (
              <Packages tables={tables} packages={packages} onStart={begin("start")} />
            ),
          },
          { id: "runs", title: "Runs", content: () => <RunList runs={runs} /> },
          {
            id: "schedules",
            title: "Schedules and sensors",
            count: schedules.data?.length,
            content: () => <Schedules schedules={schedules} />,
          },
          {
            id: "backfills",
            title: "Backfills",
            count: backfills.data?.length,
            content: () => <Backfills backfills={backfills} />,
          },
        ]}
      />
      {start && <StartRun packages={packages} chosen={start} assets={assets} onClose={close} />}
      {backfill && <StartBackfill packages={packages} chosen={backfill} onClose={close} />}
    </Page>
  );
}
