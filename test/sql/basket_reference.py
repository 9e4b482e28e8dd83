"""What every table of the package basket must hold, from the same deliveries, with plain Python and pandas: no SQL.

A delivery is a row of raw as a dict, with provenance: orders (items as a list, or None), lines of files. What is derived is derived one order
after the other, as SYSTEMS says it; the features are sums over a frame.
"""

import datetime
import math
import zoneinfo

import pandas

ORDERS = ["order_id", "user_id", "eval_set", "order_number", "order_dow", "order_hour_of_day", "days_since_prior_order"]
DATA = [
    "user_id", "product_id", "up_orders", "up_first_order", "up_last_order", "up_average_cart_position", "max_order_number", "total_days_prior_order",
    "avg_days_prior_order", "user_total_products", "user_distinct_products", "user_reorder_ratio", "prod_orders", "prod_reorders", "prod_first_orders",
    "prod_second_orders",
]


def rank(row):
    """Of rows with one key the greatest counts: the later delivery; of one moment, the file."""
    return (row["_received_at"], row["_import"] is not None, row["_import"] or 0, row["_row"] or 0, row["_partition"] or 0, row["_offset"] or 0)


def newest(rows, key):
    found = {}
    for row in rows:
        named = tuple(row[column] for column in key)
        if named not in found or rank(row) > rank(found[named]):
            found[named] = row
    return list(found.values())


def usable(order):
    return order["order_time"] is not None or None not in (order["order_number"], order["order_dow"], order["order_hour_of_day"])


def place(order):
    if order["order_time"] is None:
        return (0, datetime.datetime.min, order["order_number"], order["order_id"])
    return (1, order["order_time"], 0, order["order_id"])


def derive(orders, zone):
    """A user's orders, one after the other: what one leaves out follows from those before it."""
    highest, before, found = 0, None, []
    for order in sorted(orders, key=place):
        made = dict(order)
        if made["eval_set"] is None:
            made["eval_set"] = "prior"
        if made["order_number"] is None:
            made["order_number"] = highest + 1
        highest = max(highest, made["order_number"])
        if order["order_time"] is not None:
            local = order["order_time"].replace(tzinfo=datetime.timezone.utc).astimezone(zoneinfo.ZoneInfo(zone))
            if made["order_dow"] is None:
                made["order_dow"] = local.isoweekday() % 7
            if made["order_hour_of_day"] is None:
                made["order_hour_of_day"] = local.hour
            if made["days_since_prior_order"] is None and before is not None:
                passed = order["order_time"] - (before["order_time"] or before["_received_at"])
                made["days_since_prior_order"] = max(0, min(30, math.floor(passed / datetime.timedelta(days=1))))
        found.append(made)
        before = order
    return found


def orders_of(deliveries, zone="UTC"):
    users = {}
    for order in newest(deliveries, ["order_id"]):
        if usable(order):
            users.setdefault(order["user_id"], []).append(order)
    return {order["order_id"]: order for of_user in users.values() for order in derive(of_user, zone)}


def lines_of(filed, orders):
    """By (order, product): (place in the cart, reordered). An order sent with items is all that it was said to be then."""
    found = {}
    sent = {number: order for number, order in orders.items() if order["items"] is not None}
    for number, order in sent.items():
        for at, item in enumerate(order["items"]):
            position = item.get("add_to_cart_order")
            found[number, int(float(item["product_id"]))] = [at + 1 if position is None else position, item.get("reordered")]
    for line in newest(filed, ["order_id", "product_id"]):
        order = sent.get(line["order_id"])
        if order is None or line["_received_at"] >= order["_received_at"]:
            found[line["order_id"], line["product_id"]] = [line["add_to_cart_order"], line["reordered"]]
    firsts = {}
    for number, product in found:
        if number in orders:
            key = orders[number]["user_id"], product
            firsts[key] = min(firsts.get(key, math.inf), orders[number]["order_number"])
    for (number, product), line in found.items():
        if line[1] is None:
            line[1] = int(firsts[orders[number]["user_id"], product] < orders[number]["order_number"])
    return found


class Basket:
    """Every table, as a list of dicts."""

    def __init__(self, orders, filed, zone="UTC"):
        made = orders_of(orders, zone)
        self.orders = [{column: order[column] for column in ORDERS} for order in made.values()]
        self.order_products = [
            {"order_id": order, "product_id": product, "add_to_cart_order": line[0], "reordered": line[1]}
            for (order, product), line in lines_of(filed, made).items()
        ]
        all_orders, all_lines = pandas.DataFrame(self.orders, columns=ORDERS), pandas.DataFrame(self.order_products)
        all_orders["days_since_prior_order"] = all_orders["days_since_prior_order"].astype("Int64")
        self.features(all_orders, all_lines)

    def features(self, orders, lines):
        prior = orders[orders.eval_set == "prior"].merge(lines, on="order_id")
        user_1 = orders.groupby("user_id").agg(
            max_order_number=("order_number", "max"), total_days_prior_order=("days_since_prior_order", lambda d: d.sum(min_count=1)),
            avg_days_prior_order=("days_since_prior_order", "mean"),
        ).reset_index()
        user_2 = prior.groupby("user_id").agg(user_total_products=("product_id", "size"), user_distinct_products=("product_id", "nunique")).reset_index()
        again = prior[prior.reordered == 1].groupby("user_id").size()
        later = prior[prior.order_number > 1].groupby("user_id").size()
        user_2["user_reorder_ratio"] = [again.get(user, 0) / later[user] if user in later else None for user in user_2.user_id]
        up = prior.groupby(["user_id", "product_id"]).agg(
            up_orders=("order_id", "size"), up_first_order=("order_number", "min"), up_last_order=("order_number", "max"),
            up_average_cart_position=("add_to_cart_order", "mean"),
        ).reset_index()
        prior["nth"] = prior.groupby(["user_id", "product_id"]).order_number.rank(method="min")
        prior["first"], prior["second"] = prior.nth == 1, prior.nth == 2
        prd = prior.groupby("product_id").agg(
            prod_orders=("order_id", "size"), prod_reorders=("reordered", "sum"), prod_first_orders=("first", "sum"), prod_second_orders=("second", "sum"),
        ).reset_index()
        data = up.merge(user_1, on="user_id").merge(user_2, on="user_id").merge(prd, on="product_id")[DATA].sort_values(["user_id", "product_id"])
        prior = prior.drop(columns=["nth", "first", "second"])
        self.tables = {"order_products_prior": prior, "user_features_1": user_1, "user_features_2": user_2, "up_features": up, "prd_features": prd, "data": data}

    def rows(self, name):
        """Plain values, None for what is null, as SQL gives them."""
        if name in ("orders", "order_products"):
            return getattr(self, name)
        frame = self.tables[name]
        return [{c: plain(v) for c, v in row.items()} for row in frame.to_dict("records")]


def plain(value):
    if value is None or value is pandas.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
