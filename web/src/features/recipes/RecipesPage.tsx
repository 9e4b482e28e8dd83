import { FilePlus2, FileWarning, FolderOpen, Redo2, Save as SaveIcon, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useSettled } from "@/lib/hooks";
import { isTyping } from "@/lib/keys";
import { useGo, useParams, useUrlState } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { Button, IconButton } from "@/ui/Button";
import { CodeBlock } from "@/ui/CodeBlock";
import { EmptyState } from "@/ui/EmptyState";
import { Card, Page } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { AddStep } from "./AddStep";
import { type RecipeFile, useCompiled, useKinds, usePreview, useRecipeFile, useTables } from "./api";
import { InputForm } from "./InputForm";
import * as model from "./model";
import { Open } from "./Open";
import { recipeOf } from "./read";
import css from "./recipes.module.css";
import { Results } from "./Results";
import { Save } from "./Save";
import { StepForm } from "./StepForm";
import { StepList } from "./StepList";
import { type Editor, useEditor } from "./useEditor";
import { recipeYaml } from "./yaml";

const state = { step: 0, tab: "rows" };
const settleMs = 350;

/** What must be said before rows can be shown after a step; null: nothing. */
function waitsFor(recipe: model.Recipe, step: number, kinds: Map<string, model.Kind>) {
  if (recipe.input === "") return "Choose an input table.";
  const at = recipe.steps
    .slice(0, step)
    .findIndex((one) => model.missing(one, kinds.get(one.kind)).length > 0);
  const one = recipe.steps[at];
  if (!one) return null;
  const names = model.missing(one, kinds.get(one.kind)).join(", ").replaceAll("_", " ");
  return `Step ${at + 1} (${one.kind}) still wants: ${names}.`;
}

/** What may be read; also what is read already and not among the tables: a view. */
const tablesOf = ({ input }: model.Recipe, tables: string[]): string[] =>
  input === "" || tables.includes(input) ? tables : [input, ...tables];

function useUndoKeys(editor: Editor): void {
  const { undo, redo } = editor;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      (event.shiftKey ? redo : undo)();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, [undo, redo]);
}

function Desk({ editor, list }: { editor: Editor; list: model.Kind[] }) {
  const { recipe, change } = editor;
  const [url, setUrl] = useUrlState(state);
  const [adding, setAdding] = useState(false);
  const tables = tablesOf(recipe, useTables().data ?? []);
  const kinds = useMemo(() => new Map(list.map((kind) => [kind.name, kind])), [list]);
  const selected = Math.min(Math.max(0, url.step), recipe.steps.length);
  const step = recipe.steps[selected - 1];
  const kind = step && kinds.get(step.kind);
  const select = (to: number) => {
    setUrl({ step: to });
  };
  const settled = useSettled(recipe, settleMs);
  const waits = waitsFor(recipe, selected, kinds);
  const shownAt = Math.min(selected, settled.steps.length);
  const upTo = recipeYaml(model.before(settled, shownAt), kinds);
  const ready = waitsFor(settled, shownAt, kinds) === null;
  const preview = usePreview(upTo, shownAt, ready);
  const whole = recipeYaml(settled, kinds);
  const wholeWaits = waitsFor(settled, settled.steps.length, kinds);
  const textTab = ["sql", "spark"].includes(url.tab);
  const compiled = useCompiled(whole, textTab && wholeWaits === null);
  const earlier = model.before(settled, Math.max(0, shownAt - 1));
  const columns = useCompiled(
    recipeYaml(earlier, kinds),
    shownAt > 0 && waitsFor(settled, shownAt - 1, kinds) === null,
  );
  return (
    <div className={css.desk}>
      <StepList
        recipe={recipe}
        kinds={kinds}
        selected={selected}
        onSelect={select}
        onMove={(from, to) => {
          change((now) => model.moveStep(now, from, to));
          select(to + 1);
        }}
        onRemove={(at) => {
          change((now) => model.removeStep(now, at));
          select(at);
        }}
        onAdd={() => {
          setAdding(true);
        }}
      />
      <div className={css.work}>
        {step && kind ? (
          <StepForm
            key={step.id}
            number={selected}
            step={step}
            kind={kind}
            columns={columns.data?.columns ?? []}
            tables={[...Object.keys(recipe.inputs ?? {}), ...tables]}
            onChange={(changed, of) => {
              change((now) => model.changeStep(now, selected - 1, changed), of);
            }}
          />
        ) : (
          <InputForm
            recipe={recipe}
            tables={tables}
            onChange={(changed, of) => {
              change((now) => ({ ...now, ...changed }), of);
            }}
          />
        )}
        <Results
          yaml={recipeYaml(recipe, kinds)}
          preview={preview}
          compiled={compiled}
          waitsFor={textTab ? wholeWaits : waits}
          tab={url.tab}
          onTab={(tab) => {
            setUrl({ tab });
          }}
        />
      </div>
      {adding && (
        <AddStep
          kinds={list}
          onClose={() => {
            setAdding(false);
          }}
          onPick={(name) => {
            change((now) => model.addStep(now, name, selected));
            setAdding(false);
            select(selected + 1);
          }}
        />
      )}
    </div>
  );
}

const pageHeight = 560;

/** The editor of a new recipe, or of one that a package has. */
function Workbench({ list, opened, file }: { list: model.Kind[]; opened?: model.Recipe; file?: RecipeFile }) {
  const editor = useEditor(opened);
  const [dialog, setDialog] = useState<"save" | "open" | null>(null);
  const go = useGo();
  useUndoKeys(editor);
  const { recipe, change } = editor;
  const byName = useMemo(() => new Map(list.map((kind) => [kind.name, kind])), [list]);
  const yaml = recipeYaml(recipe, byName);
  const close = () => {
    setDialog(null);
  };
  return (
    <Page
      full
      title={file ? `Recipe ${file.package}/${file.recipe}` : "Recipes"}
      about={
        file
          ? `${file.path} of the package ${file.package}.`
          : "Prepare a table without code. Each step shows what it does to the rows; what comes of it is plain SQL."
      }
      heading={
        file && (
          <>
            {`${file.package}/${file.recipe}`}
            {!file.in_use && (
              <Badge tone="info" title="It was saved since the server started">
                runs take it up with the next start
              </Badge>
            )}
          </>
        )
      }
      crumbs={file && [{ title: "Recipes", to: "/recipes" }, { title: file.recipe }]}
      actions={
        <>
          <IconButton label="Undo (Ctrl Z)" icon={Undo2} disabled={!editor.canUndo} onClick={editor.undo} />
          <IconButton label="Redo (Ctrl Shift Z)" icon={Redo2} disabled={!editor.canRedo} onClick={editor.redo} />
          <Button
            icon={FolderOpen}
            onClick={() => {
              setDialog("open");
            }}
          >
            Open
          </Button>
          <Button
            icon={FilePlus2}
            onClick={() => {
              if (file) go("/recipes");
              else change(() => model.emptyRecipe);
            }}
          >
            New
          </Button>
          <Button
            kind="primary"
            icon={SaveIcon}
            disabled={recipe.input === ""}
            onClick={() => {
              setDialog("save");
            }}
          >
            Save
          </Button>
        </>
      }
    >
      <Desk editor={editor} list={list} />
      {dialog === "open" && <Open onClose={close} />}
      {dialog === "save" && (
        <Save
          recipe={recipe}
          yaml={yaml}
          file={file}
          onChange={(changed) => {
            change((now) => ({ ...now, ...changed }), "save");
          }}
          onClose={close}
        />
      )}
    </Page>
  );
}

/** A recipe of a package, in the forms; or why they cannot show it. */
function Opened({ list, file }: { list: model.Kind[]; file: RecipeFile }) {
  const [first] = useState(() => {
    try {
      return { recipe: recipeOf(file.document, new Map(list.map((kind) => [kind.name, kind]))) };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  });
  if (first.recipe) return <Workbench list={list} opened={first.recipe} file={file} />;
  return (
    <Page
      title={`Recipe ${file.package}/${file.recipe}`}
      crumbs={[{ title: "Recipes", to: "/recipes" }, { title: file.recipe }]}
    >
      <Card>
        <EmptyState title="The editor cannot show this file" icon={FileWarning}>
          {first.problem} Change {file.path} of the package {file.package} as text; nothing of it is lost.
        </EmptyState>
        <CodeBlock label={`Contents of ${file.path}`} language="yaml" code={file.text} />
      </Card>
    </Page>
  );
}

export default function RecipesPage() {
  const { package: of, recipe } = useParams("package", "recipe");
  const kinds = useKinds();
  const file = useRecipeFile(of, recipe);
  const frame = (contents: ReactNode) => <Page full title={recipe || "Recipes"}>{contents}</Page>;
  if (!kinds.data) return frame(<QueryView query={kinds} loading={<SkeletonBlock height={pageHeight} />}>{() => null}</QueryView>);
  if (of === "") return <Workbench key="draft" list={kinds.data} />;
  if (!file.data) return frame(<QueryView query={file} loading={<SkeletonBlock height={pageHeight} />}>{() => null}</QueryView>);
  return <Opened key={`${of}/${recipe}`} list={kinds.data} file={file.data} />;
}
