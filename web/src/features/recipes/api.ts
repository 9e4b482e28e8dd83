import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Answer, get, post, put } from "@/api/client";
import type { Kind } from "./model";

export type Preview = Answer<"/v1/recipes/preview", "post">;
export type ColumnStatistics = Preview["columns"][number];
export type Compiled = Answer<"/v1/recipes/sql", "post">;

const rowsShown = 100;
const inputRows = 200_000; // a look while editing; runs read all

export function useKinds() {
  return useQuery({
    queryKey: ["recipes", "steps"],
    queryFn: ({ signal }) => get("/v1/recipes/steps", { signal }),
    select: (answer): Kind[] => answer.steps,
    staleTime: Infinity,
  });
}

export function useTables() {
  return useQuery({
    queryKey: ["tables"],
    queryFn: ({ signal }) => get("/v1/tables", { signal }),
    select: (answer) =>
      answer.tables
        .filter((table) => table.schema !== "system" && table.kind !== "view")
        .map((table) => `${table.schema}.${table.table}`),
  });
}

/** Rows and statistics after a step; those of before stay in sight while new ones come. */
export function usePreview(yaml: string, step: number, enabled: boolean) {
  return useQuery({
    queryKey: ["recipes", "preview", yaml, step],
    queryFn: ({ signal }) =>
      post("/v1/recipes/preview", {
        body: { recipe: yaml, step, rows: rowsShown, input_rows: inputRows } as never,
        signal,
      }),
    placeholderData: keepPreviousData,
    retry: false,
    enabled,
  });
}

/** The recipe as SQL: its statement, its script, and the columns that it ends with. */
export function useCompiled(yaml: string, enabled: boolean) {
  return useQuery({
    queryKey: ["recipes", "sql", yaml],
    queryFn: ({ signal }) => post("/v1/recipes/sql", { body: { recipe: yaml } as never, signal }),
    retry: false,
    enabled,
  });
}

export type Listed = Answer<"/v1/recipes">["recipes"][number];
export type RecipeFile = Answer<"/v1/packages/{package}/recipes/{recipe}">;

/** The packages, and the recipes that they have. */
export function useRecipes() {
  return useQuery({
    queryKey: ["recipes", "list"],
    queryFn: ({ signal }) => get("/v1/recipes", { signal }),
  });
}

const fileKey = (of: string, recipe: string) => ["recipes", "file", of, recipe];

/** Read once: what is being changed is not overtaken by what somebody else saves. */
export function useRecipeFile(of: string, recipe: string) {
  return useQuery({
    queryKey: fileKey(of, recipe),
    queryFn: ({ signal }) =>
      get("/v1/packages/{package}/recipes/{recipe}", { path: { package: of, recipe }, signal }),
    enabled: of !== "",
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export interface Saving {
  package: string;
  recipe: string;
  yaml: string;
  /** Of what it is written over; empty: it is new. */
  replaces: string;
}

export function useSave() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (saving: Saving) =>
      put("/v1/packages/{package}/recipes/{recipe}", {
        path: { package: saving.package, recipe: saving.recipe },
        body: { recipe: saving.yaml },
        headers: saving.replaces ? { "if-match": saving.replaces === "*" ? "*" : `"${saving.replaces}"` } : {},
      }),
    onSuccess: (file) => {
      client.setQueryData(fileKey(file.package, file.recipe), file);
      void client.invalidateQueries({ queryKey: ["recipes", "list"] });
    },
  });
}
