// The order of a table's rows: stable, what is missing always last. Rows stay where they are; only
// their places are sorted, so that 100,000 of them cost little.

export type SortValue = string | number | boolean | null | undefined;

export interface Sorting {
  id: string;
  desc: boolean;
}

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const isMissing = (value: SortValue) => value === null || value === undefined;

function compare(a: SortValue, b: SortValue): number {
  if (typeof a === "string" && typeof b === "string") return words.compare(a, b);
  return Number(a) - Number(b);
}

/** Places of rows in their order; as they are without `value`. */
export function sortedPlaces<R>(
  rows: R[],
  value: ((row: R) => SortValue) | undefined,
  desc: boolean,
): number[] {
  const places = rows.map((_, i) => i);
  if (!value) return places;
  const values = rows.map(value);
  const sign = desc ? -1 : 1;
  return places.sort((i, j) => {
    const [a, b] = [values[i], values[j]];
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
    return sign * compare(a, b);
  });
}

/** What a click on a head leads to: its first direction, the other one, none. */
export function nextSorting(now: Sorting | null, id: string, descFirst: boolean): Sorting | null {
  if (now?.id !== id) return { id, desc: descFirst };
  return now.desc === descFirst ? { id, desc: !descFirst } : null;
}
