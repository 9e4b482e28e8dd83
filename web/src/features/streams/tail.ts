// The newest records of a stream, and one to try it with.
import type { FieldHint, StreamRecord } from "./api";

export const tailMax = 100;

/** Newest first, each once. */
export function joinTail(before: StreamRecord[], page: StreamRecord[]): StreamRecord[] {
  const known = new Set(before.map((record) => record.position));
  const fresh = page.filter((record) => !known.has(record.position));
  return [...fresh.reverse(), ...before].slice(0, tailMax);
}

export function valueText(record: StreamRecord): string {
  return typeof record.value === "string" ? record.value : JSON.stringify(record.value);
}

function exampleOf(type: string | null): unknown {
  const kind = (type ?? "").toUpperCase();
  if (/^(TINYINT|SMALLINT|INT|INTEGER|BIGINT)/.test(kind)) return 1;
  if (/^(DECIMAL|DOUBLE|FLOAT)/.test(kind)) return 1.5;
  if (kind.startsWith("BOOLEAN")) return true;
  if (kind.startsWith("TIMESTAMP")) return "2026-01-31T12:00:00";
  if (kind.startsWith("DATE")) return "2026-01-31";
  return "test";
}

/** A record to begin with: the newest one again, else one made of the fields. */
export function draftRecord(newest: StreamRecord | undefined, fields: FieldHint[]): string {
  if (newest?.value_encoding === "json") return JSON.stringify(newest.value, null, 2);
  const made = fields.map((field) => [field.column_name, exampleOf(field.type)] as const);
  return JSON.stringify(Object.fromEntries(made), null, 2);
}

/** Why a text is no record; null when it is one. */
export function wrongWith(text: string): string | null {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== "object" || value === null) return "A record is an object: { … }";
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
