import { Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import css from "./states.module.css";

/** Nothing is here: why, and what to do so that something is. */
export function EmptyState({
  title,
  icon: Icon = Inbox,
  actions,
  children,
}: {
  title: string;
  icon?: LucideIcon;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={css.state}>
      <span className={css.icon}>
        <Icon size={20} aria-hidden />
      </span>
      <p className={css.title}>{title}</p>
      {children && <div>{children}</div>}
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  );
}
