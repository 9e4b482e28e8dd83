import { Sparkles } from "lucide-react";
import { Card } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { type ListKind, useRecommendations } from "./api";
import css from "./customers.module.css";

const lists: { kind: ListKind; title: string; about: string }[] = [
  { kind: "again", title: "Buy again", about: "Bought before, and due" },
  { kind: "new", title: "Try for the first time", about: "Never bought so far" },
  { kind: "next", title: "Add to the cart next", about: "Goes with the last invoices" },
];

function List({ user, list }: { user: string; list: (typeof lists)[number] }) {
  const found = useRecommendations(user, list.kind).data;
  if (!found || found.length === 0) return null;
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
      <ol className={css.recommended}>
        {found.map((one) => (
          <li key={one.product_id}>
            <Link to={`/products/${encodeURIComponent(String(one.product_id))}`}>
              {one.name ?? one.product_id}
            </Link>
            <p>{one.reason}</p>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** What a customer will want, each with its reason. Nothing where no model says anything. */
export function Recommendations({ user }: { user: string }) {
  return (
    <div className={css.recommendations}>
      {lists.map((list) => (
        <List key={list.kind} user={user} list={list} />
      ))}
    </div>
  );
}
