import { X } from "lucide-react";
import { cx } from "@/lib/cx";
import { useStore } from "@/lib/store";
import { IconButton } from "./Button";
import { dismiss, toasts } from "./toast";
import css from "./toasts.module.css";

export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div className={css.toasts} role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={cx(css.toast, toast.tone === "bad" && css.bad)}>
          <div className={css.text}>
            {toast.text}
            {toast.hint && <div className={css.hint}>{toast.hint}</div>}
          </div>
          <IconButton
            small
            label="Dismiss"
            icon={X}
            onClick={() => {
              dismiss(toast.id);
            }}
          />
        </div>
      ))}
    </div>
  );
}
