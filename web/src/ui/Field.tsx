import { Search } from "lucide-react";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { cx } from "@/lib/cx";
import css from "./field.module.css";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: ReactNode;
  /** The label is there for those who hear it, and not shown. */
  hideLabel?: boolean;
}

interface Wiring {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

function Field({
  label,
  hint,
  error,
  hideLabel,
  control,
}: FieldProps & { control: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={css.field}>
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : css.label}>
        {label}
      </label>
      {control({
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": note ? `${id}-note` : undefined,
      })}
      {note && (
        <span id={`${id}-note`} className={error ? css.error : css.hint}>
          {note}
        </span>
      )}
    </div>
  );
}

type Of<T extends "input" | "select" | "textarea"> = Omit<ComponentProps<T>, "onChange" | "value"> &
  FieldProps & { value: string; onChange: (value: string) => void };

export function TextField({ label, hint, error, hideLabel, onChange, ...rest }: Of<"input">) {
  return (
    <Field
      {...{ label, hint, error, hideLabel }}
      control={(wiring) => (
        <input
          {...rest}
          {...wiring}
          className={css.input}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      )}
    />
  );
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  onChange,
  code,
  ...rest
}: Of<"textarea"> & { code?: boolean }) {
  return (
    <Field
      {...{ label, hint, error, hideLabel }}
      control={(wiring) => (
        <textarea
          {...rest}
          {...wiring}
          className={cx(css.input, code && css.code)}
          spellCheck={!code}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      )}
    />
  );
}

export interface Choice {
  value: string;
  title: string;
}

export function SelectField({
  label,
  hint,
  error,
  hideLabel,
  onChange,
  choices,
  ...rest
}: Of<"select"> & { choices: Choice[] }) {
  return (
    <Field
      {...{ label, hint, error, hideLabel }}
      control={(wiring) => (
        <select
          {...rest}
          {...wiring}
          className={cx(css.input, css.select)}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
        </select>
      )}
    />
  );
}

/**
 * Filters what is below: its label is its placeholder. While somebody types, the field keeps what he
 * typed: an address that follows a moment later takes no letter away.
 */
export function SearchField({
  label,
  value,
  onChange,
  first,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** In a dialog: it has the focus when that opens. */
  first?: boolean;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className={css.search}>
      <Search size={15} aria-hidden />
      <input
        type="search"
        data-first={first || undefined}
        className={css.input}
        aria-label={label}
        placeholder={label}
        value={typed ?? value}
        onBlur={() => {
          setTyped(null);
        }}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(event.target.value);
        }}
      />
    </div>
  );
}

export function CheckField({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className={css.check}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
      {label}
    </label>
  );
}

/** One of a few, all in sight. */
export function Choices({
  label,
  choices,
  value,
  onChange,
}: {
  label: string;
  choices: Choice[];
  value: string;
  onChange: (value: string) => void;
}) {
  const name = useId();
  return (
    <div className={css.group} role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value} className={css.choice}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => {
              onChange(choice.value);
            }}
          />
          {choice.title}
        </label>
      ))}
    </div>
  );
}
