import { Plus, ShoppingBasket, Trash2, UserRoundX, X } from "lucide-react";
import { Badge } from "@/ui/Badge";
import { Button, IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Card, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Model, nobody, useNames, useRecommendations } from "./api";
import { basketOf, withoutProduct, withProduct } from "./kinds";
import { Lookup } from "./Lookup";
import css from "./recommend.module.css";
import type { Asking } from "./state";

const suggested = 8;

/** A basket that grows: what goes into it next is asked anew after each product. */
export function Basket({ model, state, setState }: { model: Model; state: Asking; setState: (change: Partial<Asking>) => void }) {
  const basket = basketOf(state.basket);
  const nameOf = useNames(model, basket);
  const next = useRecommendations(model.package, state.user || nobody, "next", {
    basket: basket.join(","),
    limit: suggested,
  });
  const put = (changed: string[]) => {
    setState({ basket: changed.join(",") });
  };
  return (
    <div className={css.halves}>
      <Card
        title="The basket"
        note={state.user ? `Of customer ${state.user}` : "Of somebody unknown"}
        actions={
          basket.length > 0 && (
            <Button
              small
              icon={Trash2}
              onClick={() => {
                put([]);
              }}
            >
              Empty it
            </Button>
          )
        }
      >
        <Stack gap={4}>
          <Lookup
            label="Customer, where one is known"
            model={model}
            what="user"
            shown={state.user}
            onPick={({ id }) => {
              setState({ user: id });
            }}
          />
          {state.user !== "" && (
            <Button
              small
              icon={UserRoundX}
              onClick={() => {
                setState({ user: "" });
              }}
            >
              For nobody in particular
            </Button>
          )}
          <Lookup
            label="Add a product"
            model={model}
            what="product"
            shown=""
            onPick={({ id }) => {
              put(withProduct(basket, id));
            }}
          />
          {basket.length === 0 ? (
            <EmptyState title="The basket is empty" icon={ShoppingBasket}>
              Add a product above, or one of those that are suggested.
            </EmptyState>
          ) : (
            <ol className={css.basket} aria-label="Products in the basket">
              {basket.map((id) => (
                <li key={id}>
                  <span>
                    {nameOf(id)}
                    {nameOf(id) !== id && <small>{id}</small>}
                  </span>
                  <IconButton
                    small
                    icon={X}
                    label={`Take ${nameOf(id)} out`}
                    onClick={() => {
                      put(withoutProduct(basket, id));
                    }}
                  />
                </li>
              ))}
            </ol>
          )}
        </Stack>
      </Card>
      <Card title="What goes into it next" note="Best first, each with its reason" flush>
        <QueryView
          query={next}
          loading={<SkeletonLines lines={suggested} />}
          isEmpty={(found) => found.recommendations.length === 0}
          empty={<EmptyState title="Nothing goes with it">Nobody bought anything beside these yet.</EmptyState>}
        >
          {(found) => (
            <>
              {state.user !== "" && !found.known_user && (
                <p className={css.notice}>
                  <Badge tone="warn">Nothing is known of {state.user}</Badge> The basket alone decides.
                </p>
              )}
              <ol className={css.listed} aria-label="Suggested next" aria-busy={next.isPlaceholderData}>
                {found.recommendations.map((one) => (
                  <li key={String(one.product_id)}>
                    <span>
                      <span className={css.name}>{one.name ?? String(one.product_id)}</span>
                      <span className={css.quiet}>{one.reason}</span>
                    </span>
                    <Button
                      small
                      icon={Plus}
                      aria-label={`Add ${one.name ?? String(one.product_id)}`}
                      onClick={() => {
                        put(withProduct(basket, String(one.product_id)));
                      }}
                    >
                      Add
                    </Button>
                  </li>
                ))}
              </ol>
            </>
          )}
        </QueryView>
      </Card>
    </div>
  );
}
