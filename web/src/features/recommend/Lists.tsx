import { UserRound } from "lucide-react";
import { formatPercent } from "@/lib/format";
import { Badge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { Card, Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Job, type Model, type Recommendation, useRecommendations } from "./api";
import { addressOfPrediction } from "./address";
import { type List as Kind, lists, modelOf } from "./kinds";
import { Lookup } from "./Lookup";
import { jobOf, NotTrained } from "./NotTrained";
import css from "./recommend.module.css";
import type { Asking } from "./state";

const listed = 8;

function Entry({ one, kind, of, user }: { one: Recommendation; kind: string; of: string; user: string }) {
  const id = String(one.product_id);
  const name = one.name ?? id;
  return (
    <li>
      <span>
        <span className={css.name}>
          {kind === "again" ? <Link to={addressOfPrediction(of, user, id)}>{name}</Link> : name}
        </span>
        <span className={css.quiet}>{one.reason}</span>
      </span>
      {kind === "again" && <span className={css.share}>{formatPercent(one.score, 0)}</span>}
    </li>
  );
}

function List({ list, model, user, jobs }: { list: Kind; model: Model | undefined; user: string; jobs: Job[] | undefined }) {
  const serves = model !== undefined && model.served_version !== null;
  const found = useRecommendations(model?.package ?? "", user, list.kind, { limit: listed, enabled: serves });
  if (!model) return null;
  return (
    <Card title={list.title} note={list.about} flush>
      {serves ? (
        <QueryView
          query={found}
          loading={<SkeletonLines lines={listed} />}
          isEmpty={(answer) => answer.recommendations.length === 0}
          empty={<EmptyState title="Nothing to recommend">This list has nothing for {user}.</EmptyState>}
        >
          {(answer) => (
            <>
              {!answer.known_user && (
                <p className={css.notice}>
                  <Badge tone="warn">Nothing is known of {user}</Badge> This is what everybody buys.
                </p>
              )}
              <ol className={css.listed} aria-label={list.title}>
                {answer.recommendations.map((one) => (
                  <Entry key={String(one.product_id)} one={one} kind={answer.known_user ? list.kind : ""} of={model.package} user={user} />
                ))}
              </ol>
            </>
          )}
        </QueryView>
      ) : (
        <NotTrained model={model} job={jobOf(jobs, model)} />
      )}
    </Card>
  );
}

/** The three lists of one customer. */
export function Lists(props: { models: Model[]; of: string; jobs: Job[] | undefined; state: Asking; setState: (change: Partial<Asking>) => void }) {
  const { models, of, jobs, state, setState } = props;
  const first = models.find((model) => model.package === of && model.served_version !== null);
  return (
    <Stack gap={4}>
      {first && (
        <div className={css.ask}>
          <Lookup
            label="Customer"
            model={first}
            what="user"
            shown={state.user}
            onPick={({ id }) => {
              setState({ user: id });
            }}
          />
        </div>
      )}
      {first && state.user === "" ? (
        <Card>
          <EmptyState title="For whom?" icon={UserRound}>
            Choose a customer: what they will buy again, could try, and would add next, each with its
            reason. Somebody unknown gets what everybody buys.
          </EmptyState>
        </Card>
      ) : (
        <div className={css.three}>
          {lists.map((list) => (
            <List key={list.kind} list={list} model={modelOf(models, of, list.model)} user={state.user} jobs={jobs} />
          ))}
        </div>
      )}
    </Stack>
  );
}
