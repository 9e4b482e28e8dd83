import { BookOpen } from "lucide-react";
import { useGo } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { Dialog } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type Listed, useRecipes } from "./api";

const addressOf = (one: Listed) =>
  `/recipes/${encodeURIComponent(one.package)}/${encodeURIComponent(one.recipe)}`;

const columns: Column<Listed>[] = [
  {
    id: "recipe",
    title: "Recipe",
    value: (one) => `${one.package}/${one.recipe}`,
    cell: (one) => <Link to={addressOf(one)}>{`${one.package}/${one.recipe}`}</Link>,
  },
  { id: "input", title: "Of", extra: true, value: (one) => one.input ?? "" },
  {
    id: "steps",
    title: "Steps",
    align: "right",
    value: (one) => one.steps,
    cell: (one) => (one.error ? <Badge tone="bad" title={one.error}>cannot be read</Badge> : one.steps),
  },
  { id: "publish", title: "", extra: true, cell: (one) => one.publish && <Badge>asset</Badge> },
];

/** The recipes that packages have; one of them is opened. */
export function Open({ onClose }: { onClose: () => void }) {
  const recipes = useRecipes();
  const go = useGo();
  return (
    <Dialog title="Open a recipe" onClose={onClose} wide>
      <QueryView
        query={recipes}
        loading={<SkeletonLines lines={4} />}
        isEmpty={(found) => found.recipes.every((one) => one.kind !== "recipe")}
        empty={
          <EmptyState title="No package has a recipe yet" icon={BookOpen}>
            Make one here and save it to a package.
          </EmptyState>
        }
      >
        {(found) => (
          <Table
            label="Recipes of packages"
            columns={columns}
            rows={found.recipes.filter((one) => one.kind === "recipe")}
            rowId={(one) => `${one.package}/${one.recipe}`}
            onRow={(one) => {
              onClose();
              go(addressOf(one));
            }}
          />
        )}
      </QueryView>
    </Dialog>
  );
}
