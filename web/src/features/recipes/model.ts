// A recipe as the editor holds it: what stands in the fields of its forms. yaml.ts writes it.

import type { Value } from "./yaml";

export interface Pair {
  key: string;
  value: string;
  /** Of an aggregate: its function, and the rows that count. */
  function?: string;
  where?: string;
}

export type Raw = string | boolean | string[] | Pair[];

export interface Step {
  /** Stays with the step when it is moved. */
  id: number;
  kind: string;
  parameters: Record<string, Raw>;
  note: string;
}

export interface Recipe {
  name: string;
  description: string;
  input: string;
  steps: Step[];
  /** Made into a table of the package by its runs. */
  publish: boolean;
  /** Of a file that was opened, as it says them: other tables by name, and how it is published. */
  inputs?: Value;
  asset?: Value;
}

export const emptyRecipe: Recipe = {
  name: "my_recipe",
  description: "",
  input: "",
  steps: [],
  publish: false,
};

/** Why a recipe cannot be called so; empty: it can. Its table and its file have that name. */
export const nameProblem = (name: string): string =>
  /^[a-z][a-z0-9_]*$/.test(name) ? "" : "Small letters, digits and _, a letter first.";

export interface Parameter {
  name: string;
  takes: string;
  accepts: string;
  required: boolean;
  default: string | null;
  choices: string[];
  min: number | null;
  max: number | null;
  description: string;
}

export interface Kind {
  name: string;
  group: string;
  summary: string;
  parameters: Parameter[];
}

export function isSet(raw: Raw | undefined): boolean {
  if (raw === undefined || typeof raw === "boolean") return raw === true;
  if (typeof raw === "string") return raw.trim() !== "";
  return raw.some((one) => (typeof one === "string" ? one !== "" : one.key.trim() !== ""));
}

/** What a step still wants before it can be tried. */
export function missing(step: Step, kind: Kind | undefined): string[] {
  if (!kind) return [];
  return kind.parameters
    .filter((parameter) => parameter.required && !isSet(step.parameters[parameter.name]))
    .map((parameter) => parameter.name);
}

export function addStep(recipe: Recipe, kind: string, at: number): Recipe {
  const id = Math.max(0, ...recipe.steps.map((step) => step.id)) + 1;
  const steps = [...recipe.steps];
  steps.splice(at, 0, { id, kind, parameters: {}, note: "" });
  return { ...recipe, steps };
}

export function moveStep(recipe: Recipe, from: number, to: number): Recipe {
  const steps = [...recipe.steps];
  const [moved] = steps.splice(from, 1);
  if (!moved || to < 0 || to > steps.length) return recipe;
  steps.splice(to, 0, moved);
  return { ...recipe, steps };
}

export const removeStep = (recipe: Recipe, at: number): Recipe => ({
  ...recipe,
  steps: recipe.steps.filter((_, i) => i !== at),
});

export const changeStep = (recipe: Recipe, at: number, change: Partial<Step>): Recipe => ({
  ...recipe,
  steps: recipe.steps.map((step, i) => (i === at ? { ...step, ...change } : step)),
});

/** The recipe as it is before a step: what that step's form may choose from. */
export const before = (recipe: Recipe, at: number): Recipe => ({
  ...recipe,
  steps: recipe.steps.slice(0, at),
});

/** Where a new recipe goes unless somebody says otherwise: to the package of its input. */
export function packageOf(input: string, packages: string[]): string {
  const [schema = "", table = ""] = input.split(".");
  const sources = packages.filter((name) => table === name || table.startsWith(`${name}_`));
  return packages.find((name) => name === schema) ?? sources.sort((a, b) => b.length - a.length)[0] ?? packages[0] ?? "";
}
