import { formatCount, nothing } from "@/lib/format";
import type { Customer, Rfm } from "./api";
import css from "./customers.module.css";
import { GroupBadge } from "./GroupBadge";

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

/** What the shop's tables say of a customer besides sums; nothing where no run made them. */
export function Standing({ customer }: { customer: Customer }) {
  if (customer.rfm) return <Scores scores={customer.rfm} segment={customer.segment ?? null} />;
  return (
    <p className={css.count} role="note">
      Segment and scores are not computed for this customer yet; they come with the next run.
    </p>
  );
}

/** Where a customer stands among all, by how lately, how often and how much was bought. */
function Scores({ scores, segment }: { scores: Rfm; segment: string | null }) {
  const place = (score: number) => `${fifths[score] ?? ""} of all customers`;
  return (
    <ul className={css.scores} aria-label="Among all customers">
      <li>
        <strong>Segment</strong>
        <span>{segment ? <GroupBadge group={segment} /> : nothing}</span>
        <span>{`RFM ${scores.scores}: ${scores.group}`}</span>
      </li>
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
