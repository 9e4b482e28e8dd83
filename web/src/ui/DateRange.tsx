import { SelectField, TextField } from "./Field";
import { type DaySpan, presets, spanOf } from "./dateRanges";
import css from "./dateRange.module.css";

interface DateRangeProps {
  /** "all", the id of a preset, or "custom". */
  preset: string;
  span: DaySpan;
  /** The last day that there are data of: presets count back from it. */
  today: string;
  onChange: (preset: string, span: DaySpan) => void;
  allowAll?: boolean;
}

export function DateRange({ preset, span, today, onChange, allowAll }: DateRangeProps) {
  const choices = [
    ...(allowAll ? [{ value: "all", title: "All time" }] : []),
    ...presets.map(({ id, title }) => ({ value: id, title })),
    { value: "custom", title: "From … to …" },
  ];
  return (
    <div className={css.range}>
      <SelectField
        label="Days"
        hideLabel
        value={preset}
        choices={choices}
        onChange={(chosen) => {
          onChange(chosen, spanOf(chosen, today) ?? span);
        }}
      />
      {preset === "custom" && (
        <div className={css.days}>
          <TextField
            label="First day"
            hideLabel
            type="date"
            value={span.from}
            max={span.to}
            onChange={(from) => {
              if (from) onChange("custom", { ...span, from });
            }}
          />
          –
          <TextField
            label="Last day"
            hideLabel
            type="date"
            value={span.to}
            min={span.from}
            onChange={(to) => {
              if (to) onChange("custom", { ...span, to });
            }}
          />
        </div>
      )}
    </div>
  );
}
