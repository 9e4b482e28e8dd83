import { get } from "@/api/client";
import type { Found } from "@/lib/page";

const asked = 200;

/** Runs by number or package, for the search of the shell. */
export async function findRuns(text: string, signal: AbortSignal): Promise<Found[]> {
  const { runs } = await get("/v1/runs", { query: { limit: asked }, signal });
  const wanted = text.toLowerCase().replace(/^run\s*#?|^#/, "").trim();
  if (!wanted) return [];
  return runs
    .filter((run) => String(run.id) === wanted || run.package.startsWith(wanted))
    .slice(0, 5)
    .map((run) => ({
      title: `Run ${run.id} of ${run.package}`,
      detail: run.state,
      to: `/runs/${run.id}`,
      score: String(run.id) === wanted ? 3 : 0,
    }));
}
