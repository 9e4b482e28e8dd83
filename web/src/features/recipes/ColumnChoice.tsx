import { useId } from "react";
import type { Raw } from "./model";
import css from "./recipes.module.css";

const textsOf = (raw: Raw | undefined): string[] =>
  Array.isArray(raw) ? raw.filter((one): one is string => typeof one === "string") : [];

/** Some of several names; those that are chosen keep the order in which they were. */
export function ColumnChoice({
  label,
  hint,
  values,
  raw,
  onChange,
}: {
  label: string;
  hint: string;
  values: string[];
  raw: Raw | undefined;
  onChange: (raw: Raw) => void;
}) {
  const id = useId();
  const chosen = textsOf(raw);
  // What is chosen and no longer there is shown, so that it can be taken out.
  const all = [...values, ...chosen.filter((name) => !values.includes(name))];
  return (
    <fieldset className={css.columns} aria-describedby={`${id}-hint`}>
      <legend>{label}</legend>
      <div className={css.chips}>
        {all.map((name) => (
          <label key={name} className={css.chip}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) => {
                onChange(
                  event.target.checked ? [...chosen, name] : chosen.filter((one) => one !== name),
                );
              }}
            />
            {name}
          </label>
        ))}
        {all.length === 0 && <span className={css.hint}>No column here is of a fitting type.</span>}
      </div>
      <p id={`${id}-hint`} className={css.hint}>
        {hint}
      </p>
    </fieldset>
  );
}
