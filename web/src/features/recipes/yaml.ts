// The recipe's YAML, as a person would write it: a step a line.
import { isSet, type Kind, type Pair, type Parameter, type Raw, type Recipe, type Step } from "./model";

export type Value = string | number | boolean | Value[] | { [name: string]: Value };

const plain = /^[A-Za-z_][A-Za-z0-9_.]*( [A-Za-z0-9_.]+)*$/;
const reserved = /^(true|false|null|yes|no|on|off|y|n)$/i;
const number = /^-?\d{1,15}(\.\d+)?$/;

/** A text plain where YAML reads it as itself, quoted otherwise. */
export function scalar(text: string): string {
  return plain.test(text) && !reserved.test(text) ? text : JSON.stringify(text);
}

export function flow(value: Value | null): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([name, one]) => `${scalar(name)}: ${flow(one)}`);
    return `{${entries.join(", ")}}`;
  }
  return typeof value === "string" ? scalar(value) : String(value);
}

const orNumber = (text: string): Value => (number.test(text.trim()) ? Number(text) : text);

const pairs = (raw: Raw): Pair[] =>
  Array.isArray(raw) ? raw.filter((one): one is Pair => typeof one !== "string" && one.key.trim() !== "") : [];

const texts = (raw: Raw): string[] =>
  Array.isArray(raw) ? raw.filter((one): one is string => typeof one === "string" && one !== "") : [];

const object = (of: Pair[], value: (pair: Pair) => Value): Value =>
  Object.fromEntries(of.map((pair) => [pair.key.trim(), value(pair)]));

function aggregate(pair: Pair): Value {
  const name = pair.function ?? "count";
  const made = { [name]: pair.value || "*" };
  return pair.where?.trim() ? { ...made, where: pair.where.trim() } : made;
}

function keys(of: Pair[]): Value {
  const same = of.every((pair) => pair.value === "" || pair.value === pair.key);
  return same ? of.map((pair) => pair.key) : object(of, (pair) => pair.value || pair.key);
}

/** What stands in a field, as the recipe's value. */
export function valueOf(parameter: Parameter, raw: Raw): Value {
  if (typeof raw === "boolean") return raw;
  if (typeof raw === "string") {
    const numeric = ["integer", "number", "value"].includes(parameter.takes);
    return numeric ? orNumber(raw) : raw;
  }
  switch (parameter.takes) {
    case "numbers":
      return texts(raw).map(orNumber);
    case "order":
      return pairs(raw).map((pair) => (pair.value === "desc" ? { [pair.key]: "desc" } : pair.key));
    case "new_to_aggregate":
      return object(pairs(raw), aggregate);
    case "column_pairs":
      return keys(pairs(raw));
    case "column_to_text":
    case "column_to_type":
    case "new_to_expression":
    case "new_to_path":
      return object(pairs(raw), (pair) => pair.value);
    case "mapping":
      return object(pairs(raw), (pair) => orNumber(pair.value));
    default:
      return texts(raw);
  }
}

function stepLines(step: Step, kind: Kind | undefined): string[] {
  const set = (kind?.parameters ?? []).flatMap((parameter): [string, Value][] => {
    const raw = step.parameters[parameter.name];
    const wanted = raw === false && parameter.default === "true";
    if (raw === undefined || (!isSet(raw) && !wanted)) return [];
    return [[parameter.name, valueOf(parameter, raw)]];
  });
  const line = `  - ${step.kind}: ${flow(Object.fromEntries(set))}`;
  return step.note.trim() ? [line, `    note: ${scalar(step.note.trim())}`] : [line];
}

export function recipeYaml(recipe: Recipe, kinds: Map<string, Kind>): string {
  const steps = recipe.steps.flatMap((step) => stepLines(step, kinds.get(step.kind)));
  return [
    `recipe: ${recipe.name || "recipe"}`,
    ...(recipe.description.trim() ? [`description: ${scalar(recipe.description.trim())}`] : []),
    `input: ${recipe.input}`,
    ...(recipe.inputs ? [`inputs: ${flow(recipe.inputs)}`] : []),
    ...(recipe.publish ? [`asset: ${flow(recipe.asset ?? { layer: "mart" })}`] : []),
    ...(steps.length > 0 ? ["steps:", ...steps] : ["steps: []"]),
    "",
  ].join("\n");
}

/** "filter · quantity > 0": a step in a line of the list. */
export function stepSummary(step: Step, kind: Kind | undefined): string {
  const [line = ""] = stepLines(step, kind);
  return line.replace(/^ {2}- \w+: \{/, "").replace(/\}$/, "");
}
