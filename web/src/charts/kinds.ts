// Treemaps, clouds of dots and funnels: from data to ECharts' options. Each point carries the place of its row, so
// that a click can be followed back.
import type { EChartsCoreOption } from "echarts/core";
import { colourAt, inkOn } from "./colours";
import { frame, tooltip } from "./options";
import type { Palette } from "./palette";
import { type TipLine, tipOf } from "./tip";
import { type Unit, unitFormat } from "./units";

/** What is said of a row beside the pointer. */
export type Told = (row: number) => { title: string; lines: TipLine[] };

interface Point {
  data?: { row?: number };
}

export const pointTip = (palette: Palette, told: Told): Record<string, unknown> => ({
  ...tooltip(palette),
  formatter: ({ data }: Point) => {
    if (data?.row === undefined) return "";
    const { title, lines } = told(data.row);
    return tipOf(title, lines);
  },
});

export interface Named {
  name: string;
  value: number;
  row: number;
}

/** Fields in proportion; the colour says how much, too. What is not above zero has no field. */
export function treemapOption(items: Named[], unit: Unit, told: Told, palette: Palette): EChartsCoreOption {
  const drawn = items.filter(({ value }) => value > 0);
  const logs = drawn.map(({ value }) => Math.log1p(value));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const total = drawn.reduce((sum, { value }) => sum + value, 0);
  const scale = palette.heat.slice(1);
  const { short } = unitFormat(unit);
  return {
    ...frame(palette),
    tooltip: pointTip(palette, told),
    series: [
      {
        type: "treemap",
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        squareRatio: 1,
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        itemStyle: { gapWidth: 2, borderWidth: 0, borderColor: palette.surface, borderRadius: 3 },
        label: {
          fontSize: 12,
          lineHeight: 16,
          overflow: "truncate",
          formatter: ({ name, value }: { name: string; value: number }) => `${name}\n${short(value)}`,
        },
        data: drawn.map((item, i) => {
          const color = colourAt(scale, high > low ? ((logs[i] ?? low) - low) / (high - low) : 1);
          return { ...item, itemStyle: { color }, label: { color: inkOn(color), show: item.value / total >= namedFrom } };
        }),
      },
    ],
  };
}

export interface Dot {
  x: number;
  y: number;
  size: number | null;
  row: number;
}

export interface Cloud {
  dots: Dot[];
  x: { name: string; unit: Unit };
  y: { name: string; unit: Unit };
}

const namedFrom = 0.02; // of all: smaller fields have no room for a name
const skewed = 40;
const largest = 34;
const smallest = 6;

/** Few stand for much: an axis by powers of ten shows all. Only where nothing is zero or below. */
export function isSkewed(values: number[]): boolean {
  if (values.length < 3 || values.some((value) => value <= 0)) return false;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 1;
  return (sorted[sorted.length - 1] ?? 0) / middle > skewed;
}

/** Areas in proportion. */
export function diameter(size: number | null, most: number): number {
  if (size === null || most <= 0) return smallest + 2;
  return Math.max(smallest, Math.sqrt(Math.max(size, 0) / most) * largest);
}

export function scatterOption(cloud: Cloud, told: Told, palette: Palette): EChartsCoreOption {
  const axis = (by: "x" | "y") => {
    const log = isSkewed(cloud.dots.map((dot) => dot[by]));
    return {
      type: log ? "log" : "value",
      scale: true,
      name: log ? `${cloud[by].name}, by powers of ten` : cloud[by].name,
      nameLocation: by === "x" ? "middle" : "end",
      nameGap: by === "x" ? 28 : 12,
      nameTextStyle: { color: palette.quiet, fontSize: 11, align: by === "x" ? "center" : "left" },
      axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true, formatter: unitFormat(cloud[by].unit).short },
      axisLine: { lineStyle: { color: palette.grid } },
      splitLine: { lineStyle: { color: palette.grid } },
      splitNumber: 4,
    };
  };
  const most = cloud.dots.reduce((max, { size }) => Math.max(max, size ?? 0), 0);
  return {
    ...frame(palette),
    grid: { left: 8, right: 20, top: 32, bottom: 26, containLabel: true },
    tooltip: pointTip(palette, told),
    xAxis: axis("x"),
    yAxis: axis("y"),
    series: [
      {
        type: "scatter",
        data: cloud.dots.map(({ x, y, size, row }) => ({ value: [x, y], row, symbolSize: diameter(size, most) })),
        itemStyle: { opacity: 0.55, borderColor: palette.surface, borderWidth: 0.5 },
      },
    ],
  };
}

/** Steps from top to bottom, each with its part of the first. */
export function funnelOption(steps: Named[], unit: Unit, told: Told, palette: Palette): EChartsCoreOption {
  const first = steps[0]?.value ?? 0;
  const { long } = unitFormat(unit);
  const part = (value: number) => (first > 0 ? unitFormat("percent").long(value / first) : "");
  return {
    ...frame(palette),
    tooltip: pointTip(palette, told),
    series: [
      {
        type: "funnel",
        sort: "none",
        left: 8,
        width: "52%",
        top: 8,
        bottom: 8,
        gap: 3,
        minSize: "3%",
        label: {
          position: "right",
          color: palette.text,
          fontSize: 12,
          lineHeight: 17,
          formatter: ({ name, value }: { name: string; value: number }) =>
            `{name|${name.replace(/[{}|]/g, " ")}}\n${long(value)} · ${part(value)}`,
          rich: { name: { fontWeight: 600, color: palette.text, lineHeight: 17 } },
        },
        labelLine: { length: 14, lineStyle: { color: palette.grid } },
        data: steps.map((step, i) => ({
          ...step,
          itemStyle: {
            color: colourAt(palette.heat.slice(1), 1 - i / Math.max(1, steps.length - 1)),
            borderWidth: 0,
          },
        })),
      },
    ],
  };
}
