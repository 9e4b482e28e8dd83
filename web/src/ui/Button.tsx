import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "@/lib/cx";
import css from "./button.module.css";
import { Link } from "./Link";

interface Look {
  /** One primary button a view. */
  kind?: "plain" | "primary" | "quiet" | "danger";
  small?: boolean;
  icon?: LucideIcon;
}

interface ButtonProps extends ComponentProps<"button">, Look {
  /** Under way: it turns, says so, and takes no second click. */
  busy?: boolean;
}

const classes = (look: Look, only: boolean) =>
  cx(
    css.button,
    look.kind && look.kind !== "plain" && css[look.kind],
    look.small && css.small,
    only && css.icon,
  );

export function Button({ kind, small, icon, busy, children, disabled, ...rest }: ButtonProps) {
  const Icon = busy ? LoaderCircle : icon;
  return (
    <button
      type="button"
      {...rest}
      className={cx(classes({ kind, small }, false), busy && css.busy)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {Icon && <Icon size={small ? 14 : 16} aria-hidden />}
      {children}
    </button>
  );
}

/** A button of a picture alone: `label` is its name, and what hovering shows. */
export function IconButton({
  label,
  icon: Icon,
  kind = "quiet",
  small,
  ...rest
}: Omit<ComponentProps<"button">, "children"> & { label: string; icon: LucideIcon } & Look) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={classes({ kind, small }, true)}
    >
      <Icon size={small ? 15 : 17} aria-hidden />
    </button>
  );
}

/** Looks like a button, leads elsewhere. */
export function LinkButton({
  to,
  kind,
  small,
  icon: Icon,
  children,
}: Look & { to: string; children: ReactNode }) {
  return (
    <Link to={to} className={classes({ kind, small }, false)}>
      {Icon && <Icon size={small ? 14 : 16} aria-hidden />}
      {children}
    </Link>
  );
}
