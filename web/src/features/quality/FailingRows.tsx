import type { UseQueryResult } from "@tanstack/react-query";
import { ChartSpline, ShieldCheck } from "lucide-react";
import type { Cell } from "@/api/sql";
import { useUrlState } from "@/lib/urlState";
import { LinkButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { SelectField } from "@/ui/Field";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { ResultTable } from "@/ui/ResultTable";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Checks, useFailingRows } from "./api";
import { quarantines } from "./audits";

const state = { quarantine: "" };
const tableHeight = 560;

function Rows({ names }: { names: string[] }) {
  const [{ quarantine }, setState] = useUrlState(state);
  const shown = names.includes(quarantine) ? quarantine : (names[0] ?? "");
  const rows = useFailingRows(shown);
  const sql = `SELECT * FROM ${shown} ORDER BY _checked_at DESC`;
  return (
    <Card
      title={shown}
      note="The rows as they would have been published, the check that each breaks, and why"
      flush
      actions={
        <>
          <SelectField
            label="Table of failing rows"
            hideLabel
            value={shown}
            choices={names.map((name) => ({ value: name, title: name.replace("quarantine.", "").replace("__", ".") }))}
            onChange={(name) => { setState({ quarantine: name }); }}
          />
          <LinkButton to={`/explore?sql=${encodeURIComponent(sql)}`} icon={ChartSpline}>
            Explore
          </LinkButton>
        </>
      }
      footer="At most 1,000 rows a check and run are kept, of the newest 20 runs. Repair them where they come from, then run the package again."
    >
      <QueryView
        query={rows}
        loading={<SkeletonBlock height={tableHeight} />}
        isEmpty={(found) => found.rows.length === 0}
        empty={<EmptyState title="No failing rows are kept" icon={ShieldCheck} />}
      >
        {(found) => <ResultTable label="Failing rows" columns={found.columns} rows={found.rows as Cell[][]} height={tableHeight} />}
      </QueryView>
    </Card>
  );
}

/** Rows that break a check: kept apart, with the check and the reason. */
export function FailingRows({ checks }: { checks: UseQueryResult<Checks> }) {
  return (
    <QueryView
      query={checks}
      loading={<SkeletonBlock height={tableHeight} />}
      isEmpty={(found) => quarantines(found).length === 0}
      empty={
        <EmptyState title="No row fails" icon={ShieldCheck}>
          Rows that break a check are kept here, with the check and the reason.
        </EmptyState>
      }
    >
      {(found) => <Rows names={quarantines(found)} />}
    </QueryView>
  );
}
