import { TextField } from "@/ui/Field";
import { Card } from "@/ui/Layout";
import type { Kind, Raw, Step } from "./model";
import { type ColumnInfo, Parameters } from "./Parameters";
import css from "./recipes.module.css";

interface StepFormProps {
  number: number;
  step: Step;
  kind: Kind;
  columns: ColumnInfo[];
  tables: string[];
  onChange: (change: Partial<Step>, of: string) => void;
}

export function StepForm({ number, step, kind, columns, tables, onChange }: StepFormProps) {
  return (
    <Card title={`${number} ${kind.name.replaceAll("_", " ")}`} note={kind.summary}>
      <Parameters
        step={step}
        kind={kind}
        columns={columns}
        tables={tables}
        onChange={(name: string, raw: Raw) => {
          onChange({ parameters: { ...step.parameters, [name]: raw } }, `${step.id} ${name}`);
        }}
      />
      <div className={css.note}>
        <TextField
          label="Note (optional)"
          hint="Stands in the SQL as a comment"
          value={step.note}
          onChange={(note) => {
            onChange({ note }, `${step.id} note`);
          }}
        />
      </div>
    </Card>
  );
}
