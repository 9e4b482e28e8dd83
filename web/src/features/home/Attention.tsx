import { ChevronRight, CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { cx } from "@/lib/cx";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { SkeletonLines } from "@/ui/Skeleton";
import type { Concern } from "./concerns";
import css from "./home.module.css";

/** What needs somebody; null while it is not known. */
export function Attention({ concerns }: { concerns: Concern[] | null }) {
  return (
    <Card title="Needs attention" flush>
      {concerns === null && <SkeletonLines lines={3} />}
      {concerns?.length === 0 && (
        <p className={css.well}>
          <CircleCheck size={20} aria-hidden />
          Nothing. Runs, checks and sinks are as they should be.
        </p>
      )}
      <ul className={css.concerns}>
        {concerns?.map((concern) => {
          const Icon = concern.tone === "bad" ? CircleAlert : TriangleAlert;
          return (
            <li key={concern.key}>
              <Link to={concern.to} className={css.concern}>
                <Icon size={16} className={cx(css[concern.tone])} aria-hidden />
                <span>
                  <strong>{concern.title}</strong>
                  <p>{concern.detail}</p>
                </span>
                <ChevronRight size={16} className={css.go} aria-hidden />
              </Link>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
