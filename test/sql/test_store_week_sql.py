"""System D: the weekly metrics of the package store_week against plain Python with exact numbers, on generated dumps and on every edge of
the definitions. The statements run on DuckDB alone here, without the platform (test/journeys/test_store_week.py has the whole)."""

import csv
import datetime
import decimal
import gzip
import math
import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "journeys"))
from conftest import ROOT, binary, run  # noqa: E402, F401
from package_sql import OnDuckdb, PackageSql, moment, not_portable  # noqa: E402
from store_week_reference import METRICS, date, weekly_metrics  # noqa: E402

PACKAGE = PackageSql(ROOT / "packages/store_week")
MONEY = {"sales_amt", "cost_amt", "no_stock_impact"}
KIND = {"calendar": ["cal_dt"], "inventory": ["cal_dt", "store_key", "prod_key"], "product": ["prod_key"], "sales": ["trans_id"], "store": ["store_key"]}


class Dump:
    """The five tables of a date. Weeks go from Monday to Sunday; one in which the year ends is two."""

    def __init__(self, at="2025-07-01", first="2024-12-23", days=28, stores=(1, 2), products=(7, 8, 9)):
        self.date, self.tables = at, {name: [] for name in KIND}
        for n in range(days):
            day = date(first) + datetime.timedelta(days=n)
            monday = day - datetime.timedelta(days=day.weekday())
            week = (monday - date(f"{day.year}-01-01")).days // 7 + 1 if monday.year == day.year else 0
            self.tables["calendar"].append({"cal_dt": day, "yr_wk_num": day.year * 100 + week + 1, "yr_num": day.year})
        self.tables["store"] = [{"store_key": s, "store_desc": f"Store {s}"} for s in stores]
        self.tables["product"] = [{"prod_key": p, "prod_name": f"Product {p}", "category_name": "Food"} for p in products]

    def sold(self, day, qty, amt, cost="0", store=1, product=7):
        money = lambda text: None if text is None else decimal.Decimal(text)  # noqa: E731
        self.tables["sales"].append({
            "trans_id": len(self.tables["sales"]) + 1, "trans_dt": date(day), "store_key": store, "prod_key": product, "sales_qty": qty,
            "sales_amt": money(amt), "sales_cost": money(cost),
        })
        return self

    def stock(self, day, hand, out=0, order=0, store=1, product=7):
        self.tables["inventory"].append({
            "cal_dt": date(day), "store_key": store, "prod_key": product, "inventory_on_hand_qty": hand, "inventory_on_order_qty": order,
            "out_of_stock_flg": out,
        })
        return self

    def raw(self, only=None):
        rows = {}
        for name, table in self.tables.items():
            names = [field for field in PACKAGE.sources[f"store_week_{name}"]["fields"]]
            rows[f"store_week_{name}"] = [
                {n: row.get(n) for n in names} | {
                    "_source": f"store_week/{name}_{self.date}.csv.gz", "_partition": None, "_offset": None, "_import": 1, "_row": at,
                    "_received_at": moment("2025-07-01T07:00:00"),
                } for at, row in enumerate(table, 1)
            ]
        return rows

    def expected(self):
        return weekly_metrics(self.tables["sales"], self.tables["inventory"], self.tables["calendar"], date(self.date))


def in_one_order(rows):
    return sorted(rows, key=lambda row: [row["yr_wk_num"], row["store_key"], row["prod_key"], row["date"]])


def same(name, found, expected):
    """Whole numbers, dates and money exactly; quotients to the last digits of a double."""
    if name in MONEY:
        return isinstance(found, decimal.Decimal) and found == expected
    if isinstance(expected, float) and found is not None:
        return math.isclose(found, expected, rel_tol=1e-13, abs_tol=2e-12)
    return found == expected and type(found) is type(expected)


def assert_metrics(rows, expected):
    rows, expected = in_one_order(rows), in_one_order(expected)
    assert len(rows) == len(expected)
    for row, want in zip(rows, expected):
        assert list(row) == METRICS
        wrong = {name: (row[name], want[name]) for name in METRICS if not same(name, row[name], want[name])}
        assert not wrong, f"{row['yr_wk_num']}/{row['store_key']}/{row['prod_key']}: (answer, expected) {wrong}"


def made(dump, params=None, engine=None):
    return (engine or OnDuckdb(PACKAGE)).make(dump.raw(), params)


def metrics(dump):
    """All rows, compared with the reference."""
    rows = made(dump).rows("SELECT * FROM store_week.weekly_metrics")
    assert_metrics(rows, dump.expected())
    return rows


def only(dump):
    rows = metrics(dump)
    assert len(rows) == 1
    return rows[0]


def faults(dump):
    return made(dump).rows("SELECT fault, cal_dt, store_key, prod_key, found FROM store_week.faults ORDER BY fault, cal_dt")


# ---------------------------------------------------------------- the definitions, edge by edge

MON, TUE, WED, SUN = "2025-01-06", "2025-01-07", "2025-01-08", "2025-01-12"


def test_a_week_with_sales_and_stock():
    """The plain case, worked out by hand."""
    row = only(Dump().stock(MON, 10, order=5).stock(TUE, 2, order=6).sold(MON, 4, "40.00", "24.00").sold(TUE, 5, "60.00", "30.00"))
    assert (row["sales_qty"], row["sales_amt"], row["cost_amt"]) == (9, decimal.Decimal("100"), decimal.Decimal("54"))
    assert row["avg_sales_price"] == 100 / 9 and row["weeks_of_supply"] == 2 / 9
    assert (row["stock_on_hand_qty"], row["stock_on_order_qty"], row["stock_as_of_dt"]) == (2, 6, date(TUE))
    assert (row["low_stock_instances"], row["no_stock_instances"], row["total_low_stock_impact"]) == (1, 0, 1)
    assert (row["potential_low_stock_qty"], row["potential_low_stock_impact"]) == (3, 36.0)  # three of five pieces for 60
    assert (row["out_of_stock_rate"], row["in_stock_rate"], row["days_in_week_loaded"], row["no_stock_impact"]) == (0, 1, 2, 0)


def test_stock_without_sales():
    """Sums are 0, prices and weeks of supply are null."""
    row = only(Dump().stock(MON, 10).stock(TUE, 11))
    assert (row["sales_qty"], row["sales_amt"], row["cost_amt"], row["avg_sales_price"], row["weeks_of_supply"]) == (0, 0, 0, None, None)
    assert (row["stock_on_hand_qty"], row["low_stock_instances"], row["potential_low_stock_impact"], row["potential_low_stock_qty"]) == (11, 0, 0, 0)


def test_sales_without_an_inventory_row():
    """No flag, no stock: null, not 0."""
    row = only(Dump().sold(MON, 4, "40"))
    assert (row["stock_on_hand_qty"], row["stock_on_order_qty"], row["stock_as_of_dt"], row["weeks_of_supply"]) == (None, None, None, None)
    assert (row["low_stock_instances"], row["no_stock_instances"], row["in_stock_rate"], row["days_in_week_loaded"]) == (0, 0, 1, 1)


def test_a_day_of_sales_without_an_inventory_row_in_a_week_with_others():
    row = only(Dump().stock(MON, 1).sold(TUE, 4, "40"))
    assert (row["stock_as_of_dt"], row["low_stock_instances"], row["days_in_week_loaded"]) == (date(MON), 0, 2)


def test_a_week_cut_by_the_end_of_the_year_is_two():
    """Days of one calendar week, before and after New Year: two rows, each of seven days' share."""
    dump = Dump()
    for day in ["2024-12-30", "2024-12-31", "2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04", "2025-01-05"]:
        dump.stock(day, 0, out=1)
    rows = metrics(dump)
    assert [(row["days_in_week_loaded"], row["out_of_stock_rate"]) for row in rows] == [(2, 2 / 7), (5, 5 / 7)]
    assert len({row["yr_wk_num"] for row in rows}) == 2


def test_quantities_of_zero():
    """A sale of nothing for nothing, or for something: no division by zero."""
    row = only(Dump().stock(MON, 0).sold(MON, 0, "0").sold(TUE, 0, "3.50"))
    assert (row["sales_qty"], row["sales_amt"], row["avg_sales_price"], row["weeks_of_supply"]) == (0, decimal.Decimal("3.5"), None, None)
    assert (row["low_stock_instances"], row["potential_low_stock_impact"]) == (0, 0)


def test_returns_are_taken_off():
    """What came back on the day counts against what was sold, also when more came back."""
    row = only(Dump().stock(MON, 3).sold(MON, 5, "50").sold(MON, -2, "-20").stock(TUE, 3).sold(TUE, -1, "-10"))
    assert (row["sales_qty"], row["sales_amt"], row["low_stock_instances"]) == (2, decimal.Decimal("20"), 0)
    row = only(Dump().sold(MON, 1, "10").sold(TUE, -1, "-10"))
    assert (row["sales_qty"], row["avg_sales_price"]) == (0, None)
    row = only(Dump().stock(MON, 2).sold(MON, -1, "-10"))
    assert row["weeks_of_supply"] == -2


def test_two_sales_of_a_day_are_one_before_stock_is_compared():
    """3 and 3 of 4: each alone is less than the stock, together they are more."""
    row = only(Dump().stock(MON, 4).sold(MON, 3, "30").sold(MON, 3, "36"))
    assert (row["low_stock_instances"], row["potential_low_stock_qty"], row["potential_low_stock_impact"]) == (1, 2, 22.0)


def test_as_much_as_was_sold_is_not_low():
    assert only(Dump().stock(MON, 4).sold(MON, 4, "40"))["low_stock_instances"] == 0


def test_nulls_are_zero():
    """Sales without quantity, amount or cost; a flag that is not said."""
    row = only(Dump().stock(MON, 4, out=None).sold(MON, None, None, None).sold(MON, 2, "20", None))
    assert (row["sales_qty"], row["sales_amt"], row["cost_amt"], row["no_stock_instances"]) == (2, decimal.Decimal("20"), 0, 0)


def test_stock_that_is_not_said():
    """An inventory row without numbers: not low, and as the last row of the week it says null, not what an earlier one said."""
    row = only(Dump().stock(MON, 5, order=3).stock(TUE, None, order=None).sold(TUE, 9, "90"))
    assert (row["stock_on_hand_qty"], row["stock_on_order_qty"], row["stock_as_of_dt"], row["low_stock_instances"]) == (None, None, date(TUE), 0)
    assert row["weeks_of_supply"] is None


def test_stock_on_hand_is_of_the_last_day_whatever_the_order_of_rows():
    row = only(Dump().stock(WED, 3, order=1).stock(SUN, 8, order=2).stock(MON, 99, order=9))
    assert (row["stock_on_hand_qty"], row["stock_on_order_qty"], row["stock_as_of_dt"]) == (8, 2, date(SUN))


def test_out_of_stock_and_low_on_one_day_counts_twice():
    row = only(Dump().stock(MON, 0, out=1).sold(MON, 2, "20"))
    assert (row["total_low_stock_impact"], row["low_stock_instances"], row["no_stock_instances"]) == (2, 1, 1)
    assert (row["no_stock_impact"], row["potential_low_stock_impact"], row["potential_low_stock_qty"]) == (decimal.Decimal("20"), 20.0, 2)


def test_out_of_stock_without_sales_costs_nothing_known():
    row = only(Dump().stock(MON, 0, out=1).stock(TUE, 0, out=1))
    assert (row["no_stock_instances"], row["no_stock_impact"], row["total_low_stock_impact"], row["out_of_stock_rate"]) == (2, 0, 2, 2 / 7)


def test_low_stock_without_a_positive_quantity():
    """Less than nothing on hand and nothing sold: a day of low stock, short of pieces, but of no money."""
    row = only(Dump().stock(MON, -2).stock(TUE, -3).sold(TUE, -1, "-10"))
    assert (row["low_stock_instances"], row["potential_low_stock_qty"], row["potential_low_stock_impact"]) == (2, 4, 0)


def test_less_than_nothing_on_hand_counts_as_nothing():
    """The whole amount was at stake, not more; the pieces are counted from below zero."""
    row = only(Dump().stock(MON, -2).sold(MON, 3, "30"))
    assert (row["potential_low_stock_impact"], row["potential_low_stock_qty"]) == (30.0, 5)


def test_stores_and_products_do_not_mix():
    dump = Dump().stock(MON, 1).sold(MON, 4, "40", store=2).sold(MON, 4, "41", product=8).stock(MON, 9, store=2, product=9)
    assert len(metrics(dump)) == 4


def test_money_is_exact_where_floats_are_not():
    """0.1 ten times is 1; amounts of sixteen digits keep their cents."""
    dump = Dump()
    for _ in range(10):
        dump.sold(MON, 1, "0.1", "12345678901.0001")
    row = only(dump)
    assert (row["sales_amt"], row["cost_amt"]) == (decimal.Decimal("1"), decimal.Decimal("123456789010.001"))


def test_a_quotient_without_end_is_the_same_whatever_the_order_of_rows():
    """Seven days of sevenths for many products: every order of rows gives the same bits."""
    keys = [(f"2025-01-{6 + day:02}", product) for day in range(7) for product in range(200)]
    chance, amounts, seen = random.Random(1), {}, set()
    for key in keys:
        amounts[key] = f"{chance.randrange(1, 10**9) / 100:.2f}"
    for seed in range(4):
        dump, order = Dump(products=range(200)), list(keys)
        random.Random(seed).shuffle(order)
        for day, product in order:
            dump.stock(day, 3, product=product).sold(day, 7, amounts[day, product], product=product)
        rows = made(dump).rows("SELECT potential_low_stock_impact AS impact FROM store_week.weekly_metrics ORDER BY prod_key")
        seen.add(tuple(row["impact"] for row in rows))
    assert len(seen) == 1 and len(next(iter(seen))) == 200


# ---------------------------------------------------------------- what must not be published


def test_sound_dumps_have_no_faults():
    assert faults(Dump().stock(MON, 1).stock(TUE, 1).stock(MON, 1, store=2).sold(MON, 1, "1").sold(MON, 1, "1")) == []


def test_two_inventory_rows_for_one_key_are_a_fault():
    dump = Dump().stock(MON, 1).stock(TUE, 1).stock(TUE, 1).stock(TUE, 2, store=2)
    assert faults(dump) == [{"fault": "more than one inventory row", "cal_dt": date(TUE), "store_key": 1, "prod_key": 7, "found": 2}]


def test_days_that_share_a_bit_are_no_fault():
    """The search for repeated keys has 32 days to a word: days 32 apart, and days before 1970, are different days all the same."""
    dump = Dump(first="1969-12-01", days=400)
    for n in range(0, 400, 16):
        dump.stock((date("1969-12-01") + datetime.timedelta(days=n)).isoformat(), 1)
    assert faults(dump) == []
    assert len(faults(dump.stock("1969-12-17", 1))) == 1


def test_a_date_that_the_calendar_lacks_is_a_fault():
    found = faults(Dump().stock("2031-01-01", 1).sold("2030-01-01", 1, "1").sold("2030-01-01", 2, "1"))
    assert [(row["fault"], row["cal_dt"], row["found"]) for row in found] == [
        ("a date of inventory is not in the calendar", date("2031-01-01"), 1), ("a date of sales is not in the calendar", date("2030-01-01"), 2),
    ]


def test_a_date_that_the_calendar_has_twice_is_a_fault():
    dump = Dump()
    dump.tables["calendar"].append(dict(dump.tables["calendar"][3]))
    assert [row["fault"] for row in faults(dump)] == ["a date is in the calendar twice"]


def test_every_fault_has_a_check_that_blocks():
    """Each of them keeps the dump from being published, and has a name of its own."""
    conditions = [check["expression"] for check in PACKAGE.headers["faults"]["checks"]]
    named = {name for name in __import__("re").findall(r"'([^']+)' AS fault", PACKAGE.assets["faults"])}
    assert {f"fault <> '{name}'" for name in named} == set(conditions) and len(named) == 4
    assert all(check.get("blocking", True) for check in PACKAGE.headers["faults"]["checks"])


# ---------------------------------------------------------------- dates and dumps


@pytest.mark.parametrize("named, told, expected", [
    ("store_week/calendar_2025-07-02.csv.gz", None, "2025-07-02"),
    ("calendar_20250703.csv", None, "2025-07-03"),
    ("2024-01-01/calendar_2025-07-04.csv", None, "2025-07-04"),
    ("calendar.csv", None, "2025-07-01"),
    ("calendar_2025-13-45.csv", None, "2025-07-01"),
    ("calendar_2025-07-02.csv.gz", "2025-07-09", "2025-07-09"),
])
def test_the_date_of_a_dump(named, told, expected):
    """What the run was told, else the name of the calendar's file, else the day on which it came."""
    dump = Dump().stock(MON, 1)
    raw = dump.raw()
    for row in raw["store_week_calendar"]:
        row["_source"] = named
    engine = OnDuckdb(PACKAGE).make(raw, {"date": told} if told else {"sales": "x"})
    assert engine.rows("SELECT date FROM store_week.dump") == [{"date": date(expected)}]
    assert {row["date"] for row in engine.rows("SELECT date FROM store_week.weekly_metrics")} == {date(expected)}


def test_files_of_two_dates_are_seen():
    """The check on dump fails where one of the five files is of another night."""
    condition = next(c["expression"] for c in PACKAGE.headers["dump"]["checks"] if c.get("name") == "all_files_are_of_one_date")
    raw = Dump().stock(MON, 1).sold(MON, 1, "1").raw()
    holds = lambda: OnDuckdb(PACKAGE).make(raw).rows(f"SELECT {condition} AS holds FROM store_week.dump") == [{"holds": True}]  # noqa: E731
    assert holds()
    for row in raw["store_week_sales"]:
        row["_source"] = "sales_2025-06-30.csv.gz"
    assert not holds()
    raw["store_week_sales"] = []  # a night without a sale is fine
    assert holds()


def test_the_second_dump_stands_beside_the_first():
    """Two full dumps: the newest is what is seen, its numbers and not the sum; the first is kept in the history."""
    first, second = Dump("2025-07-01").stock(MON, 5).sold(MON, 4, "40"), Dump("2025-07-02").stock(MON, 5).sold(MON, 4, "40").sold(TUE, 1, "11")
    second.tables["product"] = second.tables["product"][:2]
    engine = made(first)
    made(second, engine=engine)
    assert_metrics(engine.rows("SELECT * FROM store_week.weekly_metrics"), second.expected())
    assert_metrics(engine.rows("SELECT * FROM store_week.weekly_metrics_history"), first.expected() + second.expected())
    assert engine.rows("SELECT count(*) AS n FROM store_week.product") == [{"n": 2}]
    assert engine.rows("SELECT count(*) AS n FROM store_week.product_history") == [{"n": 5}]
    corrected = Dump("2025-07-01").stock(MON, 5).sold(MON, 3, "30")
    made(corrected, engine=engine)
    assert_metrics(engine.rows("SELECT * FROM store_week.weekly_metrics_history"), corrected.expected() + second.expected())
    assert_metrics(engine.rows("SELECT * FROM store_week.weekly_metrics"), second.expected())


# ---------------------------------------------------------------- generated dumps


def read(path, fields):
    whole, exact = {"integer", "bigint"}, lambda type: type.startswith("decimal")
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            yield {
                name: None if row[name] == "" else int(row[name]) if field["type"] in whole else decimal.Decimal(row[name]) if exact(field["type"])
                else date(row[name]) if field["type"] == "date" else float(row[name]) if field["type"] == "double" else row[name]
                for name, field in fields.items()
            }


def generated(folder, seed, scale="0.0006"):
    run("generate", "store_week", "--out", folder, "--scale", scale, "--seed", seed)
    dump = Dump(at=next(folder.glob("sales_*")).name[6:16])
    for name in KIND:
        dump.tables[name] = list(read(next(folder.glob(f"{name}_*")), PACKAGE.sources[f"store_week_{name}"]["fields"]))
    return dump


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    return generated(tmp_path_factory.mktemp("chain"), 4)


def test_generated_dump_equals_python(chain):
    """A year of a small chain: returns, stock-outs, days without a row, stock below zero, weeks cut by New Year."""
    rows = metrics(chain)
    assert faults(chain) == []
    for edge in [
        any(row["days_in_week_loaded"] < 7 for row in rows), any(row["stock_on_hand_qty"] is not None and row["stock_on_hand_qty"] <= 0 for row in rows),
        any(row["no_stock_instances"] for row in rows), any(row["potential_low_stock_impact"] for row in rows), any(row["sales_qty"] == 0 for row in rows),
    ]:
        assert edge, "the generated dump lacks what it should have"


@pytest.mark.parametrize("seed", range(8))
def test_any_rows_equal_python(seed):
    """Few keys, many rows, every oddity at once."""
    chance = random.Random(seed)
    dump, days = Dump(), [row["cal_dt"].isoformat() for row in Dump().tables["calendar"]]
    for store in (1, 2):
        for product in (7, 8):
            for day in days:
                for _ in range(chance.choice([0, 0, 1, 2])):
                    amount = f"{chance.randrange(-500, 3000) / 100:.2f}"
                    dump.sold(day, chance.choice([None, -2, -1, 0, 1, 2, 3, 7]), chance.choice([None, amount, amount]), amount, store, product)
                if chance.random() < 0.7:
                    dump.stock(day, chance.choice([None, -3, 0, 1, 2, 5, 40]), chance.choice([None, 0, 0, 1]), chance.choice([None, 0, 6]), store, product)
    metrics(dump)


@pytest.mark.parametrize("name", sorted(PACKAGE.queries))
def test_saved_queries_answer(chain, name):
    """Each finds something in a year of a chain."""
    assert made(chain).rows(PACKAGE.queries[name])


def test_the_mailed_file_has_the_two_newest_weeks(chain):
    rows = made(chain).rows(PACKAGE.statement("weekly_metrics_csv"))
    weeks = sorted({row["yr_wk_num"] for row in chain.expected()})[-2:]
    assert list(rows[0]) == METRICS[:-1]
    assert sorted({row["yr_wk_num"] for row in rows}) == weeks
    assert len(rows) == sum(row["yr_wk_num"] in weeks for row in chain.expected())


@pytest.mark.parametrize("name", sorted([*PACKAGE.assets, *PACKAGE.queries]))
def test_statement_runs_on_spark_too(name):
    assert not not_portable({**PACKAGE.assets, **PACKAGE.queries}[name])
