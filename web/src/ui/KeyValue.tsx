import { Fragment, type ReactNode } from "react";
import css from "./keyValue.module.css";

/** What is known of one thing. Entries whose value is null are left out. */
export function KeyValue({ entries }: { entries: [string, ReactNode][] }) {
  return (
    <dl className={css.list}>
      {entries
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
