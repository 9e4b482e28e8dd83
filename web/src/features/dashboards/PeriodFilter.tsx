import { useState } from "react";
import { SelectField, TextField } from "@/ui/Field";
import { type Filter, useFilterState } from "./api";
import { useBoard } from "./board";
import css from "./dashboards.module.css";
import { type Days, daysTitle, presetTitle } from "./filters";

const custom = "custom";

/** A range with a name, or days of one's own. Names count from the newest day of the data. */
export function PeriodFilter({ filter }: { filter: Filter }) {
  const { of, state } = useBoard();
  const known = useFilterState(of, filter.name, "", true);
  const [own, setOwn] = useState(false);
  const value = (state.chosen[filter.name] ?? null) as Days | null;
  const preset = value === null ? "all" : "preset" in value ? value.preset : custom;
  const days = value && !("preset" in value) ? value : {};
  const presets = known.data?.presets ?? [];
  const named = presets.find((one) => one.preset === preset);
  const titleOf = (name: string) => {
    const days = presets.find((one) => one.preset === name);
    return days?.from && name !== "all" ? `${presetTitle(name)} · ${daysTitle(days)}` : presetTitle(name);
  };
  const titles = presets.length > 0 ? presets.map((one) => one.preset) : ["all"];
  const offered = preset === custom || titles.includes(preset) ? titles : [...titles, preset];
  const set = (change: { from?: string; to?: string }) => {
    const next = { ...days, ...change };
    state.choose(filter.name, next.from || next.to ? next : null);
  };
  const showDays = own || preset === custom;
  return (
    <div className={css.period}>
      <SelectField
        label={filter.title}
        title={named?.from ? daysTitle(named) : filter.description || undefined}
        value={showDays ? custom : preset}
        choices={[...offered.map((one) => ({ value: one, title: titleOf(one) })), { value: custom, title: "From … to …" }]}
        onChange={(chosen) => {
          setOwn(chosen === custom);
          if (chosen !== custom) state.choose(filter.name, chosen === "all" ? null : { preset: chosen });
          else if (named?.from && named.to) state.choose(filter.name, { from: named.from, to: named.to });
        }}
      />
      {showDays && (
        <div className={css.days}>
          <TextField
            label="First day"
            type="date"
            value={days.from ?? ""}
            min={known.data?.bounds?.from ?? undefined}
            max={days.to ?? known.data?.bounds?.to ?? undefined}
            onChange={(from) => {
              set({ from: from || undefined });
            }}
          />
          <TextField
            label="Last day"
            type="date"
            value={days.to ?? ""}
            min={days.from ?? known.data?.bounds?.from ?? undefined}
            max={known.data?.bounds?.to ?? undefined}
            onChange={(to) => {
              set({ to: to || undefined });
            }}
          />
        </div>
      )}
    </div>
  );
}
