// The SQL that looks users and products up where a model has them. Values are quoted, never spliced.

export interface Interactions {
  table: string;
  user: string;
  item: string;
}

export interface Items {
  table: string;
  item: string;
  name: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const table = (name: string): string => name.split(".").map(named).join(".");
const textOf = (column: string): string => `CAST(${named(column)} AS STRING)`;

export const foundMax = 8;

/** Users whose number or name begins so. `lists`: the table of all users' lists, which is the shorter way. */
export function usersSql(from: Interactions, lists: string | null, asked: string): string {
  const column = lists ? "user_id" : from.user;
  const wanted = asked.trim() === "" ? [] : [`starts_with(lower(${textOf(column)}), ${quoted(asked.trim().toLowerCase())})`];
  const where = [...(lists ? ["rank = 1"] : []), ...wanted];
  return `SELECT id, '' AS name
FROM (
  SELECT DISTINCT ${textOf(column)} AS id FROM ${table(lists ?? from.table)}${where.length > 0 ? `\n  WHERE ${where.join(" AND ")}` : ""}
) AS users
ORDER BY length(id), id
LIMIT ${foundMax}`;
}

/** Products whose name has every word, or whose number begins so. */
export function productsSql(from: Interactions, items: Items | null, asked: string): string {
  const source = items ?? { table: from.table, item: from.item, name: from.item };
  const text = asked.trim().toLowerCase();
  const words = text.split(/\s+/).filter(Boolean);
  const each = words.map((word) => `contains(lower(${textOf(source.name)}), ${quoted(word)})`);
  const where =
    words.length > 0
      ? `\n  WHERE (${each.join(" AND ")}) OR lower(${textOf(source.item)}) = ${quoted(text)}`
      : "";
  return `SELECT id, name
FROM (
  SELECT ${textOf(source.item)} AS id, max(${textOf(source.name)}) AS name FROM ${table(source.table)}${where}
  GROUP BY 1
) AS products
ORDER BY length(name) NULLS LAST, name NULLS LAST, id
LIMIT ${foundMax}`;
}

/** What products are called. */
export function namesSql(items: Items, ids: string[]): string {
  return `SELECT ${textOf(items.item)} AS id, max(${textOf(items.name)}) AS name
FROM ${table(items.table)}
WHERE ${textOf(items.item)} IN (${ids.map(quoted).join(", ")})
GROUP BY 1`;
}
