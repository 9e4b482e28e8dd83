import { Dumbbell, Gauge, Undo2 } from "lucide-react";
import { formatNumber } from "@/lib/format";
import { useParams, useUrlState } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { KeyValue } from "@/ui/KeyValue";
import { Card, Page, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { isOpen, type Job, type Model, useEvaluate, useJobs, useModels, useReport, useRollback, useTrain } from "./api";
import { Evaluation } from "./Evaluation";
import { JobCard } from "./JobCard";
import { titleOfKind } from "./kinds";
import { jobOf, NotTrained } from "./NotTrained";
import css from "./recommend.module.css";
import { Versions } from "./Versions";

const state = { version: 0, metric: "recall" };

function Actions({ model, busy, version }: { model: Model; busy: boolean; version: number | null }) {
  const train = useTrain();
  const evaluate = useEvaluate();
  const rollback = useRollback();
  return (
    <>
      <Button icon={Undo2} disabled={model.versions.length < 2} busy={rollback.isPending} onClick={() => { rollback.mutate({ model }); }}>
        Roll back
      </Button>
      <Button icon={Gauge} disabled={busy || version === null} busy={evaluate.isPending} onClick={() => { evaluate.mutate({ model, version: version ?? undefined }); }}>
        Evaluate
      </Button>
      <Button kind="primary" icon={Dumbbell} disabled={busy} busy={train.isPending} onClick={() => { train.mutate({ model }); }}>
        Train
      </Button>
    </>
  );
}

function Made({ model, shown }: { model: Model; shown: number }) {
  const version = model.versions.find((one) => one.version === shown);
  if (!version) return null;
  return (
    <Card title={`What version ${shown} is made of`}>
      <div className={css.made}>
        <KeyValue
          entries={Object.entries(version.parameters)
            .filter(([, value]) => typeof value === "number" || typeof value === "string")
            .map(([name, value]) => [name.replaceAll("_", " "), typeof value === "number" ? formatNumber(value, 4) : String(value)])}
        />
        {version.features.length > 0 && (
          <div>
            <h3>{version.features.length} features</h3>
            <ul className={css.features} aria-label="Features">
              {version.features.map((feature) => (
                <li key={feature}>{feature}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  );
}

function Measured({ model, shown }: { model: Model; shown: number }) {
  const [{ metric }, setState] = useUrlState(state);
  const report = useReport(model, shown);
  return (
    <QueryView query={report} loading={<SkeletonBlock height={480} />}>
      {(found) => (
        <Evaluation
          report={found}
          metric={metric}
          onMetric={(next) => {
            setState({ metric: next });
          }}
        />
      )}
    </QueryView>
  );
}

function About({ model, job, shown }: { model: Model; job: Job | undefined; shown: number | null }) {
  const [, setState] = useUrlState(state);
  return (
    <Stack gap={5}>
      {model.trouble && (
        <p className={css.notice} role="alert">
          <Badge tone="warn">Trouble</Badge> {model.trouble}
        </p>
      )}
      {job && (isOpen(job) || job.state === "failed") && <JobCard job={job} />}
      {shown === null ? (
        <Card>
          <NotTrained model={model} job={job} />
        </Card>
      ) : (
        <>
          <Measured model={model} shown={shown} />
          <Versions
            model={model}
            shown={shown}
            onShow={(version) => {
              setState({ version });
            }}
          />
          <Made model={model} shown={shown} />
        </>
      )}
    </Stack>
  );
}

/** One model: how good its versions are, which serves, and a new one. */
export default function ModelPage() {
  const names = useParams("package", "model");
  const [{ version }] = useUrlState(state);
  const models = useModels();
  const jobs = useJobs().data;
  const model = models.data?.find((one) => one.package === names.package && one.model === names.model);
  const job = model && jobOf(jobs, model);
  const shown = model ? (version || (model.served_version ?? model.versions[0]?.version ?? null)) : null;
  return (
    <Page
      title={`${names.package}/${names.model}`}
      heading={
        <>
          {`${names.package}/${names.model}`}
          {model && <Badge tone="accent">{titleOfKind(model.kind)}</Badge>}
        </>
      }
      about={model?.description}
      crumbs={[{ title: "Recommend", to: "/recommend" }, { title: "Models", to: "/recommend?tab=models" }, { title: names.model }]}
      actions={model && <Actions model={model} busy={job !== undefined && isOpen(job)} version={shown} />}
    >
      <QueryView query={models} loading={<SkeletonBlock height={560} />}>
        {() =>
          model ? (
            <About model={model} job={job} shown={shown} />
          ) : (
            <Card>
              <EmptyState title={`There is no model ${names.package}/${names.model}`}>
                The tab Models of the page Recommend has those there are.
              </EmptyState>
            </Card>
          )
        }
      </QueryView>
    </Page>
  );
}
