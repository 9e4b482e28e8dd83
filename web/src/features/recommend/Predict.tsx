import { CircleHelp } from "lucide-react";
import { useSettled } from "@/lib/hooks";
import { EmptyState } from "@/ui/EmptyState";
import { Choices } from "@/ui/Field";
import { Card, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type Asked, type Model, useNames, usePrediction } from "./api";
import { FeatureForm } from "./FeatureForm";
import { readFeatures } from "./features";
import { servedVersion } from "./kinds";
import { Lookup } from "./Lookup";
import { PredictionView } from "./PredictionView";
import css from "./recommend.module.css";
import type { Asking } from "./state";

const ways = [
  { value: "pair", title: "A customer and a product" },
  { value: "features", title: "Features" },
];

function askedFor({ by, user, product }: Asking, settled: string): Asked | null {
  if (by !== "features") return user && product ? { user_id: user, product_id: product } : null;
  const { features } = readFeatures(settled);
  return features && Object.keys(features).length > 0 ? { features } : null;
}

/** Will this customer buy this product? */
export function Predict({ model, state, setState }: { model: Model; state: Asking; setState: (change: Partial<Asking>) => void }) {
  const settled = useSettled(state.features, 300);
  const asked = askedFor(state, settled);
  const prediction = usePrediction(model.package, asked);
  const nameOf = useNames(model, state.product ? [state.product] : []);
  return (
    <div className={css.halves}>
      <Card title="Will this customer buy this product?" note="Of products that were bought before">
        <Stack gap={4}>
          <Choices
            label="What is known"
            choices={ways}
            value={state.by}
            onChange={(by) => {
              setState({ by });
            }}
          />
          {state.by === "features" ? (
            <FeatureForm
              names={servedVersion(model)?.features ?? []}
              way={state.form}
              text={state.features}
              onWay={(form) => {
                setState({ form });
              }}
              onText={(features) => {
                setState({ features });
              }}
            />
          ) : (
            <>
              <Lookup
                label="Customer"
                model={model}
                what="user"
                shown={state.user}
                onPick={({ id }) => {
                  setState({ user: id });
                }}
              />
              <Lookup
                label="Product"
                model={model}
                what="product"
                shown={state.product && nameOf(state.product)}
                hint={state.product && nameOf(state.product) !== state.product ? `Product ${state.product}` : undefined}
                onPick={({ id }) => {
                  setState({ product: id });
                }}
              />
            </>
          )}
        </Stack>
      </Card>
      <Card title="Prediction">
        {asked === null ? (
          <EmptyState title="Nobody is asked about yet" icon={CircleHelp}>
            {state.by === "features"
              ? "Fill in a feature or two: the more is known, the better the answer."
              : "Choose a customer and a product: the probability and its reasons come by themselves."}
          </EmptyState>
        ) : (
          <QueryView query={prediction} loading={<SkeletonBlock height={320} />}>
            {(found) => <PredictionView prediction={found} />}
          </QueryView>
        )}
      </Card>
    </div>
  );
}
