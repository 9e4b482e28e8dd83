"""What basket.buy_again_features must hold, from orders and lines, in plain Python: one user after the other, his orders one after the other."""

import collections
import statistics


def mean(values):
    values = [value for value in values if value is not None]
    return statistics.fmean(values) if values else None


def ratio(a, b):
    return None if a is None or not b else a / b


def mixed(user):
    """The order of the sample: a number made of the user's, then the user's."""
    return (user % 1000003 * 7919 % 1000003, user)


class Visit:
    def __init__(self, order, lines, day):
        self.id, self.number, self.gap, self.day = order["order_id"], order["order_number"], order["days_since_prior_order"], day
        self.hour, self.weekend, self.lines = order["order_hour_of_day"], order["order_dow"] in (0, 6), lines


def visits_of(orders, lines):
    """By user: his orders by number, each with its lines {product: place in the cart} and the days since his first."""
    by_order, found = collections.defaultdict(dict), collections.defaultdict(list)
    for line in lines:
        by_order[line["order_id"]][line["product_id"]] = line["add_to_cart_order"]
    days = collections.Counter()
    for order in sorted(orders, key=lambda o: (o["user_id"], o["order_number"], o["order_id"])):
        days[order["user_id"]] += order["days_since_prior_order"] or 0
        found[order["user_id"]].append(Visit(order, by_order[order["order_id"]], days[order["user_id"]]))
    return found


def folds_of(visits, orders_back=0, sample_users=50000, train_folds=8):
    """(fold, user) → (orders before, products of the order to be predicted)"""
    found = {}
    users = sorted((user for user, made in visits.items() if any(v.lines for v in made)), key=mixed)
    for place, user in enumerate(users, 1):
        filled = [visit for visit in visits[user] if visit.lines][::-1]
        for back in range(train_folds + 2):
            at = back + orders_back
            if at > len(filled) or back and place + max(back - 2, 0) * len(users) > sample_users:
                continue
            fold = ["score", "test", "train"][back] if back < 3 else f"train_{back - 1}"
            before = filled[at - 1].number if at else filled[0].number + 1
            found[fold, user] = [v for v in visits[user] if v.number < before], before, set(filled[at - 1].lines) if back else None
    return found


class Fold:
    """What all users of a fold tell of products and aisles."""

    def __init__(self, pasts, aisle_of):
        self.users = sum(1 for past, _, _ in pasts if any(v.lines for v in past))
        self.product, self.aisle = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
        self.gaps = collections.defaultdict(lambda: ([], []))
        for past, before, _ in pasts:
            self.add(past, before, aisle_of)

    def add(self, past, before, aisle_of):
        last, nth = {}, collections.Counter()
        for visit in past:
            for product, place in visit.lines.items():
                nth[product] += 1
                earlier = last.get(product)
                for counts in [self.product[product], self.aisle[aisle_of.get(product)]]:
                    counts["orders"] += 1
                    counts["reorders"] += earlier is not None
                    counts["first"] += nth[product] == 1
                    counts["second"] += nth[product] == 2
                    counts["next"] += earlier is not None and visit.number - earlier.number == 1
                    counts["chances"] += before - visit.number > 1
                    counts["places"] += place
                    counts["basket"] += len(visit.lines)
                if earlier is not None:
                    self.gaps[product][0].append(visit.number - earlier.number)
                    self.gaps[product][1].append(visit.day - earlier.day)
                last[product] = visit


def user_part(past, before):
    filled = [visit for visit in past if visit.lines]
    seen, known = set(), []
    for visit in filled:
        known.append(len(seen & set(visit.lines)))
        seen |= set(visit.lines)
    later = [len(visit.lines) if visit.number > 1 else None for visit in filled]
    total = sum(len(visit.lines) for visit in filled)
    gaps = [visit.gap for visit in past if visit.gap is not None]
    def share(n):
        chosen = [(k, many) for k, many in list(zip(known, later))[-n:]]
        return ratio(sum(k for k, _ in chosen), sum(many or 0 for _, many in chosen))
    return {
        "max_order_number": past[-1].number, "total_days_prior_order": sum(gaps) if gaps else None, "avg_days_prior_order": mean(gaps),
        "user_total_products": total, "user_distinct_products": len(seen), "user_reorder_ratio": share(len(filled)),
        "user_average_basket": ratio(total, past[-1].number), "user_last_basket": len(filled[-1].lines),
        "user_recent_basket": mean([len(visit.lines) for visit in filled[-3:]]), "user_last_reorder_ratio": share(1),
        "user_recent_reorder_ratio": share(3), "user_last_gap_days": next((v.gap for v in past if v.number == before - 1), None),
        "user_recent_gap_days": mean([visit.gap for visit in past if visit.number >= before - 3]),
        "user_average_hour": mean([visit.hour for visit in past]), "user_weekend_share": mean([visit.weekend for visit in past]),
    }


def pair_part(product, past, before, user):
    mine = [visit for visit in past if product in visit.lines]
    gaps, days = [b.number - a.number for a, b in zip(mine, mine[1:])], [b.day - a.day for a, b in zip(mine, mine[1:])]
    streaks = [1]
    for gap in gaps:
        streaks.append(streaks[-1] + 1 if gap == 1 else 1)
    last_day, since = max(visit.day for visit in past if visit.lines), past[-1].number - mine[-1].number
    weigh = lambda base: sum(round(1000000 * base ** (before - visit.number)) for visit in mine) / 1000000  # noqa: E731
    count = lambda n: sum(before - visit.number <= n for visit in mine)  # noqa: E731
    return {
        "up_orders": len(mine), "up_first_order": mine[0].number, "up_last_order": mine[-1].number,
        "up_average_cart_position": mean([visit.lines[product] for visit in mine]), "up_order_rate": ratio(len(mine), past[-1].number),
        "up_orders_since_last_order": since, "up_order_rate_since_first_order": ratio(len(mine), past[-1].number - mine[0].number + 1),
        "up_days_since_last_order": last_day - mine[-1].day, "up_days_since_first_order": last_day - mine[0].day,
        "up_streak": streaks[-1] if since == 0 else 0, "up_longest_streak": max(streaks),
        "up_mean_gap_orders": mean(gaps), "up_longest_gap_orders": max(gaps, default=None), "up_last_gap_orders": gaps[-1] if gaps else None,
        "up_mean_gap_days": mean(days), "up_longest_gap_days": max(days, default=None), "up_overdue_orders": ratio(since + 1, mean(gaps)),
        "up_overdue_days": ratio(last_day - mine[-1].day + (user["avg_days_prior_order"] or 0), mean(days)),
        "up_in_last_3": count(3), "up_in_last_5": count(5), "up_in_last_10": count(10),
        "up_recent_fast": weigh(0.7), "up_recent": weigh(0.9), "up_recent_slow": weigh(0.97),
        "up_cart_share": ratio(sum(v.lines[product] for v in mine), sum(len(v.lines) for v in mine)), "up_share": ratio(len(mine), user["user_total_products"]),
        "up_average_hour": mean([visit.hour for visit in mine]), "up_weekend_share": mean([visit.weekend for visit in mine]),
    }


def product_part(product, fold, aisle):
    counts, (gaps, days) = fold.product[product], fold.gaps[product]
    of_aisle = fold.aisle[aisle] if aisle is not None else collections.Counter()
    aisle_next = ratio(of_aisle["next"], of_aisle["chances"])
    return {
        "prod_orders": counts["orders"], "prod_reorders": counts["reorders"], "prod_first_orders": counts["first"],
        "prod_second_orders": counts["second"], "prod_reorder_probability": counts["second"] / counts["first"],
        "prod_reorder_times": 1 + counts["reorders"] / counts["first"], "prod_reorder_ratio": counts["reorders"] / counts["orders"],
        "prod_users_ratio": counts["first"] / fold.users, "prod_next_ratio": (counts["next"] + 10 * (aisle_next or 0)) / (counts["chances"] + 10),
        "prod_cart_share": counts["places"] / counts["basket"], "prod_mean_gap_orders": mean(gaps), "prod_mean_gap_days": mean(days),
        "aisle_reorder_ratio": ratio(of_aisle["reorders"], of_aisle["orders"]), "aisle_next_ratio": aisle_next,
    }


def aisle_part(past, before, aisle_of):
    """By aisle of the user's products; one that is in no aisle has none of these."""
    found = {None: (dict.fromkeys(["ua_orders", "ua_products", "ua_orders_since_last_order", "ua_in_last_5"]), None)}
    for aisle in {aisle_of.get(product) for visit in past for product in visit.lines} - {None}:
        mine = [(visit, {p for p in visit.lines if aisle_of.get(p) == aisle}) for visit in past]
        mine = [(visit, products) for visit, products in mine if products]
        found[aisle] = {
            "ua_orders": len(mine), "ua_products": len(set().union(*(products for _, products in mine))),
            "ua_orders_since_last_order": before - mine[-1][0].number - 1, "ua_in_last_5": sum(before - v.number <= 5 for v, _ in mine),
        }, sum(len(products) for _, products in mine)
    return found


def features(orders, lines, aisle_of, **asked):
    """{(fold, user, product): {column: value}}"""
    folds, found = folds_of(visits_of(orders, lines), **asked), {}
    by_fold = collections.defaultdict(list)
    for (fold, _), past in folds.items():
        by_fold[fold].append(past)
    known = {fold: Fold(pasts, aisle_of) for fold, pasts in by_fold.items()}
    for (fold, number), (past, before, label) in folds.items():
        if not any(visit.lines for visit in past):
            continue
        user, aisles = user_part(past, before), aisle_part(past, before, aisle_of)
        for product in {product for visit in past for product in visit.lines}:
            pair, (of_aisle, aisle_lines) = pair_part(product, past, before, user), aisles[aisle_of.get(product)]
            found[fold, number, product] = {"label": None if label is None else int(product in label)} | user | pair | of_aisle | product_part(
                product, known[fold], aisle_of.get(product)
            ) | {"up_share_of_aisle": ratio(pair["up_orders"], aisle_lines)}
    return found
