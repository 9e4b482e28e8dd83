// How a feature tells the app what pages it has. The app finds every src/features/*/page.ts by itself:
// nobody edits a common list. Keep page.ts small; it is part of the first script. Pages are loaded when
// somebody goes there.

import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";

export type Group = "now" | "ask" | "make" | "sell" | "feed";

export interface PageRoute {
  /** "/catalog/$schema/$table"; read with useParams. */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
}

/** Something that `/` finds. */
export interface Found {
  title: string;
  detail?: string;
  to: string;
  /** Higher is nearer to what was asked. */
  score?: number;
}

export interface PageDefinition {
  title: string;
  /** One sentence for the search and the help. */
  about: string;
  group: Group;
  /** Place within the group. */
  order: number;
  /** `g` and this key lead here. */
  key: string;
  icon: LucideIcon;
  /** The first is where the navigation leads. */
  routes: [PageRoute, ...PageRoute[]];
  /** Extra words under which the search finds the page. */
  words?: string;
  /** Finds things of this feature by what was typed; errors are taken as "nothing found". */
  find?: (text: string, signal: AbortSignal) => Promise<Found[]>;
}

export const definePage = (page: PageDefinition): PageDefinition => page;

export const groups: { id: Group; title: string }[] = [
  { id: "now", title: "Overview" },
  { id: "ask", title: "Questions" },
  { id: "sell", title: "Customers" },
  { id: "make", title: "Pipelines" },
  { id: "feed", title: "Data in" },
];
