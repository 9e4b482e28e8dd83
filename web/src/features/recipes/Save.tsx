import { Download, Save as SaveIcon } from "lucide-react";
import { useState } from "react";
import { ApiError, problemOf } from "@/api/problem";
import { useGo } from "@/lib/urlState";
import { Button } from "@/ui/Button";
import { CodeBlock } from "@/ui/CodeBlock";
import { Dialog } from "@/ui/Dialog";
import { CheckField, SelectField, TextField } from "@/ui/Field";
import { Row, Stack } from "@/ui/Layout";
import { say } from "@/ui/toast";
import { type RecipeFile, useRecipes, useSave } from "./api";
import { nameProblem, packageOf, type Recipe } from "./model";
import css from "./recipes.module.css";

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

const hasComments = (text: string): boolean => /(^|\s)#/.test(text);
const changedMeanwhile = 412;

interface SaveProps {
  recipe: Recipe;
  yaml: string;
  /** What is open: it is written over, unless the name or the package is another. */
  file?: RecipeFile;
  onChange: (change: Partial<Recipe>) => void;
  onClose: () => void;
}

/** The recipe as a file of a package: where, under which name, and whether runs make it a table. */
export function Save({ recipe, yaml, file, onChange, onClose }: SaveProps) {
  const packages = useRecipes().data?.packages ?? [];
  const [chosen, setChosen] = useState(file?.package ?? "");
  const [replaced, setReplaced] = useState(file);
  const save = useSave();
  const go = useGo();
  const of = chosen || packageOf(recipe.input, packages);
  const same = replaced?.package === of && replaced.recipe === recipe.name;
  const problem = nameProblem(recipe.name);
  const name = `${recipe.name}.yml`;
  const overtaken = save.error instanceof ApiError && save.error.status === changedMeanwhile;
  const write = (replaces: string) => {
    save.mutate(
      { package: of, recipe: recipe.name, yaml, replaces },
      {
        onSuccess: (saved) => {
          say(
            `${saved.path} is saved in the package ${of}.`,
            saved.in_use ? undefined : "Runs take it up with the next start of the server.",
          );
          onClose();
          setReplaced(saved);
          go(`/recipes/${encodeURIComponent(of)}/${encodeURIComponent(saved.recipe)}`);
        },
      },
    );
  };
  return (
    <Dialog
      title="Save the recipe"
      onClose={onClose}
      wide
      footer={
        <>
          <Button
            icon={Download}
            onClick={() => {
              download(name, yaml);
              say(`${name} was downloaded.`);
              onClose();
            }}
          >
            Download {name}
          </Button>
          {overtaken && (
            <Button
              kind="danger"
              onClick={() => {
                write("*");
              }}
            >
              Replace it all the same
            </Button>
          )}
          <Button
            kind="primary"
            icon={SaveIcon}
            busy={save.isPending}
            disabled={of === "" || problem !== ""}
            onClick={() => {
              write(same ? replaced.etag : "");
            }}
          >
            {same ? "Save" : "Save as new"}
          </Button>
        </>
      }
    >
      <Stack gap={4}>
        <Row gap={4}>
          <SelectField
            label="Package"
            value={of}
            choices={packages.map((one) => ({ value: one, title: one }))}
            onChange={setChosen}
          />
          <TextField
            label="Name"
            value={recipe.name}
            error={problem || undefined}
            onChange={(text) => {
              onChange({ name: text });
            }}
          />
        </Row>
        <CheckField
          label="Publish as an asset: the package's runs make it a table"
          checked={recipe.publish}
          onChange={(publish) => {
            onChange({ publish });
          }}
        />
        <p>
          {recipe.publish
            ? `The package's runs make the table ${of}.${recipe.name}, with lineage and checks like any other, from the next start of the server on.`
            : "Without it the file is kept in the package, and “tradewind recipe run” gives its result."}
        </p>
        {same && hasComments(replaced.text) && <p>The file has comments. Only its steps are kept.</p>}
        {save.isError && (
          <p className={css.refused} role="alert">
            {problemOf(save.error).detail} {problemOf(save.error).hint}
          </p>
        )}
        <CodeBlock label={`Contents of ${name}`} language="yaml" code={yaml} />
      </Stack>
    </Dialog>
  );
}
