import css from "./states.module.css";

/** Holds the place of what is being loaded, in its size: nothing jumps when it comes. */
export function Skeleton({ height = 16, width }: { height?: number; width?: number | string }) {
  return <span className={css.skeleton} style={{ height, width }} aria-hidden />;
}

export function SkeletonLines({ lines = 4, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className={css.lines} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} width={`${92 - ((i * 23) % 45)}%`} />
      ))}
    </div>
  );
}

/** The place of a chart or a table of a known height. */
export function SkeletonBlock({ height, label = "Loading" }: { height: number; label?: string }) {
  return (
    <div role="status" aria-label={label}>
      <Skeleton height={height} />
    </div>
  );
}
