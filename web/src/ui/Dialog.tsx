import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { cx } from "@/lib/cx";
import { IconButton } from "./Button";
import css from "./dialog.module.css";

interface DialogProps {
  title: string;
  onClose: () => void;
  /** Buttons: the one that does it stands last. */
  footer?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

function Frame({ title, onClose, footer, className, children }: DialogProps & { className: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    // The browser keeps the focus within, and gives it back at the end.
    if (shown && !shown.open) shown.showModal();
    // Who is asked to write something begins there, not at the button that closes.
    shown?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      shown?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={css.head}>
        <h2 id={id}>{title}</h2>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </div>
      <div className={css.body}>{children}</div>
      {footer && <div className={css.foot}>{footer}</div>}
    </dialog>
  );
}

/** A question, or a small form. It is there while it is rendered. */
export function Dialog(props: DialogProps) {
  return <Frame {...props} className={cx(css.dialog, props.wide && css.wide)} />;
}

/** Details beside the page: comes from the right. */
export function Drawer(props: DialogProps) {
  return <Frame {...props} className={cx(css.dialog, css.drawer)} />;
}
