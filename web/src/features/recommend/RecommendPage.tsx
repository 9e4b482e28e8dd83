import { Sparkles } from "lucide-react";
import type { ReactNode } from "react";
import { useUrlState } from "@/lib/urlState";
import { LinkButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { SelectField } from "@/ui/Field";
import { Card, Page } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import { type Job, type Model, useJobs, useModels } from "./api";
import { Basket } from "./Basket";
import { chosenPackage, modelOf, packagesOf } from "./kinds";
import { Lists } from "./Lists";
import { Models } from "./Models";
import { jobOf, NotTrained } from "./NotTrained";
import { Predict } from "./Predict";
import { type Asking, asking } from "./state";

const pageHeight = 420;

function NoModels() {
  return (
    <Card>
      <EmptyState title="No package of this workspace has models" icon={Sparkles} actions={<LinkButton to="/runs">See packages</LinkButton>}>
        A model is a file models/NAME.yml of a package: what customers buy again, could try, or put
        into the basket next. The package basket brings three along.
      </EmptyState>
    </Card>
  );
}

/** What a model answers, or the way to one. */
function Asked({ model, kind, jobs, children }: { model: Model | undefined; kind: string; jobs: Job[] | undefined; children: (model: Model) => ReactNode }) {
  if (model && model.served_version !== null) return children(model);
  return (
    <Card>
      {model ? (
        <NotTrained model={model} job={jobOf(jobs, model)} />
      ) : (
        <EmptyState title={`This package has no model of kind ${kind}`} icon={Sparkles}>
          Write one as models/NAME.yml, or choose another package.
        </EmptyState>
      )}
    </Card>
  );
}

function Desk({ models, state, setState }: { models: Model[]; state: Asking; setState: (change: Partial<Asking>) => void }) {
  const jobs = useJobs().data;
  const of = chosenPackage(models, state.package);
  const about = { state, setState };
  return (
    <Tabs
      label="What is asked"
      selected={state.tab}
      onSelect={(tab) => {
        setState({ tab });
      }}
      tabs={[
        { id: "lists", title: "For a customer", content: () => <Lists models={models} of={of} jobs={jobs} {...about} /> },
        {
          id: "predict",
          title: "Will they buy it?",
          content: () => (
            <Asked model={modelOf(models, of, "buy_again")} kind="buy_again" jobs={jobs}>
              {(model) => <Predict model={model} {...about} />}
            </Asked>
          ),
        },
        {
          id: "basket",
          title: "Basket",
          content: () => (
            <Asked model={modelOf(models, of, "next_in_cart")} kind="next_in_cart" jobs={jobs}>
              {(model) => <Basket model={model} {...about} />}
            </Asked>
          ),
        },
        { id: "models", title: "Models", count: models.length, content: () => <Models models={models} jobs={jobs} /> },
      ]}
    />
  );
}

export default function RecommendPage() {
  const models = useModels();
  const [state, setState] = useUrlState(asking);
  const packages = packagesOf(models.data ?? []);
  return (
    <Page
      title="Recommend"
      about="What customers will want, and why: lists, single predictions, a basket that grows."
      actions={
        packages.length > 1 && (
          <SelectField
            label="Package"
            choices={packages.map((name) => ({ value: name, title: name }))}
            value={chosenPackage(models.data ?? [], state.package)}
            onChange={(name) => {
              setState({ package: name, user: "", product: "", basket: "", features: "" });
            }}
          />
        )
      }
    >
      <QueryView
        query={models}
        loading={<SkeletonBlock height={pageHeight} />}
        isEmpty={(found) => found.length === 0}
        empty={<NoModels />}
      >
        {(found) => <Desk models={found} state={state} setState={setState} />}
      </QueryView>
    </Page>
  );
}
