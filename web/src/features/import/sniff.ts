// A first look at a file before it is sent: what its first bytes say. The server reads it for good, and
// decides; XLSX and Parquet are left to it.

export type Kind = "csv" | "json" | "xlsx" | "parquet" | "unknown";

export interface Look {
  kind: Kind;
  /** How the parts of a line are told apart. */
  delimiter?: string;
  columns: { name: string; type: string }[];
  rows: string[][];
}

const rowsLookedAt = 200;

export function kindOf(name: string): Kind {
  const plain = name.toLowerCase().replace(/\.(gz|zst)$/, "");
  const end = plain.slice(plain.lastIndexOf(".") + 1);
  if (["csv", "tsv", "txt"].includes(end)) return "csv";
  if (["json", "ndjson", "jsonl"].includes(end)) return "json";
  if (end === "xlsx") return "xlsx";
  return end === "parquet" ? "parquet" : "unknown";
}

/** Lines of CSV with quotes; the last one is left out when the text was cut off. */
export function csvRows(text: string, delimiter: string, cut: boolean): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length && rows.length <= rowsLookedAt; i++) {
    const at = text[i] ?? "";
    if (quoted) {
      if (at !== '"') cell += at;
      else if (text[i + 1] === '"') cell += text[++i] ?? "";
      else quoted = false;
    } else if (at === '"' && cell === "") quoted = true;
    else if (at === delimiter) {
      row.push(cell);
      cell = "";
    } else if (at === "\n") endRow();
    else if (at !== "\r") cell += at;
  }
  if (!cut && (cell !== "" || row.length > 0)) endRow();
  return rows;
}

/** Of those that are usual, the one that the first line has most of. */
export function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const count = (mark: string) => line.split(mark).length;
  return [",", ";", "\t", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** The objects that stand in a text one after the other: an array of them, or one a line. */
export function objectsIn(text: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  let depth = 0;
  let start = 0;
  let inText = false;
  for (let i = 0; i < text.length && found.length < rowsLookedAt; i++) {
    const at = text[i];
    if (inText) {
      if (at === "\\") i++;
      else if (at === '"') inText = false;
    } else if (at === '"') inText = true;
    else if (at === "{" && depth++ === 0) start = i;
    else if (at === "}" && --depth === 0) {
      try {
        found.push(JSON.parse(text.slice(start, i + 1)) as Record<string, unknown>);
      } catch {
        return found; // the server tells what is wrong there, and where
      }
    }
  }
  return found;
}

const patterns: [type: string, pattern: RegExp][] = [
  ["integer", /^[+-]?\d{1,18}$/],
  ["number", /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i],
  ["yes/no", /^(true|false)$/i],
  ["date or time", /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}.*)?$/],
];

/** What all values that are there look like. */
export function typeOf(values: string[]): string {
  const there = values.filter((value) => value.trim() !== "");
  if (there.length === 0) return "empty";
  return (
    patterns.find(([, pattern]) => there.every((value) => pattern.test(value.trim())))?.[0] ?? "text"
  );
}

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string);
};

function withTypes(names: string[], rows: string[][]): Pick<Look, "columns" | "rows"> {
  const columns = names.map((name, i) => ({ name, type: typeOf(rows.map((row) => row[i] ?? "")) }));
  return { columns, rows };
}

/** The look at a text; `cut`: more of the file follows. */
export function lookAt(name: string, text: string, cut: boolean): Look {
  const kind = kindOf(name);
  const plain = text.replace(/^\uFEFF/, "");
  if (kind === "json") {
    const objects = objectsIn(plain);
    const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
    return {
      kind,
      ...withTypes(
        names,
        objects.map((one) => names.map((key) => cellOf(one[key]))),
      ),
    };
  }
  if (kind !== "csv") return { kind, columns: [], rows: [] };
  const delimiter = delimiterOf(plain);
  const [head = [], ...rows] = csvRows(plain, delimiter, cut);
  return { kind, delimiter, ...withTypes(head, rows) };
}
