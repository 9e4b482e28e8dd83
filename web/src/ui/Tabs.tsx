import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import css from "./tabs.module.css";

export interface Tab {
  id: string;
  title: string;
  count?: ReactNode;
  content: () => ReactNode;
}

interface TabsProps {
  label: string;
  tabs: Tab[];
  /** From the address (useUrlState), so that a tab can be linked. */
  selected: string;
  onSelect: (id: string) => void;
}

/** Arrow keys go from tab to tab; only the selected one's contents are there. */
export function Tabs({ label, tabs, selected, onSelect }: TabsProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const current = tabs.find((tab) => tab.id === selected) ?? tabs[0];
  const shown = current?.id;
  useEffect(() => {
    // Where not all tabs have room, the selected one is among those in sight. The page itself stays where it is.
    const row = list.current;
    const tab = row?.querySelector<HTMLElement>(`[data-tab="${shown}"]`);
    if (row && tab) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }, [shown]);
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab === current);
    const last = tabs.length - 1;
    const steps: Record<string, number> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (!tab) return;
    event.preventDefault();
    onSelect(tab.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus();
  };
  return (
    <div>
      <div className={css.tabs} role="tablist" aria-label={label} onKeyDown={move} ref={list}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            data-tab={tab.id}
            id={`${id}-${tab.id}`}
            className={css.tab}
            aria-selected={tab === current}
            aria-controls={`${id}-panel`}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => {
              onSelect(tab.id);
            }}
          >
            {tab.title}
            {tab.count !== undefined && <span className={css.count}>{tab.count}</span>}
          </button>
        ))}
      </div>
      {current && (
        <div
          className={css.panel}
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${current.id}`}
        >
          {current.content()}
        </div>
      )}
    </div>
  );
}
