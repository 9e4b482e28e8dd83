import { useEffect, useMemo, useRef } from "react";
import { type Flow, layOut, middleOfFirst } from "@/charts/flow";
import { cx } from "@/lib/cx";
import { Link } from "@/ui/Link";
import { shortName } from "./bars";
import { type AssetState, stateText } from "./views";
import css from "./runs.module.css";

const characterWidth = 6.8;
const padding = 44;

/** Its name, a dot of its state, and the state in words. */
function Node({ box, title, state, inside }: NodeProps) {
  const told = stateText(state, inside);
  const to = state ? `/runs/${state.run}?asset=${box.name}` : `/catalog/${box.name.replace(".", "/")}`;
  const tone = inside ? (state?.state ?? "none") : "input";
  return (
    <Link
      to={to}
      className={cx(css.node, css[tone])}
    >
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={8} />
      {state?.state === "running" && state.progress !== null && (
        <rect
          className={css.nodeProgress}
          x={box.x}
          y={box.y + box.height - 3}
          width={(box.width * state.progress) / 100}
          height={3}
        />
      )}
      <circle cx={box.x + 15} cy={box.y + 18} r={4} />
      <text x={box.x + 27} y={box.y + 22}>
        {title}
      </text>{" "}
      <text x={box.x + 27} y={box.y + 36} className={css.nodeState}>
        {told}
      </text>
    </Link>
  );
}

interface NodeProps {
  box: { name: string; x: number; y: number; width: number; height: number };
  title: string;
  state: AssetState | undefined;
  inside: boolean;
}

export default function PackageGraph({
  name,
  flow,
  states,
}: {
  name: string;
  flow: Flow;
  states: Map<string, AssetState>;
}) {
  const layout = useMemo(
    () =>
      layOut(flow, (box) => Math.max(11, shortName(box, name).length) * characterWidth + padding),
    [flow, name],
  );
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Where the graph is too high, begin at what everything is made from.
    const element = place.current;
    if (element) element.scrollTop = middleOfFirst(layout) - element.clientHeight / 2;
  }, [layout]);
  return (
    <div ref={place} className={css.graph} role="group" aria-label={`Assets of ${name}`} tabIndex={0}>
      <svg width={layout.width} height={layout.height}>
        {layout.lines.map((line) => (
          <path key={`${line.from} ${line.to}`} d={line.path} className={css.edge} />
        ))}
        {layout.boxes.map((box) => (
          <Node
            key={box.name}
            box={box}
            title={shortName(box.name, name)}
            state={states.get(box.name)}
            inside={box.name.startsWith(`${name}.`)}
          />
        ))}
      </svg>
    </div>
  );
}
