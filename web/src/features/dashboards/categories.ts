// Lines, bars and areas of a tile: its rows as categories and series. Pure.
import type { CategoryChart, Series } from "@/charts/options";
import { type TipLine, tipOf } from "@/charts/tip";
import { formatDate, formatDay, formatMonth, formatMonthAlone } from "@/lib/dates";
import { cellText } from "@/ui/ResultTable";
import type { Tile, TileAnswer } from "./api";
import { type Reader, readerOf } from "./reader";
import { linesOf } from "./values";

interface Layers {
  categories: string[];
  series: Series[];
  rowAt: (series: number, category: number) => number | null;
}

/** One series for each column of `y`. */
function byColumn(tile: Tile, { column, rows }: Reader): Layers {
  const x = column(tile.x);
  return {
    categories: rows.map((row) => cellText(x.cell(row))),
    series: tile.y.map((name) => {
      const y = column(name);
      return { name: y.label, values: rows.map(y.number) };
    }),
    rowAt: (_, category) => rows[category] ?? null,
  };
}

/** One series for each value of `series`, the largest first. */
function bySeries(tile: Tile, { column, rows }: Reader, stacked: boolean): Layers {
  const [x, y, series] = [column(tile.x), column(tile.y[0]), column(tile.series)];
  const categories = [...new Set(rows.map((row) => cellText(x.cell(row))))];
  const places = new Map(categories.map((category, i) => [category, i]));
  const layers = new Map<string, { total: number; rows: (number | null)[] }>();
  for (const row of rows) {
    const name = series.shown(row);
    const layer = layers.get(name) ?? { total: 0, rows: categories.map(() => null) };
    layer.rows[places.get(cellText(x.cell(row))) ?? 0] = row;
    layer.total += y.number(row) ?? 0;
    layers.set(name, layer);
  }
  const ordered = [...layers].sort(([, a], [, b]) => b.total - a.total);
  const gap = stacked ? 0 : null; // a gap in one layer would tear those above it
  return {
    categories,
    series: ordered.map(([name, layer]) => ({
      name,
      values: layer.rows.map((row) => (row === null ? gap : (y.number(row) ?? gap))),
    })),
    rowAt: (layer, category) => ordered[layer]?.[1].rows[category] ?? null,
  };
}

const longName = 12;
const charactersAlong = 45; // of all names, side by side

/** Long names, and many, are read beside their bars. */
export function liesFlat(names: string[], isText: boolean): boolean {
  if (!isText) return false;
  const characters = names.reduce((sum, name) => sum + name.length + 1, 0);
  return characters > charactersAlong || names.some((name) => name.length > longName);
}

const daysNamed = 45; // more days than these are named by their months

/** Where months begin among days. */
export function monthStarts(days: string[]): boolean[] {
  return days.map((day, i) => i === 0 || day.slice(0, 7) !== days[i - 1]?.slice(0, 7));
}

/** Each month by its name, the first and each January with the year. */
const monthName = (categories: string[]) => (day: string) =>
  day === categories[0] || day.slice(5, 7) === "01" ? formatMonth(day) : formatMonthAlone(day);

function daysAxis(categories: string[]): Partial<CategoryChart> {
  if (categories.length <= daysNamed) return { category: formatDate, shortCategory: formatDay };
  const starts = monthStarts(categories);
  return { category: formatDate, shortCategory: monthName(categories), named: (place) => starts[place] ?? false };
}

const isLine = (kind: string) => kind === "line" || kind === "area";
const kindOf = (kind: string): CategoryChart["kind"] => (isLine(kind) ? (kind as "line" | "area") : "bar");

export function categoryView(tile: Tile, answer: TileAnswer) {
  const reader = readerOf(tile, answer);
  const x = reader.column(tile.x);
  const stacked = tile.kind === "stacked_bar" || (tile.kind === "area" && tile.series !== null);
  const layers = tile.series ? bySeries(tile, reader, stacked) : byColumn(tile, reader);
  const firstRow = new Map<string, number>();
  for (const row of reader.rows) {
    const key = cellText(x.cell(row));
    if (!firstRow.has(key)) firstRow.set(key, row);
  }
  const name = (category: string) => x.shown(firstRow.get(category) ?? 0);
  const isText = x.format === "text" && kindOf(tile.kind) === "bar" && !stacked;
  const chart: CategoryChart = {
    categories: layers.categories,
    series: layers.series,
    unit: reader.column(tile.y[0]).unit,
    kind: kindOf(tile.kind),
    stacked,
    horizontal: liesFlat(layers.categories.map(name), isText),
    ...(x.format === "date" ? daysAxis(layers.categories) : { category: name, shortCategory: name }),
  };
  const tip = (given: unknown) => {
    const points = given as { dataIndex: number; seriesIndex: number; color: string }[];
    const at = points[0]?.dataIndex ?? 0;
    return tipOf(name(layers.categories[at] ?? ""), tipLines(tile, answer, reader, layers, points));
  };
  return { chart, rowAt: layers.rowAt, tip };
}

type TipPoint = { dataIndex: number; seriesIndex: number; color: string };

/** Of layers each one's value; otherwise all that the row has. */
function tipLines(tile: Tile, answer: TileAnswer, reader: Reader, layers: Layers, points: TipPoint[]): TipLine[] {
  const at = points[0]?.dataIndex ?? 0;
  if (tile.series) {
    const y = reader.column(tile.y[0]);
    return points.map((point) => {
      const row = layers.rowAt(point.seriesIndex, at);
      return {
        label: layers.series[point.seriesIndex]?.name ?? "",
        value: row === null ? "–" : y.shown(row),
        colour: point.color,
      };
    });
  }
  const row = layers.rowAt(0, at) ?? 0;
  const colours = new Map(points.map((point) => [reader.column(tile.y[point.seriesIndex]).label, point.color]));
  const several = tile.y.length > 1;
  return linesOf(tile, answer, row, [tile.x ?? ""]).map((line) => ({ ...line, colour: several ? colours.get(line.label) : undefined }));
}
