"""What the tables of the package store_week must hold, with pandas and Python's own numbers from the same rows: no SQL.

The day grain is made row by row with exact decimals, then each metric is said as SYSTEMS.md D3 says it.
"""

import collections
import datetime
from decimal import Decimal
from fractions import Fraction

METRICS = [
    "yr_wk_num", "store_key", "prod_key", "sales_qty", "sales_amt", "cost_amt", "avg_sales_price", "stock_on_hand_qty", "stock_on_order_qty",
    "stock_as_of_dt", "out_of_stock_rate", "in_stock_rate", "days_in_week_loaded", "total_low_stock_impact", "potential_low_stock_impact",
    "potential_low_stock_qty", "no_stock_impact", "low_stock_instances", "no_stock_instances", "weeks_of_supply", "date",
]


def day_grain(sales, inventory):
    """By (store, product, day): what was sold, and the inventory row if there is one."""
    days = collections.defaultdict(lambda: {"qty": 0, "amt": Decimal(0), "cost": Decimal(0), "stock": None})
    for row in sales:
        day = days[row["store_key"], row["prod_key"], row["trans_dt"]]
        day["qty"] += row["sales_qty"] or 0
        day["amt"] += row["sales_amt"] or Decimal(0)
        day["cost"] += row["sales_cost"] or Decimal(0)
    for row in inventory:
        day = days[row["store_key"], row["prod_key"], row["cal_dt"]]
        assert day["stock"] is None, "two inventory rows for one key"
        day["stock"] = row
    return days


def flags(day):
    """(out of stock, low stock) of a day: 1 or 0."""
    if day["stock"] is None:
        return 0, 0
    hand = day["stock"]["inventory_on_hand_qty"]
    return day["stock"]["out_of_stock_flg"] or 0, int(hand is not None and hand < day["qty"])


def quotient(a, b):
    return float(Fraction(a) / Fraction(b)) if b else None


def week_metrics(days):
    """days: [(date, day)] of one week, store and product."""
    quantity = sum(day["qty"] for _, day in days)
    amount = sum((day["amt"] for _, day in days), Decimal(0))
    stocked = [(date, day["stock"]) for date, day in days if day["stock"] is not None]
    as_of, last = max(stocked, key=lambda pair: pair[0]) if stocked else (None, {})
    out = [day for _, day in days if flags(day)[0]]
    low = [day for _, day in days if flags(day)[1]]
    impact = sum(
        Fraction(day["amt"]) - Fraction(max(day["stock"]["inventory_on_hand_qty"], 0)) * Fraction(day["amt"]) / day["qty"] for day in low if day["qty"] > 0
    )
    on_hand = last.get("inventory_on_hand_qty")
    return {
        "sales_qty": quantity, "sales_amt": amount, "cost_amt": sum((day["cost"] for _, day in days), Decimal(0)),
        "avg_sales_price": quotient(amount, quantity), "stock_on_hand_qty": on_hand, "stock_on_order_qty": last.get("inventory_on_order_qty"),
        "stock_as_of_dt": as_of, "out_of_stock_rate": len(out) / 7, "in_stock_rate": 1 - len(out) / 7, "days_in_week_loaded": len(days),
        "total_low_stock_impact": len(out) + len(low), "potential_low_stock_impact": float(impact),
        "potential_low_stock_qty": sum(day["qty"] - day["stock"]["inventory_on_hand_qty"] for day in low),
        "no_stock_impact": sum((day["amt"] for day in out), Decimal(0)), "low_stock_instances": len(low), "no_stock_instances": len(out),
        "weeks_of_supply": None if on_hand is None else quotient(on_hand, quantity),
    }


def weekly_metrics(sales, inventory, calendar, date):
    week_of = {row["cal_dt"]: row["yr_wk_num"] for row in calendar}
    weeks = collections.defaultdict(list)
    for (store, product, day), found in day_grain(sales, inventory).items():
        weeks[week_of[day], store, product].append((day, found))
    return [
        {"yr_wk_num": week, "store_key": store, "prod_key": product} | week_metrics(days) | {"date": date}
        for (week, store, product), days in sorted(weeks.items())
    ]


def date(text):
    return datetime.date.fromisoformat(text)
