import type { Import } from "./api";

type Format = NonNullable<Import["format"]>;

/** "CSV, utf-8, parted by “,”, packed with gzip" */
export function formatText(format: Format): string {
  const delimiter = format.delimiter === "\t" ? "tabs" : `“${format.delimiter ?? ""}”`;
  return [
    format.kind.toUpperCase(),
    format.encoding,
    format.delimiter && `parted by ${delimiter}`,
    format.header === false && "without a header",
    format.compression && `packed with ${format.compression}`,
    format.sheets && format.sheets.length > 0 && `sheets ${format.sheets.join(", ")}`,
    format.other_sheets &&
      format.other_sheets.length > 0 &&
      `without ${format.other_sheets.join(", ")}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** Deliveries that came once more as they were, and brought nothing. */
export const isRepeat = (one: Pick<Import, "state">): boolean => one.state === "skipped";

/** From 0 to 1. */
export function shareDone(one: Pick<Import, "bytes_done" | "bytes_total">): number {
  return one.bytes_total > 0 ? Math.min(1, one.bytes_done / one.bytes_total) : 0;
}

export function tookMs(one: Pick<Import, "started_at" | "finished_at">): number | null {
  if (!one.started_at || !one.finished_at) return null;
  return Math.max(0, Date.parse(one.finished_at) - Date.parse(one.started_at));
}
