// A recipe of a package as the editor holds it: the other way round from yaml.ts. What the forms could
// not write back is refused, and nothing of a file is lost without a word.
import type { Kind, Pair, Parameter, Raw, Recipe, Step } from "./model";
import { type Value, valueOf } from "./yaml";

type Json = string | number | boolean | null | Json[] | Plain;
interface Plain {
  [name: string]: Json;
}

const isObject = (value: Json | undefined): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: Json | undefined): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

const listed = new Set(["columns", "new_columns", "texts", "numbers", "tables", "order", "column_pairs"]);

function orderOf(one: Json): Pair {
  if (!isObject(one)) return { key: text(one), value: "asc" };
  const [[key, value] = ["", ""]] = Object.entries(one);
  return { key, value: text(value) };
}

function aggregateOf(key: string, value: Json): Pair {
  const { where, ...rest } = isObject(value) ? value : {};
  const [[name, column] = ["count", "*"]] = Object.entries(rest);
  const pair = { key, value: text(column), function: name };
  return where === undefined ? pair : { ...pair, where: text(where) };
}

/** What stands in a field for a value of the file. */
export function rawOf(parameter: Parameter, value: Json): Raw {
  if (typeof value === "boolean") return parameter.takes === "boolean" ? value : String(value);
  if (isObject(value)) {
    const entries = Object.entries(value);
    if (parameter.takes === "new_to_aggregate") return entries.map(([key, one]) => aggregateOf(key, one));
    return entries.map(([key, one]) => ({ key, value: text(one) }));
  }
  if (Array.isArray(value) || listed.has(parameter.takes)) {
    const all = Array.isArray(value) ? value : [value];
    if (parameter.takes === "order") return all.map(orderOf);
    if (parameter.takes === "column_pairs") return all.map((one) => ({ key: text(one), value: "" }));
    return all.map(text);
  }
  return text(value);
}

/** One way to say a thing, for comparing: a list of one is that one, `asc` is said by saying nothing. */
function essence(value: Json | undefined): string {
  if (Array.isArray(value)) {
    if (value.length === 1 && !isObject(value[0])) return essence(value[0]);
    return `[${value.map(essence).join()}]`;
  }
  if (isObject(value)) {
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first?.[1] === "asc") return essence(first[0]);
    return `{${entries.map(([name, one]) => `${name}:${essence(one)}`).join()}}`;
  }
  return JSON.stringify(value ?? null);
}

function stepOf(item: Json, id: number, kinds: Map<string, Kind>): Step {
  if (!isObject(item)) throw new Error(`Step ${id} is no step.`);
  const { note, ...rest } = item;
  const [[name, settings] = ["", null]] = Object.entries(rest);
  const kind = kinds.get(name);
  if (!kind) throw new Error(`Step ${id} is of a kind that the editor does not know: ${name}.`);
  const parameters: Record<string, Raw> = {};
  for (const [key, value] of Object.entries(isObject(settings) ? settings : {})) {
    const parameter = kind.parameters.find((one) => one.name === key);
    const raw = parameter && rawOf(parameter, value);
    if (!parameter || raw === undefined || essence(valueOf(parameter, raw)) !== essence(value)) {
      throw new Error(`Step ${id} (${name}): the forms cannot say its ${key.replaceAll("_", " ")}.`);
    }
    parameters[key] = raw;
  }
  return { id, kind: name, parameters, note: text(note) };
}

/** Throws with what the forms cannot say. */
export function recipeOf(document: unknown, kinds: Map<string, Kind>): Recipe {
  const { recipe, description, input, inputs, asset, steps } = (document ?? {}) as Plain;
  if (!Array.isArray(steps)) throw new Error("This file is no recipe of steps.");
  return {
    name: text(recipe),
    description: text(description),
    input: text(input),
    steps: steps.map((item, i) => stepOf(item, i + 1, kinds)),
    publish: asset !== undefined,
    ...(isObject(inputs) ? { inputs: inputs as Value } : {}),
    ...(isObject(asset) && Object.keys(asset).length > 0 ? { asset: asset as Value } : {}),
  };
}
