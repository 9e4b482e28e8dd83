// Every src/features/*/page.ts is a page of the UI: found when it is built, in no list.
import { groups, type PageDefinition } from "@/lib/page";

const found = import.meta.glob<{ default: PageDefinition }>("../features/*/page.ts", {
  eager: true,
});

const place = (page: PageDefinition) =>
  groups.findIndex((group) => group.id === page.group) * 1000 + page.order;

export const pages: PageDefinition[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => place(a) - place(b));

export const addressOfPage = (page: PageDefinition): string => page.routes[0].path;

/** The page that an address belongs to: the one with the longest fitting start. */
export function pageAt(path: string): PageDefinition | undefined {
  const fits = (page: PageDefinition) => {
    const start = addressOfPage(page);
    return start === "/" ? path === "/" : path === start || path.startsWith(`${start}/`);
  };
  return pages
    .filter(fits)
    .sort((a, b) => addressOfPage(b).length - addressOfPage(a).length)[0];
}
