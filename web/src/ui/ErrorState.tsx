import { RotateCw, TriangleAlert } from "lucide-react";
import { problemOf } from "@/api/problem";
import { cx } from "@/lib/cx";
import { Button } from "./Button";
import css from "./states.module.css";

/** What went wrong, in the API's own words: what, why, and what to do next. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = problemOf(error);
  return (
    <div className={cx(css.state, css.error)} role="alert">
      <span className={css.icon}>
        <TriangleAlert size={20} aria-hidden />
      </span>
      <p className={cx(css.title, css.detail)}>{problem.detail || problem.title}</p>
      {problem.hint && <p className={css.hint}>{problem.hint}</p>}
      {problem.errors && (
        <ul className={css.reasons}>
          {problem.errors.map((one) => (
            <li key={one.index}>
              Record {one.index + 1}: {one.reason}
            </li>
          ))}
        </ul>
      )}
      {retry && (
        <div className={css.actions}>
          <Button icon={RotateCw} onClick={retry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}
