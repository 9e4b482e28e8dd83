import { ChevronDown } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import css from "./popover.module.css";
import { useDismiss } from "./useDismiss";

interface PopoverProps {
  label: string;
  /** What the button shows beside its label. */
  value: ReactNode;
  /** The value is somebody's choice, not what it is without one. */
  marked?: boolean;
  onOpen?: (open: boolean) => void;
  children: ReactNode;
}

const panelWidth = 328; // of the panel, with the edge of the page

/** A button with a small form below it. Escape closes it and leads back to the button. */
export function Popover({ label, value, marked, onOpen, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const [leftwards, setLeftwards] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const show = useCallback(
    (next: boolean) => {
      const place = frame.current?.getBoundingClientRect();
      setLeftwards(place !== undefined && place.left + panelWidth > window.innerWidth);
      setOpen(next);
      onOpen?.(next);
    },
    [onOpen],
  );
  const close = useCallback(() => {
    show(false);
  }, [show]);
  useDismiss(open, frame, close);
  useEffect(() => {
    if (open) panel.current?.querySelector<HTMLElement>("input, button")?.focus();
  }, [open]);
  return (
    <div
      ref={frame}
      className={css.frame}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
        button.current?.focus();
      }}
    >
      <span className={css.label} id={`${id}-label`}>
        {label}
      </span>
      <button
        ref={button}
        type="button"
        className={cx(css.button, marked && css.marked)}
        aria-labelledby={`${id}-label ${id}-value`}
        aria-expanded={open}
        aria-controls={open ? `${id}-panel` : undefined}
        onClick={() => {
          show(!open);
        }}
      >
        <span id={`${id}-value`} className={css.value}>
          {value}
        </span>
        <ChevronDown size={14} aria-hidden />
      </button>
      {open && (
        <div ref={panel} className={cx(css.panel, leftwards && css.leftwards)} id={`${id}-panel`} role="group" aria-labelledby={`${id}-label`}>
          {children}
        </div>
      )}
    </div>
  );
}
