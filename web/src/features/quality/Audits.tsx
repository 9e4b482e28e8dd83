import type { UseQueryResult } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useMemo } from "react";
import { CategoryChart } from "@/charts/CategoryChart";
import { formatCount } from "@/lib/format";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { SelectField } from "@/ui/Field";
import { Figure } from "@/ui/Figure";
import { Card, Grid, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Audit, type Checks, useAudits } from "./api";
import { auditChart, byTrouble } from "./audits";
import { ReportCard } from "./ReportCard";

const state = { table: "" };
const chartHeight = 200;

function History({ audits, table }: { audits: Audit[]; table: string }) {
  const chart = useMemo(() => auditChart(audits, table), [audits, table]);
  return <CategoryChart label="Checks over time" chart={chart} height={chartHeight} />;
}

/** Figures of the newest checks, how it was before, and each table's claims. */
export function Audits({ checks }: { checks: UseQueryResult<Checks> }) {
  const [{ table }, setState] = useUrlState(state);
  const audits = useAudits();
  return (
    <QueryView
      query={checks}
      loading={<SkeletonBlock height={420} />}
      isEmpty={(found) => found.reports.length === 0}
      empty={
        <EmptyState title="Nothing was checked yet" icon={ShieldCheck}>
          Claims stand in an asset’s header or in the package’s checks folder; they are tried whenever
          a table is made.
        </EmptyState>
      }
    >
      {(found) => (
        <Stack gap={4}>
          <Grid size="narrow">
            <Figure label="Hold" value={formatCount(found.passed)} />
            <Figure label="Do not hold" value={formatCount(found.failed)} note={found.blocked ? "some keep a table from being published" : "none blocks"} />
            <Figure label="Could not be answered" value={formatCount(found.errors)} />
            <Figure label="Tables" value={formatCount(found.reports.length)} />
          </Grid>
          <Card
            title="Over time"
            note="Checks at each time they were run; the newest 100 of a table are kept"
            actions={
              <SelectField
                label="Table"
                hideLabel
                value={table}
                choices={[
                  { value: "", title: "All tables" },
                  ...found.reports.map((report) => ({ value: report.table, title: report.table })),
                ]}
                onChange={(name) => { setState({ table: name }); }}
              />
            }
          >
            <QueryView query={audits} loading={<SkeletonBlock height={chartHeight} />}>
              {(all) => <History audits={all} table={table} />}
            </QueryView>
          </Card>
          {byTrouble(found)
            .filter((report) => !table || report.table === table)
            .map((report) => (
              <ReportCard key={report.table} report={report} />
            ))}
        </Stack>
      )}
    </QueryView>
  );
}
