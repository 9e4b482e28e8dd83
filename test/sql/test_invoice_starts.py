"""What is known of an invoice at its third line: values worked out by hand, and later lines, later invoices and the total move none of them."""

import datetime
import random

import pytest

from package_sql import OnDuckdb, not_portable
from test_online_retail_features import PACKAGE, START, line  # noqa: F401

KNOWN = [
    "customer_id", "invoice_date", "hour", "weekday", "in_home_country", "first_amount", "first_quantity", "first_most", "first_price", "earlier_invoices",
    "earlier_high_value", "earlier_mean", "earlier_most", "last_total", "days_since_last",
]


def starts(lines, statement=None):
    placed = [row | {"_row": number} for number, row in enumerate(lines, 1)]
    made = OnDuckdb(PACKAGE).make({"online_retail": placed})
    return {row["invoice_no"]: row for row in made.rows(statement or PACKAGE.statement("invoice_starts"))}


def many(seed):
    chance = random.Random(seed)
    lines = []
    for number in range(40):
        for place in range(chance.randint(1, 9)):
            lines.append(line(str(500000 + number), str(100 + place), number * 3, str(number % 4), chance.randint(1, 300), f"{chance.randint(1, 900) / 100}"))
    return lines


def test_values_by_hand():
    """Three lines in the order of the file, though the fourth is the largest; the flag is of all four; of the next invoice the first is history."""
    lines = [
        line("500001", "30", 0, quantity=10, price="2.00"), line("500001", "20", 0, quantity=1, price="9.00"), line("500001", "10", 0, quantity=4, price="0.50"),
        line("500001", "5", 0, quantity=500, price="2.00"), line("500002", "1", 7), line("500002", "2", 7), line("500002", "3", 7), line("500003", "3", 9),
    ]
    found = starts(lines)
    assert set(found) == {"500001", "500002"}
    first, second = found["500001"], found["500002"]
    assert (first["high_value"], first["first_amount"], first["first_quantity"], first["first_most"], first["first_price"]) == (1, 31.0, 15, 20.0, 9.0)
    assert (first["earlier_invoices"], first["earlier_mean"], first["days_since_last"], first["hour"], first["weekday"]) == (0, None, None, 9, 1)
    assert (second["high_value"], second["earlier_invoices"], second["earlier_high_value"], second["last_total"], second["days_since_last"]) == (0, 1, 1, 1031.0, 7)


def test_flag_begins_at_a_thousand():
    made = OnDuckdb(PACKAGE).make({"online_retail": [line("500001", "1", 0, quantity=1000, price="1"), line("500002", "1", 0, quantity=1, price="999.99"), line("C500003", "1", 0)]})
    assert [tuple(row.values()) for row in made.rows("SELECT invoice_no, high_value FROM online_retail.invoice_values ORDER BY 1")] == [("500001", True), ("500002", False)]


def another(row):
    """The line as somebody else might have written it: of another customer and country, dearer, and dated a day back, which moves the least of all dates."""
    return row | {
        "quantity": row["quantity"] * 50, "unit_price": row["unit_price"] * 3, "customer_id": "9", "country": "United Kingdom",
        "invoice_date": row["invoice_date"] - datetime.timedelta(days=1),
    }


def leaks(statement=None):
    """Names of what moved when everything behind the third line of each invoice, and every later invoice, was made another."""
    lines = many(7)
    before, moved = starts(lines, statement), set()
    for chosen in ("500004", "500017", "500031"):
        seen, other = 0, []
        for row in lines:
            seen += row["invoice_no"] == chosen
            later = row["invoice_no"] > chosen or (row["invoice_no"] == chosen and seen > 3)
            other.append(another(row) if later else row)
        after = starts(other, statement)
        assert chosen in after, "nothing would be compared"
        for invoice in before:
            if invoice <= chosen and invoice in after:
                moved |= {name for name in KNOWN if before[invoice][name] != after[invoice][name]}
    return moved


def test_nothing_later_is_known():
    assert set(next(iter(starts(many(7)).values()))) == {"invoice_no", "high_value", *KNOWN}
    assert not leaks()


@pytest.mark.parametrize("right, wrong, feature", [
    ("WHERE place <= 3\n", "\n", "first_amount"),
    ("WHERE place <= 3\n", "\n", "customer_id"),
    ("WHERE place <= 3\n", "\n", "in_home_country"),
    ("f.customer_id,", "v.customer_id,", "customer_id"),
    ("f.begun AS invoice_date", "v.invoice_date", "invoice_date"),
    ("f.country = ", "v.country = ", "in_home_country"),
    ("ORDER BY happened, is_end,", "ORDER BY happened, is_end DESC,", "earlier_mean"),
])
def test_a_leak_is_caught(right, wrong, feature):
    """With a later line, or the invoice's own total, let in the test above fails, and names the feature."""
    sql = PACKAGE.statement("invoice_starts").replace("HAVING count(*) = 3", "HAVING count(*) >= 3")
    assert sql.count(right) == 1, f"the statement has changed: {right}"
    assert feature in leaks(sql.replace(right, wrong))


def test_what_is_not_over_is_not_known():
    """An invoice whose last line comes after another was begun is no history of that one; in the same minute neither is the other's."""
    three = [("10", 0), ("20", 0)]
    lines = [line("500001", code, 0, minutes=minutes) for code, minutes in [*three, ("30", 90)]]
    lines += [line("500002", code, 0, minutes=30) for code in ("1", "2", "3")] + [line("500003", code, 0, minutes=30) for code in ("1", "2", "3")]
    lines += [line("500004", code, 1) for code in ("1", "2", "3")]
    found = starts(lines)
    assert [found[str(500001 + i)]["earlier_invoices"] for i in range(4)] == [0, 0, 0, 3]
    assert (found["500004"]["last_total"], found["500004"]["days_since_last"]) == (7.5, 1)


def test_lines_that_name_nobody_at_first():
    """Who is named by a later line alone is not known at the third."""
    lines = [line("500001", code, 0) for code in ("1", "2", "3")]
    lines += [line("500002", code, 5, customer=None) for code in ("1", "2", "3")] + [line("500002", "4", 5)]
    found = starts(lines)["500002"]
    assert (found["customer_id"], found["earlier_invoices"], found["last_total"], found["first_quantity"]) == (None, 0, None, 6)


@pytest.mark.parametrize("name", ["invoice_values", "invoice_starts"])
def test_statement_runs_on_spark_too(name):
    assert not not_portable(PACKAGE.assets[name])
