import { formatNumber, formatPercent, nothing } from "@/lib/format";
import { cx } from "@/lib/cx";
import { Badge } from "@/ui/Badge";
import type { Prediction } from "./api";
import css from "./recommend.module.css";

type Reason = Prediction["reasons"][number];

/** What the model's file says of a feature; where it says nothing, its name in words. */
const said = ({ text, feature }: Reason): string =>
  text === "" || text.startsWith(feature) ? feature.replaceAll("_", " ") : text;

function Contribution({ reason, most }: { reason: Reason; most: number }) {
  const speaksFor = reason.contribution > 0;
  const share = most > 0 ? (100 * Math.abs(reason.contribution)) / most : 0;
  return (
    <li>
      <span className={css.reason}>
        {said(reason)}
        <small>
          {reason.feature}
          {reason.value !== null && ` = ${formatNumber(reason.value, 3)}`}
        </small>
      </span>
      <span className={css.weight}>
        <span className={cx(css.bar, speaksFor ? css.for : css.against)} style={{ width: `${share}%` }} />
      </span>
      <span className={css.sign}>
        {reason.contribution === 0 ? nothing : speaksFor ? "for it" : "against it"}
      </span>
    </li>
  );
}

/** How probable, against the threshold, and what speaks for and against it. */
export function PredictionView({ prediction }: { prediction: Prediction }) {
  const { probability, likely, threshold, reasons } = prediction;
  const most = Math.max(0, ...reasons.map((one) => Math.abs(one.contribution)));
  return (
    <div className={css.prediction}>
      <p className={css.answer}>
        <strong>{formatPercent(probability)}</strong>
        <Badge tone={likely ? "good" : "plain"}>{likely ? "likely" : "not likely"}</Badge>
      </p>
      <div
        className={css.scale}
        role="img"
        aria-label={`${formatPercent(probability)}; likely from ${formatPercent(threshold)}`}
      >
        <span className={cx(css.filled, likely && css.likely)} style={{ width: `${probability * 100}%` }} />
        <span className={css.threshold} style={{ left: `${threshold * 100}%` }} />
      </div>
      <p className={css.quiet}>
        Likely is what is above {formatPercent(threshold)}. Asked {prediction.package}/{prediction.model},
        version {prediction.model_version}.
      </p>
      <h3>What decides it</h3>
      <ol className={css.reasons} aria-label="Reasons, strongest first">
        {reasons.map((reason) => (
          <Contribution key={reason.feature} reason={reason} most={most} />
        ))}
      </ol>
    </div>
  );
}
