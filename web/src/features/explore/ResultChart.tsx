import { ChartSpline } from "lucide-react";
import { useMemo } from "react";
import { CategoryChart } from "@/charts/CategoryChart";
import type { Cell } from "@/api/sql";
import { formatCount } from "@/lib/format";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { CheckField, Choices, SelectField } from "@/ui/Field";
import { isNumeric, type ResultColumn } from "@/ui/ResultTable";
import { chartOf, defaultChoice, pointsMax } from "./chart";
import css from "./explore.module.css";

const state = { kind: "", x: "", y: "" };
const kinds = ["line", "area", "bar"].map((value) => ({ value, title: value }));
const chartHeight = 380;

/** One column along the bottom, numbers upwards: chosen here, kept in the address. */
export function ResultChart({ columns, rows }: { columns: ResultColumn[]; rows: Cell[][] }) {
  const [wanted, setState] = useUrlState(state);
  const choice = useMemo(() => defaultChoice(columns, wanted), [columns, wanted]);
  const chart = useMemo(() => choice && chartOf(columns, rows, choice), [columns, rows, choice]);
  if (!choice || !chart) {
    return (
      <EmptyState title="There is no number to draw" icon={ChartSpline}>
        A chart needs one column of numbers at least, and another to name them.
      </EmptyState>
    );
  }
  const y = choice.y.split(",");
  return (
    <div className={css.chart}>
      <div className={css.choices}>
        <Choices label="Kind of chart" choices={kinds} value={choice.kind} onChange={(kind) => { setState({ kind }); }} />
        <SelectField
          label="Along the bottom"
          value={choice.x}
          choices={columns.map(({ name }) => ({ value: name, title: name }))}
          onChange={(x) => { setState({ x }); }}
        />
        <fieldset className={css.values}>
          <legend>Upwards</legend>
          {columns
            .filter((column) => isNumeric(column.type) && column.name !== choice.x)
            .map(({ name }) => (
              <CheckField
                key={name}
                label={name}
                checked={y.includes(name)}
                onChange={(on) => {
                  const next = on ? [...y, name] : y.filter((other) => other !== name);
                  if (next.length > 0) setState({ y: next.join(",") });
                }}
              />
            ))}
        </fieldset>
      </div>
      <CategoryChart label={`${choice.y} by ${choice.x}`} chart={chart} height={chartHeight} />
      {rows.length > pointsMax && (
        <p className={css.note}>The first {formatCount(pointsMax)} rows are drawn: sum up in SQL to see all.</p>
      )}
    </div>
  );
}
