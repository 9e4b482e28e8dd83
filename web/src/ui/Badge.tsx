import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import css from "./badge.module.css";

export type Tone = "plain" | "good" | "warn" | "bad" | "info" | "accent";

interface BadgeProps {
  tone?: Tone;
  /** A dot before the words: states. */
  dot?: boolean;
  /** The dot breathes: under way. */
  live?: boolean;
  title?: string;
  children: ReactNode;
}

export function Badge({ tone = "plain", dot, live, title, children }: BadgeProps) {
  return (
    <span
      className={cx(
        css.badge,
        tone !== "plain" && css[tone],
        (dot || live) && css.dot,
        live && css.live,
      )}
      title={title}
    >
      {children}
    </span>
  );
}

const tones: Record<string, Tone> = {
  succeeded: "good",
  passed: "good",
  ready: "good",
  running: "info",
  queued: "plain",
  waiting: "plain",
  skipped: "plain",
  cancelled: "warn",
  warned: "warn",
  paused: "warn",
  failed: "bad",
  refused: "bad",
  error: "bad",
};

/** The state of a run, a job, a check, an import: its word and its colour. */
export function StateBadge({ state }: { state: string }) {
  return (
    <Badge tone={tones[state] ?? "plain"} dot live={state === "running"}>
      {state}
    </Badge>
  );
}
