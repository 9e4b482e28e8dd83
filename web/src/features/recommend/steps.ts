/** "trees: round 40 of 200" is a fifth; null where a step does not say how far it is. */
export function shareDone(step: string): number | null {
  const [, done, all] = /(\d+) of (\d+)/.exec(step) ?? [];
  const share = Number(done) / Number(all);
  return Number.isFinite(share) ? Math.min(1, share) : null;
}
