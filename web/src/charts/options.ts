// From data to ECharts' options: plain functions, tested. Colours come in by the palette.
import type { EChartsCoreOption } from "echarts/core";
import type { Palette } from "./palette";
import { type Unit, unitFormat } from "./units";

export interface Series {
  name: string;
  /** One for each category; null is a gap. */
  values: (number | null)[];
}

export interface CategoryChart {
  categories: string[];
  series: Series[];
  unit: Unit;
  /** How a category is written; as it is without. Axes take the short form where there is one. */
  category?: (text: string) => string;
  shortCategory?: (text: string) => string;
  kind?: "line" | "area" | "bar";
  stacked?: boolean;
  /** Bars from the left, their names beside them. */
  horizontal?: boolean;
  /** Only these places of the axis have a name: the first day of each month. */
  named?: (place: number) => boolean;
}

type Plain = Record<string, unknown>;

/** What all charts with axes have in common. */
export function frame(palette: Palette): Plain {
  return {
    color: palette.series,
    textStyle: { fontFamily: palette.font, color: palette.text },
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    animationDuration: 250,
  };
}

export function tooltip(palette: Palette): Plain {
  return {
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.border,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: palette.text, fontSize: 12, fontFamily: palette.font },
    extraCssText: "border-radius: 8px; box-shadow: var(--shadow-l);",
  };
}

const axisLabel = (palette: Palette, more: Plain = {}): Plain => ({
  color: palette.quiet,
  fontSize: 11,
  hideOverlap: true,
  ...more,
});

const nearlyAll = 0.75;

/** A share is no more than all: room above 100 % would say otherwise. */
const wholeShare = ({ max }: { max: number }): number | null =>
  max > nearlyAll && max < 1 + 1e-9 ? 1 : null;

export function valueAxis(palette: Palette, unit: Unit): Plain {
  return {
    type: "value",
    max: unit === "percent" ? wholeShare : undefined,
    axisLabel: axisLabel(palette, { formatter: unitFormat(unit).short }),
    splitLine: { lineStyle: { color: palette.grid } },
    splitNumber: 4,
  };
}

export function categoryAxis(palette: Palette, chart: CategoryChart): Plain {
  return {
    type: "category",
    data: chart.categories,
    boundaryGap: (chart.kind ?? "line") === "bar",
    axisLabel: axisLabel(palette, {
      formatter: chart.shortCategory ?? chart.category,
      ...(chart.named ? { interval: chart.named, showMinLabel: null, showMaxLabel: null } : {}),
      ...(chart.horizontal ? { width: palette.names, overflow: "truncate", interval: 0 } : {}),
    }),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: palette.grid } },
    inverse: chart.horizontal,
  };
}

function oneSeries(series: Series, chart: CategoryChart): Plain {
  const bar = chart.kind === "bar";
  const radius = chart.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0];
  return {
    name: series.name,
    type: bar ? "bar" : "line",
    data: series.values,
    stack: chart.stacked ? "all" : undefined,
    stackStrategy: chart.kind === "area" ? "all" : undefined, // by sign, layers without a value would fall to zero
    showSymbol: series.values.length === 1,
    symbolSize: 6,
    lineStyle: { width: chart.stacked ? 1 : 2 },
    areaStyle: chart.kind === "area" ? { opacity: chart.stacked ? 0.55 : 0.14 } : undefined,
    barMaxWidth: 28,
    itemStyle: bar ? { borderRadius: chart.stacked ? 0 : radius } : undefined,
    emphasis: { focus: chart.series.length > 1 ? "series" : "none" },
  };
}

/** Lines, areas and bars over categories or days. */
export function categoryOption(chart: CategoryChart, palette: Palette): EChartsCoreOption {
  const base = frame(palette);
  const legend = chart.series.length > 1;
  const values = valueAxis(palette, chart.unit);
  const categories = categoryAxis(palette, chart);
  return {
    ...base,
    grid: { ...(base.grid as Plain), top: legend ? 40 : 16 },
    legend: legend
      ? { type: "scroll", top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: palette.text, fontSize: 12 } }
      : undefined,
    tooltip: {
      ...tooltip(palette),
      trigger: "axis",
      axisPointer: {
        type: chart.kind === "bar" ? "shadow" : "line",
        label: { show: false },
      },
      valueFormatter: unitFormat(chart.unit).long,
    },
    xAxis: chart.horizontal ? values : categories,
    yAxis: chart.horizontal ? categories : values,
    series: chart.series.map((series) => oneSeries(series, chart)),
  };
}

/** The same data as rows: for those who read instead of look. */
export function categoryTable(chart: CategoryChart): { columns: string[]; rows: string[][] } {
  const { long } = unitFormat(chart.unit);
  const name = chart.category ?? ((text: string) => text);
  return {
    columns: ["", ...chart.series.map((series) => series.name)],
    rows: chart.categories.map((category, i) => [
      name(category),
      ...chart.series.map((series) => long(series.values[i])),
    ]),
  };
}

/** Hours by weekdays, or whatever has two names and a value. */
export function heatOption(
  heat: {
    columns: string[];
    rows: string[];
    cells: [number, number, number][];
    unit: Unit;
    /** A scale below says which colour is how much. */
    scale?: boolean;
  },
  palette: Palette,
): EChartsCoreOption {
  const values = heat.cells.map(([, , value]) => value);
  const axis = (data: string[], inverse: boolean) => ({
    type: "category",
    data,
    inverse,
    axisLabel: axisLabel(palette),
    axisTick: { show: false },
    axisLine: { show: false },
  });
  return {
    ...frame(palette),
    tooltip: { ...tooltip(palette), valueFormatter: unitFormat(heat.unit).long },
    xAxis: axis(heat.columns, false),
    yAxis: axis(heat.rows, true),
    ...(heat.scale ? { grid: { left: 8, right: 16, top: 8, bottom: 44, containLabel: true } } : {}),
    visualMap: {
      show: heat.scale ?? false,
      min: Math.min(0, ...values),
      max: Math.max(1, ...values),
      inRange: { color: palette.heat },
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemWidth: 10,
      itemHeight: 120,
      textGap: 8,
      text: [Math.max(1, ...values), Math.min(0, ...values)].map(unitFormat(heat.unit).short),
      textStyle: { color: palette.quiet, fontSize: 11 },
    },
    series: [
      {
        type: "heatmap",
        data: heat.cells,
        itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 3 },
      },
    ],
  };
}
