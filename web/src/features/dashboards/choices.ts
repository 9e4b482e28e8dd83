// What can be chosen in a filter, from the API's rows. Pure.
import type { Answer } from "@/api/client";
import type { Cell } from "@/api/sql";
import { cellText } from "@/ui/ResultTable";
import type { Values } from "./filters";
import { numberIn } from "./values";

type FilterState = Answer<"/v1/dashboards/{package}/{dashboard}/filters/{filter}">;

export interface Choice {
  value: string | null;
  label: string | null;
  /** How much there is of it, where the filter's SQL tells. */
  note: number | null;
}

const textOf = (cell: Cell | undefined) => (cell === null || cell === undefined ? null : cellText(cell));

export function choicesOf(state: FilterState): Choice[] {
  const { columns = [], rows = [] } = state.choices ?? {};
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const [value, label] = [at("value"), at("label")];
  const note = columns.findIndex((_, i) => i !== value && i !== label);
  return (rows as Cell[][]).map((row) => ({
    value: textOf(row[value]),
    label: textOf(row[label]),
    note: numberIn(row[note]),
  }));
}

export const labelsOf = (state: FilterState | undefined): Map<string | null, string> =>
  new Map(state ? choicesOf(state).flatMap(({ value, label }) => (label === null ? [] : [[value, label] as const])) : []);

/** What is chosen stays in sight, also where the list begins with others. */
export function withChosen(choices: Choice[], chosen: Values, typed: string): Choice[] {
  if (typed !== "") return choices;
  const listed = new Set(choices.map(({ value }) => value));
  const missing = chosen.filter((value) => !listed.has(value));
  return [...missing.map((value) => ({ value, label: null, note: null })), ...choices];
}
