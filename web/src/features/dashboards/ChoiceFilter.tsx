import { useMemo, useState } from "react";
import { formatCount } from "@/lib/format";
import { useSettled } from "@/lib/hooks";
import { Button } from "@/ui/Button";
import { SearchField } from "@/ui/Field";
import { Popover } from "@/ui/Popover";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Filter, useFilterState } from "./api";
import { useBoard } from "./board";
import { type Choice, choicesOf, labelsOf, withChosen } from "./choices";
import css from "./dashboards.module.css";
import { noValue, valueTitle, valuesIn } from "./filters";

const listHeight = 240;
const searchedFrom = 9; // a list that is read at a glance needs no search

function Options({ filter, choices, onToggle }: { filter: Filter; choices: Choice[]; onToggle: (value: string | null) => void }) {
  const { state } = useBoard();
  const chosen = valuesIn(state.chosen[filter.name]);
  if (choices.length === 0) return <p className={css.noChoice}>Nothing has this in its name.</p>;
  return (
    <ul className={css.choices}>
      {choices.map(({ value, label, note }) => (
        <li key={value ?? ""}>
          <label className={css.choice}>
            <input
              type={filter.multiple ? "checkbox" : "radio"}
              name={filter.multiple ? undefined : filter.name}
              checked={chosen.includes(value)}
              onChange={() => {
                onToggle(value);
              }}
            />
            <span className={css.choiceName}>
              {label ?? value ?? <em>{noValue}</em>}
              {label !== null && <small>{value}</small>}
            </span>
            {note !== null && <span className={css.choiceNote}>{formatCount(note)}</span>}
          </label>
        </li>
      ))}
    </ul>
  );
}

/** Values to choose from: all in a list, or those that what is typed leaves. */
export function ChoiceFilter({ filter }: { filter: Filter }) {
  const { of, state } = useBoard();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const asked = useSettled(typed);
  const value = state.chosen[filter.name] ?? null;
  const chosen = valuesIn(value);
  const known = useFilterState(of, filter.name, asked, open || chosen.length > 0);
  const labels = useMemo(() => labelsOf(known.data), [known.data]);
  const toggle = (one: string | null) => {
    const has = chosen.includes(one);
    const rest = chosen.filter((other) => other !== one);
    const next = has ? rest : filter.multiple ? [...chosen, one] : [one];
    state.choose(filter.name, next.length > 0 ? next : null);
  };
  const searched = filter.search || typed !== "" || (known.data?.choices?.rows.length ?? 0) >= searchedFrom;
  return (
    <Popover
      label={filter.title}
      value={chosen.length > 2 ? `${chosen.length} chosen` : valueTitle(value, labels)}
      marked={chosen.length > 0}
      onOpen={(shown) => {
        setOpen(shown);
        if (!shown) setTyped("");
      }}
    >
      {searched && <SearchField label={`Search ${filter.title.toLowerCase()}`} value={typed} onChange={setTyped} />}
      <div className={css.choiceList}>
        <QueryView query={known} loading={<SkeletonBlock height={listHeight} />}>
          {(found) => (
            <>
              <Options filter={filter} choices={withChosen(choicesOf(found), chosen, typed)} onToggle={toggle} />
              {found.choices?.truncated && <p className={css.noChoice}>There are more: type a part of the name.</p>}
            </>
          )}
        </QueryView>
      </div>
      <div className={css.choiceFoot}>
        <span>{filter.description}</span>
        <Button
          small
          kind="quiet"
          disabled={chosen.length === 0}
          onClick={() => {
            state.choose(filter.name, null);
          }}
        >
          Choose none
        </Button>
      </div>
    </Popover>
  );
}
