// What a schedule or a sensor waits for, in words: pure.
import { formatRelative } from "@/lib/dates";
import type { Schedule } from "./api";

const kinds: Record<string, string> = {
  schedule: "By the clock",
  files: "When files are whole",
  table: "When a table has a new version",
  run: "After a run",
  http: "When it is called",
};

export const kindText = (kind: string) => kinds[kind] ?? kind;

export function waitsFor(one: Schedule, now: number): string {
  if (one.paused) return "Paused: nothing of it begins until it is resumed";
  if (one.waiting) return one.waiting;
  const [next] = one.next;
  switch (one.kind) {
    case "files":
      return next
        ? `All its files, whole; it looks ${formatRelative(next.at, now)}`
        : "All its files, whole";
    case "table":
      return `A new version of ${one.when}`;
    case "run":
      return `A run: ${one.when}`;
    case "http":
      return `A call: POST /v1/sensors/${one.package}/${one.name}`;
  }
  return next ? `Its time, ${formatRelative(next.at, now)}` : "No time lies ahead";
}
