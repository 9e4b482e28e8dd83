import { useCallback, useEffect, useReducer } from "react";
import { type Action, begin, type History, reduce } from "./history";
import { emptyRecipe, type Recipe } from "./model";

const keptAs = "tradewind.recipe";

/** What was being made here last, in this browser. */
function draft(): Recipe {
  try {
    const kept = JSON.parse(localStorage.getItem(keptAs) ?? "null") as Recipe | null;
    return kept && Array.isArray(kept.steps) ? { ...emptyRecipe, ...kept } : emptyRecipe;
  } catch {
    return emptyRecipe;
  }
}

export interface Editor {
  recipe: Recipe;
  canUndo: boolean;
  canRedo: boolean;
  /** `of`: changes of the same thing are undone together. */
  change: (to: (recipe: Recipe) => Recipe, of?: string) => void;
  undo: () => void;
  redo: () => void;
}

/** Of what is given, or of what was being made here last. */
export function useEditor(opened?: Recipe): Editor {
  const [history, act] = useReducer<History<Recipe>, null, [Action<Recipe>]>(
    reduce<Recipe>,
    null,
    () => begin(opened ?? draft()),
  );
  const recipe = history.now;
  const drafted = opened === undefined;
  useEffect(() => {
    if (!drafted) return;
    try {
      localStorage.setItem(keptAs, JSON.stringify(recipe));
    } catch {
      // Without storage the draft lasts as long as the page.
    }
  }, [recipe, drafted]);
  const change = useCallback((to: (now: Recipe) => Recipe, of?: string) => {
    act({ type: "change", to, of });
  }, []);
  const undo = useCallback(() => {
    act({ type: "undo" });
  }, []);
  const redo = useCallback(() => {
    act({ type: "redo" });
  }, []);
  return {
    recipe,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change,
    undo,
    redo,
  };
}
