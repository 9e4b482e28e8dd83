import type { ECharts, EChartsCoreOption } from "echarts/core";
import { ChartLine, Table2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useMedia } from "@/lib/hooks";
import { useTheme } from "@/lib/theme";
import { IconButton } from "@/ui/Button";
import css from "./chart.module.css";
import { type Palette, readPalette } from "./palette";

export interface ChartClick {
  name: string;
  seriesName?: string;
  dataIndex: number;
  value: unknown;
  seriesIndex?: number;
  /** The point as the option has it. */
  data?: unknown;
}

interface ChartProps {
  /** What it shows, in words. */
  label: string;
  height?: number;
  /** A function of the palette that stays the same while the data do (useCallback). */
  option: (palette: Palette) => EChartsCoreOption;
  /** The same as rows, shown instead when somebody asks. */
  table?: () => { columns: string[]; rows: string[][] };
  onClick?: (click: ChartClick) => void;
}

/** Draws, follows the theme and the width, and can be read as a table. */
export function Chart({ label, height = 260, option, table, onClick }: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className={css.figure} aria-label={label}>
      {table && (
        <div className={css.toggle}>
          <IconButton
            small
            label={asTable ? "Show as a chart" : "Show as a table"}
            icon={asTable ? ChartLine : Table2}
            onClick={() => {
              setAsTable(!asTable);
            }}
          />
        </div>
      )}
      {asTable && table ? (
        <DataTable label={label} height={height} {...table()} />
      ) : (
        <Canvas label={label} height={height} option={option} onClick={onClick} />
      )}
    </figure>
  );
}

function Canvas({ label, height, option, onClick }: Required<Pick<ChartProps, "label" | "height" | "option">> & Pick<ChartProps, "onClick">) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const clicked = useRef(onClick);
  const [ready, setReady] = useState(false);
  const theme = useTheme();
  const still = useMedia("(prefers-reduced-motion: reduce)");
  useEffect(() => {
    clicked.current = onClick;
  });
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let gone = false;
    const observer = new ResizeObserver(() => chart.current?.resize());
    void import("./echarts").then(({ init }) => {
      if (gone) return;
      chart.current = init(element);
      chart.current.on("click", (event) => {
        clicked.current?.(event as unknown as ChartClick);
      });
      observer.observe(element);
      setReady(true);
    });
    return () => {
      gone = true;
      observer.disconnect();
      chart.current?.dispose();
      chart.current = null;
      setReady(false);
    };
  }, []);
  useEffect(() => {
    if (!ready || !place.current) return;
    const options = option(readPalette(place.current));
    chart.current?.setOption({ ...options, animation: !still }, { notMerge: true });
  }, [ready, option, theme, still]);
  return <div ref={place} className={css.canvas} style={{ height }} role="img" aria-label={label} />;
}

function DataTable({
  label,
  height,
  columns,
  rows,
}: {
  label: string;
  height: number;
  columns: string[];
  rows: string[][];
}) {
  return (
    <div className={css.table} style={{ height }} tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column || <span className="visually-hidden">Name</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, i) => (
                <td key={columns[i]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
