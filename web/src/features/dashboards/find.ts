import { get } from "@/api/client";
import type { Found } from "@/lib/page";

/** Dashboards and their pages by their titles. */
export async function findDashboards(text: string, signal: AbortSignal): Promise<Found[]> {
  const { dashboards } = await get("/v1/dashboards", { signal });
  const asked = text.toLowerCase();
  const has = (title: string) => title.toLowerCase().includes(asked);
  return dashboards.flatMap((board) => {
    const to = `/dashboards/${board.package}/${board.name}`;
    const whole = has(`${board.title} ${board.name} ${board.package}`);
    const own = whole ? [{ title: board.title, detail: `Dashboard of ${board.package}`, to, score: 1.4 }] : [];
    const pages = board.pages
      .filter((page) => has(page.title) || (!whole && has(`${board.title}: ${page.title}`)))
      .map((page) => ({ title: `${board.title}: ${page.title}`, detail: `Dashboard of ${board.package}`, to: `${to}?page=${page.name}`, score: 1.2 }));
    return [...own, ...pages];
  });
}
