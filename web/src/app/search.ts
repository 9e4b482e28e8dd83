// What `/` finds: pages here, other things by the features that know them.
import type { Found, PageDefinition } from "@/lib/page";
import { addressOfPage } from "./pages";

/** 0: no; higher: nearer. A whole match, a start, a start of a word, letters anywhere. */
export function nearness(text: string, asked: string): number {
  const [in_, what] = [text.toLowerCase(), asked.toLowerCase().trim()];
  if (!what) return 0.1;
  if (in_ === what) return 4;
  if (in_.startsWith(what)) return 3;
  if (in_.split(/[\s._/-]+/).some((word) => word.startsWith(what))) return 2;
  return in_.includes(what) ? 1 : 0;
}

export function findPages(pages: PageDefinition[], asked: string): Found[] {
  return pages
    .map((page) => ({
      title: page.title,
      detail: page.about,
      to: addressOfPage(page),
      score: Math.max(nearness(page.title, asked), nearness(page.words ?? "", asked) / 2),
    }))
    .filter((found) => found.score > 0);
}

export interface Section {
  title: string;
  found: Found[];
}

const foundMax = 8;

/** Of each feature that finds things; what fails finds nothing. */
export async function findThings(
  pages: PageDefinition[],
  asked: string,
  signal: AbortSignal,
): Promise<Section[]> {
  if (asked.trim() === "") return [];
  const sections = await Promise.all(
    pages.map(async (page) => {
      const found = await (page.find?.(asked.trim(), signal) ?? Promise.resolve([])).catch(
        (): Found[] => [],
      );
      const best = [...found].sort((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, foundMax);
      return { title: page.title, found: best };
    }),
  );
  return sections.filter((section) => section.found.length > 0);
}
