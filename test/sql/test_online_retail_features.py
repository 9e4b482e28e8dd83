"""What is known of a customer's products before an invoice, and nothing of it or later: assets/features of online_retail on DuckDB alone, against plain
Python, on the real data and on hand-made invoices. (What customers spend, A9, is compared with pandas in test_marts_and_queries.py.)"""

import collections
import datetime
import decimal
import pathlib
import random
import statistics
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "journeys"))
from conftest import ROOT, binary, online_retail, real_csv  # noqa: E402, F401
from package_sql import OnDuckdb, PackageSql, not_portable  # noqa: E402
from reference import read_lines  # noqa: E402
from test_basket_features import equal  # noqa: E402

PACKAGE = PackageSql(ROOT / "packages/online_retail")
NO_PRODUCTS = {"POST", "D", "M", "C2", "DOT", "BANK CHARGES", "PADS", "CRUK", "AMAZONFEE", "S", "B"}
START = datetime.datetime(2011, 1, 3, 9, 30)


def line(invoice, stock, day, customer="1", quantity=2, price="1.25", minutes=0):
    return {
        "invoice_no": invoice, "stock_code": stock, "description": "thing", "quantity": quantity, "unit_price": decimal.Decimal(price),
        "invoice_date": START + datetime.timedelta(days=day, minutes=minutes), "customer_id": customer, "country": "France",
        "_source": "file", "_import": 1, "_row": 1, "_received_at": START,
    }


def make(lines, statement=None, **asked):
    made = OnDuckdb(PACKAGE).make({"online_retail": lines}, {name: str(value) for name, value in asked.items()})
    sql = statement or PACKAGE.statement("buy_again_features")
    made.engine.execute(f"CREATE OR REPLACE TABLE online_retail.buy_again_features AS {sql}")
    return made


def rows(made, where="true"):
    found = made.rows(f"SELECT * FROM online_retail.buy_again_features WHERE {where}")
    return {(row.pop("fold"), row.pop("customer_id"), row.pop("stock_code")): row for row in found}


# ---------------------------------------------------------------- plain Python


class Invoice:
    def __init__(self, lines):
        self.no, self.at, self.items = lines[0]["invoice_no"], min(x["invoice_date"] for x in lines), collections.defaultdict(lambda: [0, 0])
        for x in lines:
            self.items[x["stock_code"]][0] += x["quantity"]
            self.items[x["stock_code"]][1] += x["quantity"] * x["unit_price"]


def histories(lines):
    """By customer: his invoices in a row, numbered, without what is no purchase."""
    by_invoice, found = collections.defaultdict(list), collections.defaultdict(list)
    for x in lines:
        if x["customer_id"] and not x["invoice_no"].startswith("C") and x["quantity"] > 0 and x["stock_code"] not in NO_PRODUCTS:
            by_invoice[x["customer_id"], x["invoice_no"]].append(x)
    for (customer, _), of_invoice in by_invoice.items():
        found[customer].append(Invoice(of_invoice))
    for made in found.values():
        made.sort(key=lambda invoice: (invoice.at, invoice.no))
        for number, invoice in enumerate(made, 1):
            invoice.number, invoice.day = number, (invoice.at.date() - made[0].at.date()).days
    return found


def mean(values):
    return statistics.fmean(values) if values else None


def over(a, b):
    return None if a is None or not b else float(a) / float(b)


def customer_part(past):
    seen, known = set(), []
    for invoice in past:
        known.append(len(seen & set(invoice.items)))
        seen |= set(invoice.items)
    sizes, last = [len(invoice.items) for invoice in past], past[-1]
    later = [size if invoice.number > 1 else 0 for size, invoice in zip(sizes, past)]
    return {
        "customer_orders": len(past), "customer_lines": sum(sizes), "customer_products": len(seen), "customer_days": last.day,
        "customer_mean_pause": over(last.day, len(past) - 1), "customer_last_pause": last.day - past[-2].day if len(past) > 1 else None,
        "customer_reorder_ratio": over(sum(known), sum(later)), "customer_recent_reorder_ratio": over(sum(known[-3:]), sum(later[-3:])),
        "customer_average_basket": sum(sizes) / len(past), "customer_last_basket": sizes[-1], "customer_recent_basket": mean(sizes[-3:]),
        "customer_mean_amount": float(sum(a for invoice in past for _, a in invoice.items.values())) / len(past),
    }


def pair_part(stock, past, customer):
    mine, last = [invoice for invoice in past if stock in invoice.items], past[-1]
    gaps, days = [b.number - a.number for a, b in zip(mine, mine[1:])], [b.day - a.day for a, b in zip(mine, mine[1:])]
    streak = 1
    while streak < len(mine) and gaps[-streak] == 1:
        streak += 1
    ago = [last.number + 1 - invoice.number for invoice in mine]
    pieces, paid = sum(invoice.items[stock][0] for invoice in mine), sum(invoice.items[stock][1] for invoice in mine)
    return {
        "cp_orders": len(mine), "cp_order_rate": len(mine) / len(past), "cp_order_rate_since_first": len(mine) / (last.number - mine[0].number + 1),
        "cp_invoices_since_last": last.number - mine[-1].number, "cp_invoices_since_first": last.number - mine[0].number,
        "cp_days_since_last": last.day - mine[-1].day, "cp_days_since_first": last.day - mine[0].day,
        "cp_streak": streak if mine[-1] is last else 0, "cp_mean_gap_invoices": mean(gaps), "cp_mean_gap_days": mean(days),
        "cp_longest_gap_days": max(days, default=None), "cp_overdue_invoices": over(last.number - mine[-1].number + 1, mean(gaps)),
        "cp_overdue_days": over(last.day - mine[-1].day + (customer["customer_mean_pause"] or 0), mean(days)),
        "cp_in_last_3": sum(a <= 3 for a in ago), "cp_in_last_5": sum(a <= 5 for a in ago),
        "cp_recent_fast": sum(round(1000000 * 0.7**a) for a in ago) / 1000000, "cp_recent": sum(round(1000000 * 0.9**a) for a in ago) / 1000000,
        "cp_share": len(mine) / customer["customer_lines"], "cp_mean_quantity": pieces / len(mine),
        "cp_last_quantity": mine[-1].items[stock][0], "cp_mean_price": over(paid, pieces),
    }


def product_counts(pasts):
    """By product, and under None of all: orders, reorders, buyers, those who bought it twice, …"""
    found = collections.defaultdict(collections.Counter)
    for past in pasts:
        last, nth = {}, collections.Counter()
        for invoice in past:
            for stock, (pieces, _) in invoice.items.items():
                nth[stock] += 1
                for counts in [found[stock], found[None]]:
                    counts.update({
                        "orders": 1, "reorders": stock in last, "first": nth[stock] == 1, "second": nth[stock] == 2, "pieces": pieces,
                        "next": stock in last and invoice.number - last[stock].number == 1, "chances": invoice is not past[-1],
                        "days": invoice.day - last[stock].day if stock in last else 0,
                    })
                last[stock] = invoice
    return found


def product_part(counts, of_all, customers):
    return {
        "prod_orders": counts["orders"], "prod_reorders": counts["reorders"], "prod_reorder_probability": counts["second"] / counts["first"],
        "prod_reorder_ratio": counts["reorders"] / counts["orders"], "prod_customers_ratio": counts["first"] / customers,
        "prod_next_ratio": (counts["next"] + 10 * (over(of_all["next"], of_all["chances"]) or 0)) / (counts["chances"] + 10),
        "prod_mean_gap_days": over(counts["days"], counts["reorders"]), "prod_mean_quantity": counts["pieces"] / counts["orders"],
    }


def features(lines, back=0, folds=("score", "test", "train"), only=None):
    found = {}
    for n, fold in enumerate(folds):
        pasts = {c: made[: len(made) - n - back] for c, made in histories(lines).items() if len(made) > n + back}
        counts = product_counts(pasts.values())
        for customer, past in pasts.items():
            if only is not None and customer not in only:
                continue
            bought = {stock for invoice in past for stock in invoice.items}
            label, known = None if n == 0 else set(histories_of(lines)[customer][len(past)].items), customer_part(past)
            for stock in bought:
                found[fold, customer, stock] = {"label": None if label is None else int(stock in label)} | known | pair_part(
                    stock, past, known
                ) | product_part(counts[stock], counts[None], len(pasts))
    return found


def histories_of(lines, kept={}):  # noqa: B006
    if kept.get("of") is not lines:
        kept.update({"of": lines, "made": histories(lines)})
    return kept["made"]


def assert_features(made, expected, where="true"):
    found = rows(made, where)
    assert found.keys() == expected.keys() and found
    for key, row in found.items():
        assert row.keys() == expected[key].keys()
        wrong = {name: (value, expected[key][name]) for name, value in row.items() if not equal(value, expected[key][name])}
        assert not wrong, f"{key}: (answer, expected): {wrong}"


# ---------------------------------------------------------------- the tests


def some_shop(seed=5):
    """Customers with one to nine invoices, cancellations, postage, lines without a customer, lines that are there twice."""
    chance, lines = random.Random(seed), []
    for customer in range(1, 16):
        favourites, day = chance.sample(range(100, 130), 8), 0
        for number in range(chance.randrange(1, 10)):
            day += chance.randrange(0, 20)
            invoice = f"5{customer:02}{number:03}"
            for minutes, stock in enumerate([*chance.sample(favourites, 4), favourites[0], chance.randrange(130, 140)]):
                lines.append(line(invoice, str(stock), day, str(customer), chance.randrange(1, 9), "2.10", minutes))
            if chance.random() < 0.3:
                lines += [line("C" + invoice, str(favourites[0]), day, str(customer), -1), line(invoice, "POST", day, str(customer), 1)]
    return [*lines, line("599999", "100", 3, None), line("599998", "101", 3, "")]


@pytest.mark.parametrize("back", [0, 1])
def test_any_shop_equals_plain_python(back):
    """As of now and as of an invoice ago."""
    lines = some_shop()
    assert_features(make(lines, train_folds=1, invoices_back=back), features(lines, back))


def test_the_real_shop_equals_plain_python(real_csv):  # noqa: F811
    """Every feature of each product of every tenth customer, among those of all customers."""
    read = read_lines(real_csv, "latin-1")
    lines = [
        line(r.invoice, r.stock, 0, r.customer or None, r.quantity, r.price) | {"invoice_date": datetime.datetime.fromisoformat(r.at), "description": r.description or None}
        for r in read.itertuples() if r.customer
    ]
    only = {customer for customer in read["customer"].unique() if customer.endswith("7")}
    expected = features(lines, folds=("score", "test"), only=only)
    assert len(expected) > 20_000
    assert_features(make(lines, train_folds=1), expected, "customer_id LIKE '%7' AND fold <> 'train'")


def with_another_future(lines, chance):
    """What each customer's last invoice has, how much of it and at which price, is changed; it stays after the others."""
    last = {customer: made[-1].no for customer, made in histories(lines).items()}
    kept = [x for x in lines if last.get(x["customer_id"]) != x["invoice_no"]]
    for customer, number in sorted(last.items()):
        of_last = [x for x in lines if x["customer_id"] == customer and x["invoice_no"] == number]
        at, more = max(x["invoice_date"] for x in of_last), chance.randrange(1, 90)
        for stock in chance.sample(range(100, 140), 7):
            kept.append(line(number, str(stock), 0, customer, chance.randrange(1, 50), "3.30") | {"invoice_date": at + datetime.timedelta(days=more)})
    return kept


def leaks(statement=None):
    lines, moved = some_shop(), set()
    before = rows(make(lines, statement), "fold IN ('test', 'train')")
    for seed in range(3):
        after = rows(make(with_another_future(lines, random.Random(seed)), statement), "fold IN ('test', 'train')")
        moved |= {"rows"} if after.keys() != before.keys() else set()
        for key in after.keys() & before.keys():
            names = set(after[key]) - ({"label"} if key[0] == "test" else set())
            moved |= {name for name in names if after[key][name] != before[key][name]}
    return moved


def test_another_future_moves_no_feature():
    assert leaks() == set()


@pytest.mark.parametrize("right, wrong, feature", [
    ("folds.before_invoice_number > runs.invoice_number", "folds.before_invoice_number >= runs.invoice_number", "cp_orders"),
    ("ELSE 1 END AS label,", "ELSE 1 END AS label, (SELECT max(days_since_start) FROM interactions AS i WHERE i.customer_id = pairs.customer_id) AS cp_days,", "cp_days"),
])
def test_a_future_column_is_caught(right, wrong, feature):
    """With a statement that lets the future in the test above fails, and names the feature."""
    sql = PACKAGE.statement("buy_again_features")
    assert sql.count(right) == 1, f"the statement has changed: {right}"
    assert feature in leaks(sql.replace(right, wrong))


def test_cutoffs_of_one_invoice_and_of_none():
    """One invoice is the hold-out, with nothing before it; a customer of nothing but cancellations and postage has none."""
    made = make([line("500001", "100", 0), line("C500002", "100", 1, "2", -1), line("500003", "POST", 1, "3")])
    assert [tuple(r.values()) for r in made.rows("SELECT * FROM online_retail.cutoffs ORDER BY invoices_back")] == [("1", 0, 2, None), ("1", 1, 1, "500001")]
    assert set(rows(made)) == {("score", "1", "100")}


def test_lines_of_one_product_are_one_interaction():
    """Its pieces and amounts are summed; the invoice is of the time of its first line."""
    made = make([line("500001", "100", 0, minutes=5), line("500001", "100", 0, quantity=3), line("500001", "99", 0, minutes=9)])
    found = made.rows("SELECT stock_code, quantity, amount, invoice_date, place FROM online_retail.interactions ORDER BY stock_code")
    assert [tuple(row.values())[:-1] for row in found] == [
        ("100", 5, decimal.Decimal("6.25"), START), ("99", 2, decimal.Decimal("2.50"), START),
    ]
    assert {row["place"] for row in found} == {1, 2}


def test_places_are_by_chance_and_stay():
    """Which product comes first has nothing to do with its code, and is the same from run to run."""
    lines = [line(str(500000 + i), stock, i) for i in range(200) for stock in ("100", "200")]
    made, again = make(lines), make(list(reversed(lines)))
    sql = "SELECT invoice_no, stock_code, place FROM online_retail.interactions ORDER BY invoice_no, stock_code"
    assert made.rows(sql) == again.rows(sql)
    first = sum(row["place"] == 1 for row in made.rows(sql) if row["stock_code"] == "100")
    assert 70 < first < 130


@pytest.mark.parametrize("name", ["interactions", "cutoffs", "buy_again_features", "customer_features", "customer_rfm"])
def test_statement_runs_on_spark_too(name):
    assert not not_portable(PACKAGE.assets[name])
