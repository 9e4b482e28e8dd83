import { Sparkles } from "lucide-react";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type ListKind, useRecommendations, useServedLists } from "./api";
import css from "./customers.module.css";

const lists: { kind: ListKind; title: string; about: string }[] = [
  { kind: "again", title: "Buy again", about: "Bought before, and due" },
  { kind: "new", title: "Try for the first time", about: "Never bought so far" },
  { kind: "next", title: "Add to the cart next", about: "Goes with the last invoices" },
];

function List({ user, list }: { user: string; list: (typeof lists)[number] }) {
  const found = useRecommendations(user, list.kind);
  return (
    <Card
      title={
        <span className={css.titled}>
          <Sparkles size={15} aria-hidden /> {list.title}
        </span>
      }
      note={list.about}
      flush
    >
      <QueryView
        query={found}
        loading={<SkeletonLines lines={6} />}
        isEmpty={(all) => all.length === 0}
        empty={<EmptyState title="Nothing to recommend">The model has nothing for this list.</EmptyState>}
      >
        {(all) => (
          <ol className={css.recommended} aria-label={list.title}>
            {all.map((one) => (
              <li key={String(one.product_id)}>
                <Link to={`/products/${encodeURIComponent(String(one.product_id))}`}>
                  {one.name ?? String(one.product_id)}
                </Link>
                <p>{one.reason}</p>
              </li>
            ))}
          </ol>
        )}
      </QueryView>
    </Card>
  );
}

/** What a customer will want, each with its reason. Nothing where no model says anything. */
export function Recommendations({ user }: { user: string }) {
  const served = useServedLists().data ?? [];
  const shown = lists.filter((list) => served.includes(list.kind));
  if (shown.length === 0) return null;
  return (
    <div className={css.recommendations}>
      {shown.map((list) => (
        <List key={list.kind} user={user} list={list} />
      ))}
    </div>
  );
}
