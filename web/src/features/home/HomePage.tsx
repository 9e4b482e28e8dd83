import { Page } from "@/ui/Layout";
import { useChecks, useRuns, useTables } from "./api";
import { Attention } from "./Attention";
import { concerns } from "./concerns";
import { Figures } from "./Figures";
import { FirstSteps } from "./FirstSteps";
import css from "./home.module.css";
import { Lags } from "./Lags";
import { useKpi, useLags, useProgress } from "./live";
import { Runs } from "./Runs";
import { Sales } from "./Sales";

const lagWorst = (lags: { lag: number }[] | null) =>
  lags && lags.reduce((worst, lag) => Math.max(worst, lag.lag), 0);

export default function HomePage() {
  const tables = useTables();
  const runs = useRuns();
  const checks = useChecks();
  const lags = useLags();
  const progress = useProgress();
  const { kpi, rates } = useKpi();
  const empty = tables.data?.every((table) => table.row_count === 0) ?? false;
  const sells = tables.data?.some(
    (table) => table.schema === "online_retail" && table.table === "daily_sales" && table.version,
  );
  const settled = !checks.isPending && !runs.isPending;
  return (
    <Page
      title="Home"
      about={
        empty
          ? "This workspace has no data yet. Three ways to begin:"
          : "What happens now, and what needs you."
      }
    >
      {empty && <FirstSteps />}
      <Figures
        kpi={kpi}
        rates={rates}
        checksFailing={checks.data ? checks.data.failed + checks.data.errors : null}
        lagWorst={lagWorst(lags)}
      />
      {sells && <Sales />}
      <div className={css.columns}>
        <Runs runs={runs} progress={progress} />
        <Attention concerns={settled ? concerns(checks.data, runs.data, lags, kpi) : null} />
      </div>
      <Lags lags={lags} />
    </Page>
  );
}
