import { useCallback } from "react";
import { Chart, type ChartClick } from "./Chart";
import { type CategoryChart as Data, categoryOption, categoryTable } from "./options";
import type { Palette } from "./palette";

interface CategoryChartProps {
  label: string;
  /** Kept by useMemo: a new object draws anew. */
  chart: Data;
  height?: number;
  onClick?: (click: ChartClick) => void;
}

/** Lines, areas or bars: see options.ts for what can be said. */
export function CategoryChart({ label, chart, height, onClick }: CategoryChartProps) {
  const option = useCallback((palette: Palette) => categoryOption(chart, palette), [chart]);
  return (
    <Chart
      label={label}
      height={height}
      option={option}
      table={() => categoryTable(chart)}
      onClick={onClick}
    />
  );
}
