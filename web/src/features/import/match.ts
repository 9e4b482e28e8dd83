// Which source a file is for, by the names of its columns.

export interface Source {
  name: string;
  /** Null where the table is not made yet. */
  columns: { name: string; type: string }[];
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

export interface Match {
  column: string;
  type: string;
  /** What it is called in the file. */
  from: string | null;
}

export function matchColumns(source: Source, names: string[]): Match[] {
  const byName = new Map(names.map((name) => [plain(name), name]));
  return source.columns.map((column) => ({
    column: column.name,
    type: column.type,
    from: byName.get(plain(column.name)) ?? null,
  }));
}

/** What the file has and the source does not know under this name. */
export function otherColumns(source: Source, names: string[]): string[] {
  const known = new Set(source.columns.map((column) => plain(column.name)));
  return names.filter((name) => !known.has(plain(name)));
}

const enough = 0.5;

/** The source that has most of its columns in the file; null when none has half of them. */
export function likelySource(sources: Source[], names: string[]): string | null {
  let best: { name: string; share: number; count: number } | null = null;
  for (const source of sources) {
    const count = matchColumns(source, names).filter((one) => one.from !== null).length;
    const share = source.columns.length > 0 ? count / source.columns.length : 0;
    if (share < enough) continue;
    if (!best || share > best.share || (share === best.share && count > best.count)) {
      best = { name: source.name, share, count };
    }
  }
  return best?.name ?? null;
}
