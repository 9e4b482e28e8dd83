import { Plus, X } from "lucide-react";
import { Button, IconButton } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/Field";
import type { Pair, Parameter, Raw } from "./model";
import type { ColumnInfo } from "./Parameters";
import css from "./recipes.module.css";

const functions = [
  "count",
  "count_distinct",
  "sum",
  "mean",
  "median",
  "min",
  "max",
  "stddev",
];
const types = ["STRING", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DECIMAL(12,2)", "DATE", "TIMESTAMP"];

interface Look {
  key: string;
  value: string;
  keyIsColumn: boolean;
  valueChoices?: string[];
}

const looks: Record<string, Look> = {
  order: { key: "Column", value: "Order", keyIsColumn: true, valueChoices: ["asc", "desc"] },
  column_to_text: { key: "Column", value: "New name", keyIsColumn: true },
  column_to_type: { key: "Column", value: "Type", keyIsColumn: true, valueChoices: types },
  new_to_expression: { key: "New column", value: "Expression", keyIsColumn: false },
  new_to_path: { key: "New column", value: "Path", keyIsColumn: false },
  mapping: { key: "Value", value: "New value", keyIsColumn: false },
  column_pairs: { key: "Column here", value: "Column there (if called otherwise)", keyIsColumn: true },
  new_to_aggregate: { key: "New column", value: "Of column", keyIsColumn: false },
};

const fallback: Look = { key: "Name", value: "Value", keyIsColumn: false };
const choicesOf = (values: string[], first?: string) => [
  ...(first === undefined ? [] : [{ value: "", title: first }]),
  ...values.map((value) => ({ value, title: value })),
];

interface LineProps {
  pair: Pair;
  look: Look;
  aggregate: boolean;
  names: string[];
  onChange: (pair: Pair) => void;
  onRemove: () => void;
}

function Line({ pair, look, aggregate, names, onChange, onRemove }: LineProps) {
  const set = (name: keyof Pair) => (text: string) => {
    onChange({ ...pair, [name]: text });
  };
  const known = aggregate ? ["*", ...names] : look.valueChoices;
  // What is set stays in sight, also before the columns are known, or when they no longer have it.
  const withOwn = (list: string[], own: string) =>
    own === "" || list.includes(own) ? list : [...list, own];
  const values = known && withOwn(known, pair.value);
  return (
    <div className={css.pair} role="group" aria-label={pair.key || "New line"}>
      {look.keyIsColumn ? (
        <SelectField
          label={look.key}
          value={pair.key}
          choices={choicesOf(withOwn(names, pair.key), "Choose …")}
          onChange={set("key")}
        />
      ) : (
        <TextField label={look.key} value={pair.key} onChange={set("key")} />
      )}
      {aggregate && (
        <SelectField
          label="Function"
          value={pair.function ?? "count"}
          choices={choicesOf(functions)}
          onChange={set("function")}
        />
      )}
      {values ? (
        <SelectField
          label={look.value}
          value={pair.value || (values[0] ?? "")}
          choices={choicesOf(values)}
          onChange={set("value")}
        />
      ) : (
        <TextField label={look.value} value={pair.value} onChange={set("value")} />
      )}
      {aggregate && (
        <TextField label="Where (optional)" value={pair.where ?? ""} onChange={set("where")} />
      )}
      <IconButton small label={`Take out ${pair.key || "this line"}`} icon={X} onClick={onRemove} />
    </div>
  );
}

/** Lines of names and what belongs to them. */
export function PairsField({
  parameter,
  label,
  hint,
  raw,
  columns,
  onChange,
}: {
  parameter: Parameter;
  label: string;
  hint: string;
  raw: Raw | undefined;
  columns: ColumnInfo[];
  onChange: (raw: Raw) => void;
}) {
  const pairs = Array.isArray(raw)
    ? raw.filter((one): one is Pair => typeof one !== "string")
    : [];
  const look = looks[parameter.takes] ?? fallback;
  return (
    <fieldset className={css.columns}>
      <legend>{label}</legend>
      {pairs.map((pair, i) => (
        <Line
          key={i}
          pair={pair}
          look={look}
          aggregate={parameter.takes === "new_to_aggregate"}
          names={columns.map((column) => column.name)}
          onChange={(changed) => {
            onChange(pairs.map((one, at) => (at === i ? changed : one)));
          }}
          onRemove={() => {
            onChange(pairs.filter((_, at) => at !== i));
          }}
        />
      ))}
      <Button
        small
        icon={Plus}
        onClick={() => {
          onChange([...pairs, { key: "", value: look.valueChoices?.[0] ?? "" }]);
        }}
      >
        Add a line
      </Button>
      <p className={css.hint}>{hint}</p>
    </fieldset>
  );
}
