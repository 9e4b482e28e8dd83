import { useMemo } from "react";
import { type Box, layOut, withoutShortcuts } from "@/charts/flow";
import { cx } from "@/lib/cx";
import { Link } from "@/ui/Link";
import css from "./catalog.module.css";
import type { Lineage } from "./lineage";

interface GraphProps {
  lineage: Lineage;
  /** Names of those tables that are views. */
  views: Set<string>;
  /** The table that it is all about. */
  here: string;
  /** Tables that a chosen column comes from or goes to. */
  lit: Set<string>;
}

function Node({ box, here }: { box: Box; here: boolean }) {
  const [schema, table] = box.name.split(".");
  return (
    <Link
      to={`/catalog/${box.name.replace(".", "/")}`}
      search={{ tab: "lineage" }}
      className={cx(css.node, here && css.here)}
      aria-current={here ? "page" : undefined}
    >
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={8} />
      <text x={box.x + 12} y={box.y + 18} className={css.nodeSchema}>
        {schema}.
      </text>
      <text x={box.x + 12} y={box.y + 34}>
        {table}
      </text>
    </Link>
  );
}

/** Boxes for tables, lines for what is made from what. Each box leads to its table. */
export default function Graph({ lineage, views, here, lit }: GraphProps) {
  const layout = useMemo(
    () => layOut(withoutShortcuts(lineage, (name) => views.has(name))),
    [lineage, views],
  );
  const on = (name: string) => lit.has(name) || name === here;
  return (
    <div className={css.graph} role="group" aria-label={`Lineage of ${here}`}>
      <svg width={layout.width} height={layout.height}>
        {layout.lines.map((line) => (
          <path
            key={`${line.from} ${line.to}`}
            d={line.path}
            className={cx(css.edge, lit.size > 0 && on(line.from) && on(line.to) && css.edgeOn)}
          />
        ))}
        {layout.boxes.map((box) => (
          <Node key={box.name} box={box} here={box.name === here} />
        ))}
      </svg>
    </div>
  );
}
