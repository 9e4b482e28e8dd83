// From the rows of a tile to a chart: which kind, what along which axis, what is said beside the pointer. Pure.
import type { EChartsCoreOption } from "echarts/core";
import type { ChartClick } from "@/charts/Chart";
import { funnelOption, type Named, pointTip, scatterOption, type Told, treemapOption } from "@/charts/kinds";
import { categoryOption, heatOption } from "@/charts/options";
import type { Palette } from "@/charts/palette";
import type { Tile, TileAnswer } from "./api";
import { categoryView } from "./categories";
import { readerOf } from "./reader";
import { cellShown, formatOf, linesOf } from "./values";

export interface TileChart {
  option: (palette: Palette) => EChartsCoreOption;
  /** The row that a click was at. */
  rowAt: (click: Pick<ChartClick, "dataIndex" | "seriesIndex" | "data">) => number | null;
  /** What the chart leaves out, in words. */
  note: string | null;
}

/** A row in words: its name, and all that is known of it. */
function toldBy(tile: Tile, answer: TileAnswer, titled: string | null): Told {
  const texts = answer.columns.filter(({ name }) => !tile.y.includes(name) && formatOf(tile, name, "STRING") === "text");
  const title = titled ?? texts[0]?.name ?? answer.columns[0]?.name ?? "";
  const { column } = readerOf(tile, answer);
  return (row) => ({ title: column(title).shown(row), lines: linesOf(tile, answer, row, [title]) });
}

const rowOfPoint: TileChart["rowAt"] = ({ data }) => (data as { row?: number } | undefined)?.row ?? null;

function namedOf(tile: Tile, answer: TileAnswer): Named[] {
  const { column, rows } = readerOf(tile, answer);
  const [x, y] = [column(tile.x), column(tile.y[0])];
  return rows.map((row) => ({ name: x.shown(row), value: y.number(row) ?? 0, row }));
}

function treemap(tile: Tile, answer: TileAnswer): TileChart {
  const items = namedOf(tile, answer);
  const told = toldBy(tile, answer, tile.x);
  const { unit, label } = readerOf(tile, answer).column(tile.y[0]);
  const hidden = items.filter(({ value }) => value <= 0).length;
  return {
    option: (palette) => treemapOption(items, unit, told, palette),
    rowAt: rowOfPoint,
    note: hidden > 0 ? `${hidden} not drawn: ${label} not above zero` : null,
  };
}

function funnel(tile: Tile, answer: TileAnswer): TileChart {
  const steps = namedOf(tile, answer);
  const told = toldBy(tile, answer, tile.x);
  const { unit } = readerOf(tile, answer).column(tile.y[0]);
  return { option: (palette) => funnelOption(steps, unit, told, palette), rowAt: rowOfPoint, note: null };
}

function scatter(tile: Tile, answer: TileAnswer): TileChart {
  const { column, rows } = readerOf(tile, answer);
  const [x, y] = [column(tile.x), column(tile.y[0])];
  const size = tile.size ? column(tile.size) : null;
  const dots = rows.flatMap((row) => {
    const [left, up] = [x.number(row), y.number(row)];
    return left === null || up === null ? [] : [{ x: left, y: up, size: size?.number(row) ?? null, row }];
  });
  const cloud = { dots, x: { name: x.label, unit: x.unit }, y: { name: y.label, unit: y.unit } };
  const told = toldBy(tile, answer, null);
  return { option: (palette) => scatterOption(cloud, told, palette), rowAt: rowOfPoint, note: null };
}

/** Numbers in their order, and those between the first and the last that nothing is known of; words as they come. */
function alongHeat(places: (string | number)[]): (string | number)[] {
  const seen = [...new Set(places)];
  if (!seen.every((place) => typeof place === "number" && Number.isInteger(place))) return seen;
  const numbers = (seen as number[]).sort((a, b) => a - b);
  const [low = 0, high = 0] = [numbers[0], numbers[numbers.length - 1]];
  return high - low < 100 ? Array.from({ length: high - low + 1 }, (_, i) => low + i) : numbers;
}

function heatMap(tile: Tile, answer: TileAnswer): TileChart {
  const { column, rows } = readerOf(tile, answer);
  const [x, y, series] = [column(tile.x), column(tile.y[0]), column(tile.series)];
  const placeIn = (row: number) => x.cell(row) as string | number;
  const columns = alongHeat(rows.map(placeIn));
  const names = [...new Set(rows.map((row) => (tile.series ? series.shown(row) : "")))];
  const points = rows.flatMap((row) => {
    const value = y.number(row);
    const cell: [number, number, number] = [columns.indexOf(placeIn(row)), names.indexOf(tile.series ? series.shown(row) : ""), value ?? 0];
    return value === null ? [] : [{ cell, row }];
  });
  const told: Told = (row) => ({
    title: [series.shown(row), `${x.label} ${x.shown(row)}`].join(", "),
    lines: linesOf(tile, answer, row, [tile.x ?? "", tile.series ?? ""]),
  });
  const heat = {
    columns: columns.map((place) => cellShown(place, x.format, null)),
    rows: names,
    cells: points.map(({ cell }) => cell),
    unit: y.unit,
    scale: true,
  };
  return {
    option: (palette) => {
      const option = heatOption(heat, palette);
      const [series0] = option.series as Record<string, unknown>[];
      const data = points.map(({ cell, row }) => ({ value: cell, row }));
      return { ...option, tooltip: pointTip(palette, told), series: [{ ...series0, data }] };
    },
    rowAt: rowOfPoint,
    note: null,
  };
}

function category(tile: Tile, answer: TileAnswer): TileChart {
  const view = categoryView(tile, answer);
  return {
    option: (palette) => {
      const option = categoryOption(view.chart, palette);
      return { ...option, tooltip: { ...(option.tooltip as object), formatter: view.tip } };
    },
    rowAt: ({ seriesIndex = 0, dataIndex }) => view.rowAt(seriesIndex, dataIndex),
    note: null,
  };
}

/** Null: of this kind there is no chart (tables, big numbers). */
export function tileChart(tile: Tile, answer: TileAnswer): TileChart | null {
  switch (tile.kind) {
    case "big_number":
    case "table":
      return null;
    case "map":
    case "treemap":
      return treemap(tile, answer);
    case "funnel":
      return funnel(tile, answer);
    case "scatter":
      return scatter(tile, answer);
    case "heat_map":
      return heatMap(tile, answer);
    default:
      return category(tile, answer);
  }
}
