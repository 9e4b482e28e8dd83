// The columns of a tile's table: formats, small lines, and where cells lead.
import { ListFilter } from "lucide-react";
import { cx } from "@/lib/cx";
import { IconButton } from "@/ui/Button";
import { Link } from "@/ui/Link";
import { Sparkline } from "@/ui/Sparkline";
import type { Column } from "@/ui/Table";
import { cellText } from "@/ui/ResultTable";
import type { Tile, TileAnswer } from "./api";
import type { BoardValue } from "./board";
import css from "./dashboards.module.css";
import { clickedFilter, drillAddress, drillColumn } from "./drill";
import { valuesIn } from "./filters";
import { sparklines } from "./sparklines";
import { cellShown, formatOf, isNumberFormat, isTime, labelOf, numberIn } from "./values";

const characterRem = 0.5;
const widestCharacters = 34;
const widestNarrow = 14; // in a tile that has not the whole width
const fullWidth = 12;
const sampled = 100;
const sparkRem = "7rem";

function widthOf(head: string, shown: (row: number) => string, rows: number, widest: number): string {
  let longest = head.length + 2;
  for (let row = 0; row < Math.min(rows, sampled); row += 1) longest = Math.max(longest, shown(row).length);
  return `${Math.min(longest, widest) * characterRem + 1.75}rem`;
}

interface CellProps {
  board: BoardValue;
  tile: Tile;
  answer: TileAnswer;
  row: number;
  column: string;
  text: string;
}

/** Text that leads somewhere, or sets a filter, or both. */
function LeadingCell({ board, tile, answer, row, column, text }: CellProps) {
  const { definition, of, state } = board;
  const to = drillColumn(tile) === column ? drillAddress(of, definition.filters, state.texts, tile, answer, row) : null;
  const set = column in tile.filter_on_click ? clickedFilter(definition.filters, state.chosen, tile, answer, row, column) : null;
  const place = answer.columns.findIndex(({ name }) => name === column);
  const cell = answer.rows[row]?.[place];
  const on = set !== null && valuesIn(state.chosen[set.filter.name]).includes(cell === null || cell === undefined ? null : cellText(cell));
  const choose = () => {
    if (set) state.choose(set.filter.name, set.value);
  };
  const says = set && (set.value === null ? `All again: ${set.filter.title}` : `Only ${text}: ${set.filter.title}`);
  if (to) {
    return (
      <span className={css.leading}>
        <Link to={to} title={text}>
          {text}
        </Link>
        {set && <IconButton small label={says ?? ""} aria-pressed={on} icon={ListFilter} onClick={choose} />}
      </span>
    );
  }
  if (!set) return text;
  return (
    <button type="button" className={cx(css.filterCell, on && css.filterOn)} aria-pressed={on} title={says ?? undefined} onClick={choose}>
      {text}
    </button>
  );
}

function plainColumn(board: BoardValue, tile: Tile, answer: TileAnswer, place: number): Column<number> {
  const { name, type } = answer.columns[place] ?? { name: "", type: "" };
  const format = formatOf(tile, name, type);
  const isNumber = isNumberFormat(format);
  const shown = (row: number) => cellShown(answer.rows[row]?.[place], format, tile.currency);
  const widest = tile.width < fullWidth && !isTime(format) ? widestNarrow : widestCharacters;
  const leads = drillColumn(tile) === name || name in tile.filter_on_click;
  return {
    id: name,
    title: labelOf(tile, name),
    align: isNumber ? "right" : "left",
    width: widthOf(labelOf(tile, name), shown, answer.rows.length, widest),
    value: (row) => {
      const cell = answer.rows[row]?.[place];
      if (cell === null || cell === undefined) return null;
      return isNumber ? numberIn(cell) : cellText(cell);
    },
    cell: (row) => {
      const text = shown(row);
      if (leads) return <LeadingCell {...{ board, tile, answer, row, text }} column={name} />;
      if (isTime(format)) return <span className={css.whole}>{text}</span>;
      return text.length > widest ? <span title={text}>{text}</span> : text;
    },
  };
}

export function tableColumns(board: BoardValue, tile: Tile, answer: TileAnswer): Column<number>[] {
  const plain = answer.columns.map((_, place) => plainColumn(board, tile, answer, place));
  const lines = sparklines(tile, answer);
  if (!lines || !tile.sparkline) return plain;
  const title = labelOf(tile, tile.sparkline.y);
  const line: Column<number> = {
    id: "sparkline",
    title: /^[a-z]+$/.test(tile.sparkline.x) ? `By ${tile.sparkline.x}` : "Trend",
    width: sparkRem,
    cell: (row) => (
      <div className={css.spark}>
        <Sparkline values={lines(row)} height={20} label={`${title} of ${shownKey(tile, answer, row)}`} />
      </div>
    ),
  };
  // After the names and before the numbers: in sight also where the table is wider than its tile.
  const first = plain.findIndex(({ align }) => align === "right");
  return plain.toSpliced(first < 0 ? plain.length : first, 0, line);
}

function shownKey(tile: Tile, answer: TileAnswer, row: number): string {
  const place = answer.columns.findIndex(({ name }) => name === tile.sparkline?.key);
  return cellText(answer.rows[row]?.[place]);
}
