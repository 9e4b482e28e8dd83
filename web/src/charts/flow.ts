// Places of boxes and lines, from left (inputs) to right (outputs).
import dagre from "@dagrejs/dagre";

export interface Flow {
  tables: string[];
  edges: { from: string; to: string }[];
}

export interface Box {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
  lines: { from: string; to: string; path: string }[];
}

const boxHeight = 44;
const characterWidth = 7;
const boxPadding = 28;

const widthOf = (name: string) => {
  const [schema = "", table = ""] = name.split(".");
  return Math.max(schema.length, table.length) * characterWidth + boxPadding;
};

/** A soft curve through the points. */
export function pathThrough(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let at = first;
  const parts = rest.map((point) => {
    const middle = (at.x + point.x) / 2;
    const part = `C${middle},${at.y} ${middle},${point.y} ${point.x},${point.y}`;
    at = point;
    return part;
  });
  return `M${first.x},${first.y}${parts.join("")}`;
}

export function layOut(flow: Flow, widthFor: (name: string) => number = widthOf): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 56, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  const width = Math.max(...flow.tables.map(widthFor)); // all alike: their edges stand in line
  for (const name of flow.tables) graph.setNode(name, { width, height: boxHeight });
  for (const { from, to } of flow.edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const size = graph.graph();
  // From the middle of the right side to the middle of the left one, by the way that was kept free.
  const way = (from: string, to: string) => {
    const [start, end] = [graph.node(from), graph.node(to)];
    const between = graph.edge(from, to).points.slice(1, -1);
    return [
      { x: start.x + start.width / 2, y: start.y },
      ...(between.length > 1 ? between : []), // neighbours need no way round
      { x: end.x - end.width / 2, y: end.y },
    ];
  };
  return {
    width: Math.ceil(size.width ?? 0),
    height: Math.ceil(size.height ?? 0),
    boxes: flow.tables.map((name) => {
      const { x, y } = graph.node(name);
      return { name, x: x - width / 2, y: y - boxHeight / 2, width, height: boxHeight };
    }),
    lines: flow.edges.map(({ from, to }) => ({
      from,
      to,
      path: pathThrough(way(from, to)),
    })),
  };
}

/** How far down the first column stands, in its middle. */
export function middleOfFirst({ boxes }: Layout): number {
  const left = Math.min(...boxes.map((box) => box.x));
  const first = boxes.filter((box) => box.x === left);
  return first.reduce((sum, box) => sum + box.y + box.height / 2, 0) / Math.max(1, first.length);
}

/** What goes through a view is drawn through it, and not beside it once more. */
export function withoutShortcuts<F extends Flow>(flow: F, isView: (table: string) => boolean): F {
  const out = new Map<string, Set<string>>();
  for (const { from, to } of flow.edges) out.set(from, (out.get(from) ?? new Set()).add(to));
  const throughView = ({ from, to }: Flow["edges"][number]) =>
    [...(out.get(from) ?? [])].some((next) => next !== to && isView(next) && out.get(next)?.has(to));
  return { ...flow, edges: flow.edges.filter((edge) => !throughView(edge)) };
}
