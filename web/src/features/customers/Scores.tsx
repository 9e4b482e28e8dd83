import { formatCount } from "@/lib/format";
import type { Rfm } from "./api";
import css from "./customers.module.css";

const best = 5;

function Score({ title, value, about }: { title: string; value: number; about: string }) {
  return (
    <li>
      <strong>{title}</strong>
      <span className={css.pips} role="img" aria-label={`${value} of ${best}`}>
        {Array.from({ length: best }, (_, i) => (
          <span key={i} className={i < value ? css.pipOn : css.pip} />
        ))}
      </span>
      <span>{about}</span>
    </li>
  );
}

const fifths = ["", "lowest fifth", "second fifth", "middle fifth", "fourth fifth", "top fifth"];

/** Where a customer stands among all, by how lately, how often and how much was bought. */
export function Scores({ scores }: { scores: Rfm }) {
  const place = (score: number) => `${fifths[score] ?? ""} of all customers`;
  return (
    <ul className={css.scores} aria-label="Among all customers">
      <Score
        title="How lately"
        value={scores.recency_score}
        about={`${formatCount(scores.recency_days)} days before the shop's last`}
      />
      <Score title="How often" value={scores.frequency_score} about={place(scores.frequency_score)} />
      <Score title="How much" value={scores.monetary_score} about={place(scores.monetary_score)} />
    </ul>
  );
}
