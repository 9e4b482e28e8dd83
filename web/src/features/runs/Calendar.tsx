import { cx } from "@/lib/cx";
import { formatDate } from "@/lib/dates";
import { monthOf } from "./days";
import css from "./runs.module.css";

interface CalendarProps {
  /** "2026-01" */
  month: string;
  /** A state of the day, shown by its colour and told in words. */
  state?: (day: string) => string | undefined;
  chosen?: (day: string) => boolean;
  /** Days without an answer cannot be pressed. */
  onDay?: (day: string) => void;
  selectable?: (day: string) => boolean;
}

const weekdays = Array.from({ length: 7 }, (_, i) => `2024-01-0${i + 1}`); // a Monday first

const nameOf = (day: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(undefined, { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));

/** One month: each day a button. */
export function Calendar({ month, state, chosen, onDay, selectable }: CalendarProps) {
  const title = nameOf(`${month}-01`, { month: "long", year: "numeric" });
  return (
    <table className={css.calendar}>
      <caption>{title}</caption>
      <thead>
        <tr>
          {weekdays.map((day) => (
            <th key={day} scope="col" abbr={nameOf(day, { weekday: "long" })}>
              {nameOf(day, { weekday: "narrow" })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {monthOf(month).weeks.map((week) => (
          <tr key={week.find(Boolean)}>
            {week.map((day, i) => {
              if (!day) return <td key={i} />;
              const known = state?.(day);
              const on = chosen?.(day) ?? false;
              return (
                <td key={day}>
                  <button
                    type="button"
                    className={cx(css.day, known && css[known], on && css.chosen)}
                    disabled={!onDay || (selectable && !selectable(day))}
                    aria-pressed={chosen ? on : undefined}
                    aria-label={known ? `${formatDate(day)}: ${known}` : formatDate(day)}
                    title={known}
                    onClick={() => onDay?.(day)}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
