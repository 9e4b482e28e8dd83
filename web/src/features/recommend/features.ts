// Raw features as the address holds them: a JSON object of names and numbers.

export type Features = Record<string, number | null>;
export type Read = { features: Features; problem: "" } | { features: null; problem: string };

/** {"up_orders": 3, "prd_reorders": null}: null is "not known". */
export function readFeatures(text: string): Read {
  const refuse = (problem: string): Read => ({ features: null, problem });
  if (text.trim() === "") return refuse("");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse('An object is wanted: {"feature": 1.5}');
  }
  for (const [name, one] of Object.entries(value)) {
    if (one !== null && typeof one !== "number") return refuse(`The feature ${name} is no number.`);
  }
  return { features: value as Features, problem: "" };
}

/** A field of the form says another number; empty: not known. */
export function withFeature(features: Features, name: string, text: string): Features {
  const rest = Object.fromEntries(Object.entries(features).filter(([one]) => one !== name));
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? rest : { ...rest, [name]: number };
}

export const writeFeatures = (features: Features): string =>
  Object.keys(features).length === 0 ? "" : JSON.stringify(features);
