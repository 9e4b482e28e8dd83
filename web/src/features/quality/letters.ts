// A record that could not be used, made ready to be repaired: pure.
import type { Letter } from "./api";

/** JSON with a line for each field; anything else as it is; bytes that are no text as they travel. */
export function editable(letter: Letter): string {
  if (letter.original_encoding !== "utf-8") return letter.original;
  try {
    return JSON.stringify(JSON.parse(letter.original), null, 2);
  } catch {
    return letter.original;
  }
}

/** What is wrong with the text as JSON; null where nothing is. */
export function jsonError(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      return "A record is an object: { … }";
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** "quantity: "six" is not an integer" is about quantity. */
export const fieldOf = (reason: string): string => /^([\w ]+):/.exec(reason)?.[1] ?? "";

const squeezed = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The line of the text in which the field stands that the reason names. */
export function lineOf(text: string, reason: string): number | null {
  const wanted = squeezed(fieldOf(reason));
  if (!wanted) return null;
  const at = text.split("\n").findIndex((line) => {
    const key = /^\s*"([^"]+)"\s*:/.exec(line)?.[1];
    return key !== undefined && squeezed(key) === wanted;
  });
  return at < 0 ? null : at + 1;
}
