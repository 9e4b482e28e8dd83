import { FilePlus2, Redo2, Save as SaveIcon, Undo2 } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useSettled } from "@/lib/hooks";
import { isTyping } from "@/lib/keys";
import { useUrlState } from "@/lib/urlState";
import { Button, IconButton } from "@/ui/Button";
import { Page } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { AddStep } from "./AddStep";
import { useCompiled, useKinds, usePreview, useTables } from "./api";
import { InputForm } from "./InputForm";
import * as model from "./model";
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
  const tables = useTables().data ?? [];
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
            tables={tables}
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

export default function RecipesPage() {
  const editor = useEditor();
  const kinds = useKinds();
  const [saving, setSaving] = useState(false);
  useUndoKeys(editor);
  const { recipe, change } = editor;
  const byName = new Map((kinds.data ?? []).map((kind) => [kind.name, kind]));
  return (
    <Page
      full
      title="Recipes"
      about="Prepare a table without code. Each step shows what it does to the rows; what comes of it is plain SQL."
      actions={
        <>
          <IconButton label="Undo (Ctrl Z)" icon={Undo2} disabled={!editor.canUndo} onClick={editor.undo} />
          <IconButton
            label="Redo (Ctrl Shift Z)"
            icon={Redo2}
            disabled={!editor.canRedo}
            onClick={editor.redo}
          />
          <Button
            icon={FilePlus2}
            onClick={() => {
              change(() => model.emptyRecipe);
            }}
          >
            New
          </Button>
          <Button
            kind="primary"
            icon={SaveIcon}
            disabled={recipe.input === ""}
            onClick={() => {
              setSaving(true);
            }}
          >
            Save
          </Button>
        </>
      }
    >
      <QueryView query={kinds} loading={<SkeletonBlock height={560} />}>
        {(found) => <Desk editor={editor} list={found} />}
      </QueryView>
      {saving && (
        <Save
          recipe={recipe}
          yaml={recipeYaml(recipe, byName)}
          onPublish={(publish) => {
            change((now) => ({ ...now, publish }), "publish");
          }}
          onClose={() => {
            setSaving(false);
          }}
        />
      )}
    </Page>
  );
}
