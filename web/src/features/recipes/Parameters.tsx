import type { Kind, Parameter, Raw, Step } from "./model";
import { CheckField, SelectField, TextArea, TextField } from "@/ui/Field";
import { ColumnChoice } from "./ColumnChoice";
import { ListField } from "./ListField";
import { PairsField } from "./PairsField";
import css from "./recipes.module.css";

export interface ColumnInfo {
  name: string;
  type: string;
}

const textual = /^(STRING|VARCHAR)/;
const numeric = /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|HUGEINT|FLOAT|DOUBLE|DECIMAL)/;
const temporal = /^(DATE|TIMESTAMP)/;

/** The columns that a parameter may take. */
export function fitting(columns: ColumnInfo[], accepts: string): ColumnInfo[] {
  const pattern = { text: textual, number: numeric, time: temporal }[accepts];
  return pattern ? columns.filter((column) => pattern.test(column.type)) : columns;
}

const pairKinds = new Set([
  "order",
  "column_to_text",
  "column_to_type",
  "new_to_expression",
  "new_to_path",
  "new_to_aggregate",
  "column_pairs",
  "mapping",
]);

interface FieldProps {
  parameter: Parameter;
  raw: Raw | undefined;
  columns: ColumnInfo[];
  tables: string[];
  onChange: (raw: Raw) => void;
}

function title(parameter: Parameter): string {
  const words = parameter.name.replaceAll("_", " ");
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  return parameter.required ? name : `${name} (optional)`;
}

function ParameterField({ parameter, raw, columns, tables, onChange }: FieldProps) {
  const fit = fitting(columns, parameter.accepts);
  const text = typeof raw === "string" ? raw : "";
  const common = { label: title(parameter), hint: parameter.description };
  const select = (values: string[]) => (
    <SelectField
      {...common}
      value={text}
      choices={[
        { value: "", title: parameter.default ? `By default: ${parameter.default}` : "Choose …" },
        ...(text === "" || values.includes(text) ? values : [...values, text]).map((value) => ({
          value,
          title: value,
        })),
      ]}
      onChange={onChange}
    />
  );
  if (pairKinds.has(parameter.takes)) {
    return <PairsField parameter={parameter} {...common} raw={raw} columns={fit} onChange={onChange} />;
  }
  switch (parameter.takes) {
    case "boolean":
      return (
        <div>
          <CheckField
            label={title(parameter)}
            checked={typeof raw === "boolean" ? raw : parameter.default === "true"}
            onChange={onChange}
          />
          <p className={css.hint}>{parameter.description}</p>
        </div>
      );
    case "choice":
      return select(parameter.choices);
    case "column":
      return select(fit.map((column) => column.name));
    case "table":
      return select(tables);
    case "columns":
      return (
        <ColumnChoice
          {...common}
          values={fit.map((column) => column.name)}
          raw={raw}
          onChange={onChange}
        />
      );
    case "tables":
      return <ColumnChoice {...common} values={tables} raw={raw} onChange={onChange} />;
    case "texts":
    case "numbers":
    case "new_columns":
      return parameter.choices.length > 0 ? (
        <ColumnChoice {...common} values={parameter.choices} raw={raw} onChange={onChange} />
      ) : (
        <ListField {...common} raw={raw} onChange={onChange} />
      );
    case "expression":
      return <TextArea code {...common} rows={3} value={text} onChange={onChange} />;
    default:
      return (
        <TextField
          {...common}
          value={text}
          placeholder={parameter.default ?? undefined}
          inputMode={["integer", "number"].includes(parameter.takes) ? "decimal" : undefined}
          onChange={onChange}
        />
      );
  }
}

/** The form of a step, drawn from what the step's kind takes: what it must have first. */
export function Parameters({
  step,
  kind,
  columns,
  tables,
  onChange,
}: {
  step: Step;
  kind: Kind;
  columns: ColumnInfo[];
  tables: string[];
  onChange: (parameter: string, raw: Raw) => void;
}) {
  const sorted = [...kind.parameters].sort((a, b) => Number(b.required) - Number(a.required));
  return (
    <div className={css.form}>
      {sorted.map((parameter) => (
        <ParameterField
          key={`${step.id} ${parameter.name}`}
          parameter={parameter}
          raw={step.parameters[parameter.name]}
          columns={columns}
          tables={tables}
          onChange={(raw) => {
            onChange(parameter.name, raw);
          }}
        />
      ))}
    </div>
  );
}
