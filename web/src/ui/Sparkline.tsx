import css from "./sparkline.module.css";

/** Points of a line through `values` in a box of 100 × `height`. */
export function sparklinePoints(values: number[], height: number): [number, number][] {
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low + Number.EPSILON);
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  return values.map((value, i) => [
    Number((i * step).toFixed(2)),
    Number((height - ((value - low) / (high - low)) * height).toFixed(2)),
  ]);
}

/** A small line without axes; `label` says in words what it shows. */
export function Sparkline({
  values,
  label,
  height = 28,
}: {
  values: number[];
  label: string;
  height?: number;
}) {
  if (values.length < 2) return <svg className={css.line} height={height} aria-hidden />;
  const line = sparklinePoints(values, height)
    .map((point) => point.join(","))
    .join(" ");
  return (
    <svg
      className={css.line}
      height={height}
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polygon className={css.area} points={`0,${height} ${line} 100,${height}`} />
      <polyline className={css.stroke} points={line} />
    </svg>
  );
}
