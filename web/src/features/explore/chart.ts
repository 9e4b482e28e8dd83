// A chart of a result: which columns can be what, and their values. Pure.
import type { CategoryChart } from "@/charts/options";
import type { Cell } from "@/api/sql";
import { cellText, isNumeric, type ResultColumn } from "@/ui/ResultTable";

export const pointsMax = 500;

export interface ChartChoice {
  kind: string;
  x: string;
  y: string;
}

const isTime = (type: string) => /^(DATE|TIMESTAMP)/.test(type);

/** Time or text along the bottom, the first number upwards, unless somebody chose otherwise. */
export function defaultChoice(columns: ResultColumn[], choice: ChartChoice): ChartChoice | null {
  const names = columns.map((column) => column.name);
  const numbers = columns.filter((column) => isNumeric(column.type));
  const labels = columns.filter((column) => !isNumeric(column.type));
  const first = labels.find((column) => isTime(column.type)) ?? labels[0] ?? columns[0];
  const x = names.includes(choice.x) ? choice.x : (first?.name ?? "");
  const y = choice.y.split(",").filter((name) => names.includes(name));
  const number = numbers.find((column) => column.name !== x);
  if (y.length === 0 && number) y.push(number.name);
  if (!x || y.length === 0) return null;
  const time = columns.some((column) => column.name === x && isTime(column.type));
  return { x, y: y.join(","), kind: choice.kind || (time ? "line" : "bar") };
}

const number = (cell: Cell | undefined) => (cell === null || cell === undefined || cell === "" ? null : Number(cell));

export function chartOf(columns: ResultColumn[], rows: Cell[][], choice: ChartChoice): CategoryChart {
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const shown = rows.slice(0, pointsMax);
  const x = at(choice.x);
  return {
    categories: shown.map((row) => cellText(row[x]).replace(/ 00:00:00$/, "")),
    series: choice.y.split(",").map((name) => ({
      name,
      values: shown.map((row) => {
        const value = number(row[at(name)]);
        return value !== null && Number.isFinite(value) ? value : null;
      }),
    })),
    unit: "number",
    kind: choice.kind as CategoryChart["kind"],
  };
}
