// The colours of the theme as charts need them: a canvas knows no CSS variables.

export interface Palette {
  series: string[];
  text: string;
  quiet: string;
  grid: string;
  surface: string;
  border: string;
  accent: string;
  good: string;
  bad: string;
  /** From little to much. */
  heat: string[];
  font: string;
  /** How wide names beside bars may be: a part of what there is. */
  names: number;
}

const seriesMax = 8;
const namesPart = 0.42;
const namesMax = 230;

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: Array.from({ length: seriesMax }, (_, i) => value(`--chart-${i + 1}`)),
    text: value("--text"),
    quiet: value("--chart-axis"),
    grid: value("--chart-grid"),
    surface: value("--raised"),
    border: value("--border"),
    accent: value("--accent"),
    good: value("--good"),
    bad: value("--bad"),
    heat: [0, 1, 2, 3].map((step) => value(`--heat-${step}`)),
    font: value("--font"),
    names: Math.min(namesMax, Math.round(element.clientWidth * namesPart)),
  };
}
