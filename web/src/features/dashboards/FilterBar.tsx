import { FilterX } from "lucide-react";
import { Button } from "@/ui/Button";
import { useBoard } from "./board";
import { ChoiceFilter } from "./ChoiceFilter";
import css from "./dashboards.module.css";
import { PeriodFilter } from "./PeriodFilter";

/** What a reader chooses, for all tiles at once. */
export function FilterBar() {
  const { definition, state } = useBoard();
  const changed = Object.values(state.texts).some((text) => text !== "");
  return (
    <section className={css.filters} aria-label="Filters">
      {definition.filters.map((filter) =>
        filter.kind === "date_range" ? <PeriodFilter key={filter.name} filter={filter} /> : <ChoiceFilter key={filter.name} filter={filter} />,
      )}
      <Button icon={FilterX} kind="quiet" disabled={!changed} onClick={state.clear}>
        Reset
      </Button>
    </section>
  );
}
