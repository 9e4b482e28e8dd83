import type { Kind } from "./model";

const wordsOf = (kind: Kind) =>
  `${kind.name.replaceAll("_", " ")} ${kind.group} ${kind.summary}`.toLowerCase();

/** Steps that have every word that was typed; those whose name begins with it first. */
export function findKinds(kinds: Kind[], asked: string): Kind[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const named = (kind: Kind) => Number(kind.name.startsWith(words[0] ?? ""));
  return kinds
    .filter((kind) => words.every((word) => wordsOf(kind).includes(word)))
    .sort((a, b) => (words.length > 0 ? named(b) - named(a) : 0));
}
