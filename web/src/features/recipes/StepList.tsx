import { ArrowDown, ArrowUp, GripVertical, Plus, Table2, Trash2 } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { cx } from "@/lib/cx";
import { Badge } from "@/ui/Badge";
import { Button, IconButton } from "@/ui/Button";
import { type Kind, missing, type Recipe } from "./model";
import css from "./recipes.module.css";
import { stepSummary } from "./yaml";

interface StepListProps {
  recipe: Recipe;
  kinds: Map<string, Kind>;
  /** 0: the input. */
  selected: number;
  onSelect: (step: number) => void;
  /** Places of steps, from 0. */
  onMove: (from: number, to: number) => void;
  onRemove: (at: number) => void;
  onAdd: () => void;
}

/** The steps in their order; they are moved by dragging, by buttons, or with Alt and the arrows. */
export function StepList(props: StepListProps) {
  const { recipe, kinds, selected, onSelect, onMove, onRemove, onAdd } = props;
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [told, setTold] = useState("");
  const move = (from: number, to: number) => {
    const step = recipe.steps[from];
    if (!step || to < 0 || to >= recipe.steps.length || from === to) return;
    onMove(from, to);
    setTold(`${step.kind} is step ${to + 1} now`);
  };
  const onKey = (at: number) => (event: KeyboardEvent) => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(at, at + (event.key === "ArrowUp" ? -1 : 1));
    }
  };
  return (
    <div className={css.list}>
      <ol aria-label="Steps">
        <li className={cx(css.step, selected === 0 && css.selected)}>
          <Table2 size={15} aria-hidden />
          <button
            type="button"
            className={css.pick}
            aria-current={selected === 0 ? "step" : undefined}
            onClick={() => {
              onSelect(0);
            }}
          >
            <strong>Input</strong>
            <span>{recipe.input || "not chosen yet"}</span>
          </button>
        </li>
        {recipe.steps.map((step, i) => {
          const wants = missing(step, kinds.get(step.kind));
          return (
            <li
              key={step.id}
              className={cx(
                css.step,
                selected === i + 1 && css.selected,
                over === i && dragged !== null && dragged !== i && css.over,
              )}
              draggable
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = "move";
                event.dataTransfer.setData("text/plain", String(i));
                setDragged(i);
              }}
              onDragOver={(event) => {
                event.preventDefault();
                setOver(i);
              }}
              onDragEnd={() => {
                setDragged(null);
                setOver(null);
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged !== null) move(dragged, i);
                setDragged(null);
                setOver(null);
              }}
            >
              <GripVertical size={15} className={css.grip} aria-hidden />
              <button
                type="button"
                className={css.pick}
                aria-current={selected === i + 1 ? "step" : undefined}
                aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
                onKeyDown={onKey(i)}
                onClick={() => {
                  onSelect(i + 1);
                }}
              >
                <strong>
                  {i + 1} {step.kind.replaceAll("_", " ")}
                </strong>
                {wants.length > 0 ? (
                  <Badge tone="warn">wants {wants.join(", ").replaceAll("_", " ")}</Badge>
                ) : (
                  <span>{stepSummary(step, kinds.get(step.kind))}</span>
                )}
              </button>
              {selected === i + 1 && (
                <span className={css.tools}>
                  <IconButton
                    small
                    label="Move up"
                    icon={ArrowUp}
                    disabled={i === 0}
                    onClick={() => {
                      move(i, i - 1);
                    }}
                  />
                  <IconButton
                    small
                    label="Move down"
                    icon={ArrowDown}
                    disabled={i === recipe.steps.length - 1}
                    onClick={() => {
                      move(i, i + 1);
                    }}
                  />
                  <IconButton
                    small
                    label="Remove this step"
                    icon={Trash2}
                    onClick={() => {
                      onRemove(i);
                    }}
                  />
                </span>
              )}
            </li>
          );
        })}
      </ol>
      <Button icon={Plus} disabled={recipe.input === ""} onClick={onAdd}>
        Add a step
      </Button>
      <p className="visually-hidden" role="status">
        {told}
      </p>
    </div>
  );
}
