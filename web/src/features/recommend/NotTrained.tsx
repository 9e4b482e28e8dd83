import { Dumbbell, Sparkles } from "lucide-react";
import { Badge } from "@/ui/Badge";
import { Button, LinkButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { isOpen, type Job, type Model, useTrain } from "./api";
import { titleOfKind } from "./kinds";
import { addressOfModel } from "./address";

export const jobOf = (jobs: Job[] | undefined, model: Model): Job | undefined =>
  jobs?.find((job) => job.package === model.package && job.model === model.model);

/** A model that nothing was learnt for yet: what it would say, and the button that makes it. */
export function NotTrained({ model, job }: { model: Model; job: Job | undefined }) {
  const train = useTrain();
  const open = job !== undefined && isOpen(job);
  return (
    <EmptyState
      title={`${titleOfKind(model.kind)}: nothing is trained yet`}
      icon={Sparkles}
      actions={
        <>
          <Button
            kind="primary"
            icon={Dumbbell}
            busy={train.isPending || open}
            onClick={() => {
              train.mutate({ model });
            }}
          >
            Train {model.model}
          </Button>
          <LinkButton to={addressOfModel(model)}>About the model</LinkButton>
        </>
      }
    >
      {model.description} It learns from {model.interactions.table}, and is measured on orders that it
      did not see.{" "}
      {open && <Badge tone="info" live>{job.step || job.state}</Badge>}
      {job?.state === "failed" && <span role="alert">The last training failed: {job.message}</span>}
    </EmptyState>
  );
}
