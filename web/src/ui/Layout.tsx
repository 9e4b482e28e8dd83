import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import { useTitle } from "@/lib/hooks";
import { Link } from "./Link";
import css from "./layout.module.css";

export interface Crumb {
  title: string;
  to?: string;
}

interface PageProps {
  title: string;
  /** Stands in for the title where it is more than text. */
  heading?: ReactNode;
  about?: ReactNode;
  crumbs?: Crumb[];
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  /** Without a greatest width: editors and wide tables. */
  full?: boolean;
  children: ReactNode;
}

/** One page: its title (in the tab too), what it is about, what can be done, and its contents. */
export function Page({ title, heading, about, crumbs, actions, full, children }: PageProps) {
  useTitle(title);
  return (
    <div className={cx(css.page, full && css.full)}>
      <header className={css.header}>
        <div className={css.heading}>
          {crumbs && (
            <nav aria-label="Where this is">
              <ol className={css.crumbs}>
                {crumbs.map((crumb) => (
                  <li key={crumb.title}>
                    {crumb.to ? <Link to={crumb.to}>{crumb.title}</Link> : crumb.title}
                  </li>
                ))}
              </ol>
            </nav>
          )}
          <h1>{heading ?? title}</h1>
          {about && <p className={css.about}>{about}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

type Gap = 1 | 2 | 3 | 4 | 5;
const gaps = { 1: css.gap1, 2: css.gap2, 3: css.gap3, 4: css.gap4, 5: css.gap5 };

export function Stack({ gap = 4, children }: { gap?: Gap; children: ReactNode }) {
  return <div className={cx(css.stack, gaps[gap])}>{children}</div>;
}

export function Row({
  gap = 2,
  spread,
  children,
}: {
  gap?: Gap;
  spread?: boolean;
  children: ReactNode;
}) {
  return <div className={cx(css.row, gaps[gap], spread && css.spread)}>{children}</div>;
}

/** As many columns as fit: narrow for figures, medium for cards, wide for charts. */
export function Grid({
  size = "medium",
  children,
}: {
  size?: "narrow" | "medium" | "wide";
  children: ReactNode;
}) {
  return <div className={cx(css.grid, css[size])}>{children}</div>;
}

/** A main part and a narrow one beside it; below it where there is no room. */
export function Split({ children }: { children: ReactNode }) {
  return <div className={css.split}>{children}</div>;
}

interface CardProps {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** Contents go to the edges: tables. */
  flush?: boolean;
  children: ReactNode;
}

export function Card({ title, note, actions, footer, flush, children }: CardProps) {
  return (
    <section className={css.card}>
      {(title || actions) && (
        <header className={css.cardHead}>
          <div>
            {title && <h2>{title}</h2>}
            {note && <p className={css.cardNote}>{note}</p>}
          </div>
          {actions && <div className={css.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? css.flush : css.cardBody}>{children}</div>
      {footer && <footer className={css.cardFoot}>{footer}</footer>}
    </section>
  );
}
