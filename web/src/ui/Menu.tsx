import { Ellipsis, type LucideIcon } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from "react";
import { IconButton } from "./Button";
import css from "./menu.module.css";
import { useDismiss } from "./useDismiss";

export interface MenuItem {
  title: string;
  icon: LucideIcon;
  onSelect: () => void;
}

/** What can be done with one thing, behind a button of three dots. Arrows go from item to item. */
export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = useCallback(() => {
    setOpen(false);
  }, []);
  useDismiss(open, frame, close);
  const buttons = () => [...(frame.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  useEffect(() => {
    if (open) frame.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [open]);
  const leave = () => {
    close();
    frame.current?.querySelector<HTMLElement>("button")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    if (event.key === "Escape") leave();
    else if (event.key in to) all[to[event.key] ?? 0]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={frame} className={css.frame} onKeyDown={onKeyDown}>
      <IconButton
        small
        label={label}
        icon={Ellipsis}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => {
          setOpen(!open);
        }}
      />
      {open && (
        <div className={css.menu} role="menu" id={id} aria-label={label}>
          {items.map(({ title, icon: Icon, onSelect }) => (
            <button
              key={title}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={css.item}
              onClick={() => {
                leave();
                onSelect();
              }}
            >
              <Icon size={15} aria-hidden />
              {title}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
