import { type KeyboardEvent, useId, useState } from "react";
import { cx } from "@/lib/cx";
import { useSettled } from "@/lib/hooks";
import { type Found, type Model, useFirstFound, useFound } from "./api";
import css from "./recommend.module.css";

interface LookupProps {
  label: string;
  hint?: string;
  model: Model;
  what: "user" | "product";
  /** What was chosen, in words; empty: nothing. */
  shown: string;
  onPick: (found: Found) => void;
}

/** Finds while somebody types: arrows choose, Enter takes it, or what was typed where nothing is found. */
export function Lookup({ label, hint, model, what, shown, onPick }: LookupProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const asked = useSettled(typed ?? "");
  const found = useFound(model, what, asked, typed !== null);
  const firstFound = useFirstFound(model, what);
  const open = typed !== null;
  const all = open ? (found.data ?? []) : [];
  const current = Math.min(chosen, all.length - 1);
  const pick = (one: Found) => {
    setTyped(null);
    setChosen(0);
    onPick(one);
  };
  // Enter may come before what was typed was looked up.
  const take = () => {
    const text = (typed ?? "").trim();
    const fresh = asked === typed && !found.isFetching && !found.isPlaceholderData;
    const one = all.find((other) => other.id === text) ?? (fresh ? all[current] : undefined);
    if (one) pick(one);
    else if (text !== "") void firstFound(text).then(pick);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") take();
    else if (event.key === "Escape" && open) setTyped(null);
    else if (step !== undefined) {
      if (!open) setTyped("");
      else if (all.length > 0) setChosen((current + step + all.length) % all.length);
    } else return;
    event.preventDefault();
  };
  return (
    <div className={css.lookup}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={css.input}
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={all.length > 0 ? `${id}-${current}` : undefined}
        aria-describedby={hint ? `${id}-hint` : undefined}
        placeholder={what === "user" ? "A customer's number" : "A product's name or number"}
        value={typed ?? shown}
        onFocus={(event) => {
          event.target.select();
        }}
        onClick={() => {
          if (!open) setTyped(shown === "" ? "" : null);
        }}
        onBlur={() => {
          setTyped(null);
        }}
        onKeyDown={onKey}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
      />
      {hint && (
        <span id={`${id}-hint`} className={css.hint}>
          {hint}
        </span>
      )}
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        className={css.found}
        hidden={!open || (all.length === 0 && (found.isPending || found.isError))}
      >
        {all.map((one, i) => (
          <li
            key={one.id}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === current}
            className={cx(i === current && css.chosen)}
            onMouseDown={(event) => {
              event.preventDefault(); // the field keeps the focus, and does not close before the click
              pick(one);
            }}
            onMouseMove={() => {
              setChosen(i);
            }}
          >
            <span>{one.name}</span>
            {one.name !== one.id && <small>{one.id}</small>}
          </li>
        ))}
        {all.length === 0 && found.data && (
          <li role="option" aria-selected={false} aria-disabled className={css.none}>
            Nothing is called so. Enter takes it as it stands.
          </li>
        )}
      </ul>
    </div>
  );
}
