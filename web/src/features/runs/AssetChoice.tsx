import { CheckField } from "@/ui/Field";
import type { PackageView } from "./views";
import css from "./runs.module.css";

interface AssetChoiceProps {
  view: PackageView | undefined;
  picked: string[];
  onPick: (picked: string[]) => void;
  downstream: boolean;
  onDownstream: (downstream: boolean) => void;
}

/** Which of a package's assets; none means all. */
export function AssetChoice({ view, picked, onPick, downstream, onDownstream }: AssetChoiceProps) {
  return (
    <fieldset className={css.assets}>
      <legend>
        Assets <span className={css.quiet}>{picked.length === 0 ? "all of them" : `${picked.length} chosen`}</span>
      </legend>
      <div className={css.assetList} tabIndex={0} role="group" aria-label="Assets of the package">
        {view?.assets.map(({ table }) => (
          <CheckField
            key={table}
            label={table}
            checked={picked.includes(table)}
            onChange={(on) => {
              onPick(on ? [...picked, table] : picked.filter((name) => name !== table));
            }}
          />
        ))}
      </div>
      {picked.length > 0 && (
        <CheckField label="And what is made of them" checked={downstream} onChange={onDownstream} />
      )}
    </fieldset>
  );
}
