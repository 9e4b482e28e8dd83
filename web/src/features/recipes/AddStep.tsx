import { useMemo, useState } from "react";
import { Badge } from "@/ui/Badge";
import { Dialog } from "@/ui/Dialog";
import { SearchField } from "@/ui/Field";
import type { Kind } from "./model";
import css from "./recipes.module.css";
import { findKinds } from "./search";

/** All steps there are, by what was typed; Enter takes the first. */
export function AddStep({
  kinds,
  onPick,
  onClose,
}: {
  kinds: Kind[];
  onPick: (kind: string) => void;
  onClose: () => void;
}) {
  const [asked, setAsked] = useState("");
  const found = useMemo(() => findKinds(kinds, asked), [kinds, asked]);
  const [first] = found;
  return (
    <Dialog title="Add a step" onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (first) onPick(first.name);
        }}
      >
        <SearchField label="What should be done?" value={asked} onChange={setAsked} first />
      </form>
      <ul className={css.kinds} aria-label="Steps to choose from">
        {found.map((kind) => (
          <li key={kind.name}>
            <button
              type="button"
              onClick={() => {
                onPick(kind.name);
              }}
            >
              <span>
                <strong>{kind.name.replaceAll("_", " ")}</strong> <Badge>{kind.group}</Badge>
              </span>
              <span>{kind.summary}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={css.hint}>No step is called so, or does that.</p>}
    </Dialog>
  );
}
