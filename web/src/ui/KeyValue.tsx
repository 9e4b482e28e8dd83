import { Fragment, type ReactNode } from "react";
import css from "./keyValue.module.css";

type Entries = [string, ReactNode][];

const said = (entries: Entries) =>
  entries.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);

/** What is known of one thing. Entries whose value is null are left out. */
export function KeyValue({ entries }: { entries: Entries }) {
  return (
    <dl className={css.list}>
      {said(entries).map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** The same in a row, names above: the facts at the head of a page. */
export function Facts({ entries }: { entries: Entries }) {
  return (
    <dl className={css.facts}>
      {said(entries).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
