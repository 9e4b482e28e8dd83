import { SelectField, TextField } from "@/ui/Field";
import { Card } from "@/ui/Layout";
import type { Recipe } from "./model";
import css from "./recipes.module.css";

const allowed = /^[a-z][a-z0-9_]*$/;

export function InputForm({
  recipe,
  tables,
  onChange,
}: {
  recipe: Recipe;
  tables: string[];
  onChange: (change: Partial<Recipe>, of: string) => void;
}) {
  return (
    <Card title="The recipe and its input" note="A table that there is; the steps make another of it">
      <div className={css.form}>
        <SelectField
          label="Input table"
          value={recipe.input}
          choices={[
            { value: "", title: "Choose a table …" },
            ...tables.map((name) => ({ value: name, title: name })),
          ]}
          onChange={(input) => {
            onChange({ input }, "input");
          }}
        />
        <TextField
          label="Name"
          value={recipe.name}
          hint="Small letters, digits and _; the table is called so"
          error={allowed.test(recipe.name) ? undefined : "Small letters, digits and _, a letter first"}
          onChange={(name) => {
            onChange({ name }, "name");
          }}
        />
        <TextField
          label="Description (optional)"
          value={recipe.description}
          onChange={(description) => {
            onChange({ description }, "description");
          }}
        />
      </div>
    </Card>
  );
}
