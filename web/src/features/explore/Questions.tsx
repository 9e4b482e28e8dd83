import { Bookmark, Trash2 } from "lucide-react";
import { useStore } from "@/lib/store";
import { IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { QueryView } from "@/ui/QueryView";
import { useQueries } from "./api";
import css from "./explore.module.css";
import { questions } from "./kept";

function Mine({ onAsk }: { onAsk: (sql: string) => void }) {
  const all = useStore(questions);
  if (all.length === 0) return <p className={css.note}>Saved ones are kept in this browser.</p>;
  return (
    <ul>
      {all.map((one) => (
        <li key={one.name} className={css.mine}>
          <button type="button" className={css.asked} onClick={() => { onAsk(one.sql); }}>
            <strong>{one.name}</strong>
          </button>
          <IconButton
            small
            label={`Delete ${one.name}`}
            icon={Trash2}
            onClick={() => { questions.set((before) => before.filter((other) => other !== one)); }}
          />
        </li>
      ))}
    </ul>
  );
}

/** Questions with names: one's own, and those that packages bring along. */
export function Questions({ onAsk }: { onAsk: (sql: string) => void }) {
  const queries = useQueries();
  return (
    <div className={css.side}>
      <h3>Mine</h3>
      <Mine onAsk={onAsk} />
      <h3>Of the packages</h3>
      <QueryView
        query={queries}
        isEmpty={(all) => all.length === 0}
        empty={<EmptyState title="No package brings questions" icon={Bookmark}>They stand in a package’s queries folder.</EmptyState>}
      >
        {(all) => (
          <ul className={css.list} tabIndex={0} aria-label="Questions of the packages">
            {all.map((one) => (
              <li key={`${one.package} ${one.name}`}>
                <button type="button" className={css.asked} onClick={() => { onAsk(one.sql); }}>
                  <strong>{one.name.replaceAll("_", " ")}</strong>
                  <span>{one.description || one.package}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </div>
  );
}
