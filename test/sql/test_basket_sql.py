"""System B: every table of the package basket against plain Python and pandas, on the real sample, on generated data and on every odd
order there is. The statements run on DuckDB alone here, without the platform (test/journeys/test_basket.py has the whole), and where
Spark is at hand on Spark too."""

import csv
import datetime
import gzip
import json
import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "journeys"))
from conftest import DATA, ROOT, binary, run  # noqa: E402, F401
from basket_reference import Basket  # noqa: E402
from package_sql import OnDuckdb, PackageSql, moment, not_portable  # noqa: E402

PACKAGE = PackageSql(ROOT / "packages/basket")
TABLES = ["orders", "order_products", "order_products_prior", "user_features_1", "user_features_2", "up_features", "prd_features", "data"]
KEYS = {"orders": ["order_id"], "user_features_1": ["user_id"], "user_features_2": ["user_id"], "prd_features": ["product_id"],
        "up_features": ["user_id", "product_id"], "data": ["user_id", "product_id"]}
MONDAY = "2026-11-02T00:00:00"


class Deliveries:
    """What comes to raw, one delivery after another, a second apart."""

    def __init__(self, received="2026-11-10T20:00:00"):
        self.at, self.import_number, self.offset = moment(received), 0, 0
        self.orders, self.lines = [], []

    def provenance(self, row=None):
        if row is None:
            self.offset += 1
            return {"_source": "basket_orders", "_partition": 0, "_offset": self.offset, "_import": None, "_row": None, "_received_at": self.at}
        return {"_source": "file", "_partition": None, "_offset": None, "_import": self.import_number, "_row": row, "_received_at": self.at}

    def later(self, **units):
        self.at += datetime.timedelta(**(units or {"seconds": 1}))
        return self

    def file_orders(self, *rows):
        """(order_id, user_id, eval_set, number, dow, hour, days)"""
        self.later().import_number += 1
        names = ["order_id", "user_id", "eval_set", "order_number", "order_dow", "order_hour_of_day", "days_since_prior_order"]
        self.orders += [dict(zip(names, r)) | {"order_time": None, "items": None} | self.provenance(n) for n, r in enumerate(rows, 1)]
        return self

    def file_lines(self, *rows):
        self.later().import_number += 1
        names = ["order_id", "product_id", "add_to_cart_order", "reordered"]
        self.lines += [dict(zip(names, r)) | self.provenance(n) for n, r in enumerate(rows, 1)]
        return self

    def send(self, order_id, user_id, order_time=None, items=None, **more):
        self.later()
        items = [{"product_id": i} if isinstance(i, int) else i for i in items] if items is not None else None
        names = ["eval_set", "order_number", "order_dow", "order_hour_of_day", "days_since_prior_order"]
        self.orders.append(
            {"order_id": order_id, "user_id": user_id, "order_time": moment(order_time) if order_time else None, "items": items}
            | {name: more.get(name) for name in names} | self.provenance()
        )
        return self

    def raw(self):
        sent = [row | {"items": None if row["items"] is None else json.dumps(row["items"], separators=(",", ":"))} for row in self.orders]
        return {"basket_orders": sent, "basket_order_products": self.lines}

    def made(self, zone="UTC", engine=OnDuckdb):
        return engine(PACKAGE).make(self.raw(), {} if zone == "UTC" else {"timezone": zone})


def in_one_order(rows):
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row.values()])


def assert_same(rows, expected, what):
    assert [list(row) for row in rows[:1]] == [list(row) for row in expected[:1]], what
    rows, expected = in_one_order(rows), in_one_order(expected)
    wrong = [(row, want) for row, want in zip(rows, expected) if row != want]
    assert len(rows) == len(expected) and not wrong, f"{what}: {len(rows)} rows, expected {len(expected)}; (answer, expected): {wrong[:3]}"


def assert_tables(deliveries, zone="UTC", tables=TABLES):
    """Every row and column of the tables; gives the engine back."""
    made, expected = deliveries.made(zone), Basket(deliveries.orders, deliveries.lines, zone)
    for name in tables:
        rows = made.rows(f"SELECT * FROM basket.{name}")
        assert_same(rows, expected.rows(name), name)
        keys = [tuple(row[k] for k in KEYS.get(name, ["order_id", "product_id"])) for row in rows]
        assert len(set(keys)) == len(keys), name
    return made


def order(made, number):
    found = made.rows(f"SELECT * FROM basket.orders WHERE order_id = {number}")
    assert len(found) == 1
    return found[0]


def lines(made, number):
    found = made.rows(f"SELECT * FROM basket.order_products WHERE order_id = {number} ORDER BY add_to_cart_order, product_id")
    return [(row["product_id"], row["add_to_cart_order"], row["reordered"]) for row in found]


def one_user():
    """Two orders by file: apples (1) and bread (2), then bread and cheese (3); and a test order of another user."""
    return Deliveries().file_orders(
        (10, 1, "prior", 1, 0, 9, None), (11, 1, "prior", 2, 3, 10, 7), (20, 2, "prior", 1, 1, 8, None), (21, 2, "test", 2, 2, 8, 30)
    ).file_lines((10, 1, 1, 0), (10, 2, 2, 0), (11, 2, 1, 1), (11, 3, 2, 0), (20, 2, 1, 0))


# ---------------------------------------------------------------- files


def read_csv(path):
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as file:
        rows = list(csv.reader(file))[1:]
    return rows


def files_of(folder, ending):
    deliveries = Deliveries()
    number = lambda text: int(float(text)) if text else None  # noqa: E731
    deliveries.file_orders(*[
        (int(o), int(u), e, int(n), int(d), int(h), number(p)) for o, u, e, n, d, h, p in read_csv(folder / f"orders{ending}")
    ])
    for name in ["prior", "train"]:
        deliveries.file_lines(*[tuple(map(int, row)) for row in read_csv(folder / f"order_products__{name}{ending}")])
    return deliveries


@pytest.fixture(scope="module")
def real():
    folder = DATA / "instacart/combined"
    if not folder.exists():
        pytest.skip(f"the real data is not here: {folder} (set TRADEWIND_TEST_DATA)")
    return files_of(folder, ".csv.gz")


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated_basket")
    run("generate", "basket", "--out", folder, "--scale", "0.002", "--seed", "5")
    return files_of(folder, ".csv")


def test_real_sample_equals_pandas_and_golden(real):
    """The files as the competition gave them: every table, and what two other tools agreed on."""
    made = assert_tables(real)
    golden = json.loads((DATA / "instacart/golden.json").read_text())
    count = lambda sql: made.rows(sql)[0]["n"]  # noqa: E731
    assert count("SELECT count(*) AS n FROM basket.orders") == golden["rows"]["orders"]
    assert count("SELECT count(*) AS n FROM basket.orders WHERE days_since_prior_order IS NULL") == golden["null_days_since_prior_order"]
    assert count("SELECT count(*) AS n FROM basket.order_products_prior") == golden["order_products_prior_rows"]
    for eval_set, orders in golden["eval_set"].items():
        assert count(f"SELECT count(*) AS n FROM basket.orders WHERE eval_set = '{eval_set}'") == orders
    for table in ["user_features_1", "user_features_2", "up_features", "prd_features"]:
        assert count(f"SELECT count(*) AS n FROM basket.{table}") == golden[table]["rows"]
    for column, total in golden["prd_features"]["sums"].items():
        assert count(f"SELECT sum({column}) AS n FROM basket.prd_features") == total


def test_generated_data_equals_pandas(generated):
    assert_tables(generated)


def test_ranks_come_out_of_the_user_product_table(real):
    """prod_first_orders and prod_second_orders as defined, by rank(), equal those that need no sorting."""
    made = real.made()
    ranked = made.rows("""
        WITH ranked AS (SELECT product_id, rank() OVER (PARTITION BY user_id, product_id ORDER BY order_number) AS nth FROM basket.order_products_prior)
        SELECT product_id, count(*) FILTER (WHERE nth = 1) AS prod_first_orders, count(*) FILTER (WHERE nth = 2) AS prod_second_orders
        FROM ranked GROUP BY product_id""")
    assert_same(made.rows("SELECT product_id, prod_first_orders, prod_second_orders FROM basket.prd_features"), ranked, "prd_features")


def test_train_lines_are_left_out_and_test_orders_have_none():
    made = assert_tables(one_user().file_orders((12, 1, "train", 3, 3, 3, 3)).file_lines((12, 9, 1, 0)))
    assert made.rows("SELECT * FROM basket.up_features WHERE product_id = 9") == []
    assert made.rows("SELECT max_order_number, total_days_prior_order FROM basket.user_features_1 WHERE user_id = 1") == [
        {"max_order_number": 3, "total_days_prior_order": 10}
    ]


def test_a_user_with_one_order_has_no_days_and_no_ratio():
    """Null, not 0 and not a division by zero."""
    made = assert_tables(Deliveries().file_orders((1, 1, "prior", 1, 0, 0, None)).file_lines((1, 5, 1, 0)))
    assert made.rows("SELECT total_days_prior_order, avg_days_prior_order, user_reorder_ratio FROM basket.data") == [
        {"total_days_prior_order": None, "avg_days_prior_order": None, "user_reorder_ratio": None}
    ]


def test_a_user_without_prior_lines_is_in_no_table_of_them():
    """user_features_1 has all users, data those who have a line."""
    made = assert_tables(one_user().file_orders((30, 3, "prior", 1, 0, 0, None)))
    assert len(made.rows("SELECT * FROM basket.user_features_1")) == 3
    assert made.rows("SELECT * FROM basket.data WHERE user_id = 3") == []


def test_a_line_delivered_again_by_file_is_the_later_one():
    made = assert_tables(one_user().file_lines((11, 3, 5, 1)))
    assert lines(made, 11) == [(2, 1, 1), (3, 5, 1)]


# ---------------------------------------------------------------- orders that are sent


def test_streamed_orders_of_a_new_user():
    """Numbers from 1, days between their times, day and hour in UTC, the place in the list, what was bought before."""
    made = assert_tables(
        one_user().send(100, 7, "2026-11-01T23:30:00", [5, 6]).send(101, 7, "2026-11-04T23:29:59", [6, 8]).send(102, 7, "2026-11-07T23:29:59", [])
    )
    assert list(order(made, 100).values()) == [100, 7, "prior", 1, 0, 23, None]
    assert list(order(made, 101).values()) == [101, 7, "prior", 2, 3, 23, 2]  # a second less than three days
    assert list(order(made, 102).values()) == [102, 7, "prior", 3, 6, 23, 3]
    assert lines(made, 100) == [(5, 1, 0), (6, 2, 0)]
    assert lines(made, 101) == [(6, 1, 1), (8, 2, 0)]
    assert lines(made, 102) == []


def test_streamed_orders_go_on_from_the_files_numbers():
    made = assert_tables(one_user().send(100, 1, "2026-11-12T10:00:00", [1, 4]).send(101, 1, "2026-11-13T10:00:00", [4, 3]))
    assert (order(made, 100)["order_number"], order(made, 101)["order_number"]) == (3, 4)
    assert lines(made, 100) == [(1, 1, 1), (4, 2, 0)]
    assert lines(made, 101) == [(4, 1, 1), (3, 2, 1)]


def test_days_since_an_order_of_a_file_are_those_since_its_delivery():
    """Such an order has no time. It was made before it was delivered: the days since then are the fewest there can be, never less than 0."""
    deliveries = one_user()
    delivered = max(row["_received_at"] for row in deliveries.orders)
    days = lambda n: (delivered + datetime.timedelta(days=n)).isoformat()  # noqa: E731
    assert order(assert_tables(one_user().send(100, 1, days(-3), [1])), 100)["days_since_prior_order"] == 0
    assert order(assert_tables(one_user().send(100, 1, days(4), [1])), 100)["days_since_prior_order"] == 4
    assert order(assert_tables(one_user().send(100, 1, days(400), [1])), 100)["days_since_prior_order"] == 30


def test_days_are_capped_at_thirty():
    made = assert_tables(one_user().send(100, 7, MONDAY, [1]).send(101, 7, "2026-12-02T00:00:00", [1]).send(102, 7, "2027-03-01T00:00:00", [1]))
    assert [order(made, n)["days_since_prior_order"] for n in (100, 101, 102)] == [None, 30, 30]


def test_orders_of_one_moment_stand_by_their_ids():
    made = assert_tables(one_user().send(9, 7, MONDAY, [5]).send(8, 7, MONDAY, [5]))
    assert (order(made, 8)["order_number"], order(made, 9)["order_number"]) == (1, 2)
    assert order(made, 9)["days_since_prior_order"] == 0
    assert (lines(made, 8), lines(made, 9)) == ([(5, 1, 0)], [(5, 1, 1)])


def test_orders_that_come_late_take_their_place_in_time():
    """What was sent last was ordered first: numbers, days and reorders are by the time of the order."""
    made = assert_tables(one_user().send(100, 7, "2026-11-05T10:00:00", [5]).send(101, 7, "2026-11-03T10:00:00", [5]))
    assert (order(made, 101)["order_number"], order(made, 100)["order_number"]) == (1, 2)
    assert order(made, 100)["days_since_prior_order"] == 2
    assert (lines(made, 101), lines(made, 100)) == ([(5, 1, 0)], [(5, 1, 1)])


def test_day_and_hour_are_those_of_the_packages_zone():
    """Also where the clocks are put back: 05:30 and 06:30 UTC are both 01:30 in New York that night."""
    sent = one_user().send(100, 7, "2026-11-01T03:30:00", [1]).send(101, 7, "2026-11-01T05:30:00", [1]).send(102, 7, "2026-11-01T06:30:00", [1])
    made = assert_tables(sent, "America/New_York")
    assert [(order(made, n)["order_dow"], order(made, n)["order_hour_of_day"]) for n in (100, 101, 102)] == [(6, 23), (0, 1), (0, 1)]
    assert [order(assert_tables(sent), n)["order_hour_of_day"] for n in (100, 101, 102)] == [3, 5, 6]


def test_an_order_long_ago_has_a_day_of_the_week():
    """Days before 1970 are counted backwards."""
    sent = one_user()
    for n in range(14):
        sent.send(100 + n, 7, f"1969-12-{14 + n}T12:00:00", [1])
    made = assert_tables(sent)
    assert [order(made, 100 + n)["order_dow"] for n in range(14)] == [0, 1, 2, 3, 4, 5, 6] * 2  # the 14th was a Sunday


def test_the_full_shape_is_taken_as_it_is():
    """Nothing is derived where it is said."""
    item = {"product_id": 1, "add_to_cart_order": 4, "reordered": 0}
    made = assert_tables(one_user().send(
        100, 1, "2026-11-12T10:00:00", [item], eval_set="train", order_number=3, order_dow=5, order_hour_of_day=6, days_since_prior_order=12
    ))
    assert list(order(made, 100).values()) == [100, 1, "train", 3, 5, 6, 12]
    assert lines(made, 100) == [(1, 4, 0)]


def test_numbers_go_on_from_one_that_was_sent():
    """11 by count, 12 as said, 13 again by count."""
    made = assert_tables(
        one_user().send(100, 1, "2026-11-12T10:00:00", [1]).send(101, 1, "2026-11-13T10:00:00", [1], order_number=7).send(102, 1, "2026-11-14T10:00:00", [1])
    )
    assert [order(made, n)["order_number"] for n in (100, 101, 102)] == [3, 7, 8]


def test_an_order_without_items_has_its_lines_by_file():
    made = assert_tables(one_user().send(100, 1, "2026-11-12T10:00:00").file_lines((100, 1, 1, 1), (100, 9, 2, 0)))
    assert order(made, 100)["order_number"] == 3
    assert lines(made, 100) == [(1, 1, 1), (9, 2, 0)]


def test_an_item_named_twice_is_one_line_the_later():
    made = assert_tables(one_user().send(100, 7, MONDAY, [5, 6, 5]))
    assert lines(made, 100) == [(6, 2, 0), (5, 3, 0)]


def test_items_may_be_empty():
    made = assert_tables(one_user().send(100, 7, MONDAY, []))
    assert lines(made, 100) == [] and order(made, 100)["order_number"] == 1


def test_numbers_of_items_may_be_written_in_other_ways():
    """7, 7.0 and "7" are one product."""
    made = assert_tables(one_user().send(100, 7, MONDAY, [{"product_id": "7"}]).send(101, 7, "2026-11-03T00:00:00", [{"product_id": 7.0, "add_to_cart_order": None}]))
    assert (lines(made, 100), lines(made, 101)) == ([(7, 1, 0)], [(7, 1, 1)])


def test_an_order_sent_again_replaces_itself():
    """Other items, another time: the first sending leaves nothing behind, nor in what others bought before."""
    made = assert_tables(
        one_user().send(100, 7, MONDAY, [5, 6]).send(101, 7, "2026-11-09T00:00:00", [5]).send(100, 7, "2026-11-03T00:00:00", [6, 8])
    )
    assert lines(made, 100) == [(6, 1, 0), (8, 2, 0)]
    assert lines(made, 101) == [(5, 1, 0)]
    assert order(made, 101)["days_since_prior_order"] == 6


def test_an_order_of_a_file_sent_later_is_what_was_sent():
    """The stream corrects the file: a line that is not among the items is gone."""
    made = assert_tables(one_user().send(11, 1, "2026-11-12T10:00:00", [1, 3]))
    assert order(made, 11)["order_number"] == 2
    assert lines(made, 11) == [(1, 1, 1), (3, 2, 0)]


def test_a_file_that_comes_after_the_stream_wins():
    """The nightly export brings the orders that were sent before: order and lines are the file's."""
    made = assert_tables(
        one_user().send(100, 1, "2026-11-12T10:00:00", [1, 4]).file_orders((100, 1, "prior", 3, 4, 10, 5)).file_lines((100, 4, 1, 0), (100, 2, 2, 1))
    )
    assert list(order(made, 100).values()) == [100, 1, "prior", 3, 4, 10, 5]
    assert lines(made, 100) == [(4, 1, 0), (2, 2, 1)]


def test_lines_of_a_file_that_come_after_the_stream_win_one_by_one():
    """The order is the stream's; of a product in both, the file's line counts, it came later."""
    made = assert_tables(one_user().send(100, 1, "2026-11-12T10:00:00", [1, 4]).file_lines((100, 4, 7, 1), (100, 9, 8, 0)))
    assert lines(made, 100) == [(1, 1, 1), (4, 7, 1), (9, 8, 0)]


def test_of_one_moment_the_file_counts():
    """As among rows of raw: a line and an order received in the same microsecond, on the same product, on another, and to be dropped by none."""
    deliveries = one_user().send(100, 1, "2026-11-12T10:00:00", [1, 4])
    deliveries.at -= datetime.timedelta(seconds=1)
    made = assert_tables(deliveries.file_lines((100, 4, 7, 1), (100, 9, 8, 0)))
    assert lines(made, 100) == [(1, 1, 1), (4, 7, 1), (9, 8, 0)]


def test_an_order_of_another_user_is_moved_to_the_one_sent_last():
    """The shop had mixed up two customers: both are counted anew."""
    made = assert_tables(one_user().send(100, 7, MONDAY, [5]).send(101, 7, "2026-11-03T00:00:00", [5]).send(100, 8, MONDAY, [5]))
    assert (order(made, 101)["order_number"], order(made, 100)["user_id"]) == (1, 8)
    assert lines(made, 101) == [(5, 1, 0)]


def test_an_order_that_cannot_be_placed_stands_apart():
    """No time, no number: it is shown, is in no feature, and comes in once it is sent with a time."""
    sent = one_user().send(100, 7, None, [5]).send(101, 7, MONDAY, [5])
    made = assert_tables(sent)
    assert made.rows("SELECT order_id FROM basket.orders WHERE user_id = 7") == [{"order_id": 101}]
    assert made.rows("SELECT order_id FROM basket.unusable_orders") == [{"order_id": 100}]
    made = assert_tables(sent.send(100, 7, "2026-11-01T00:00:00", [5]))
    assert made.rows("SELECT * FROM basket.unusable_orders") == []
    assert (order(made, 100)["order_number"], lines(made, 101)) == (1, [(5, 1, 1)])


def test_a_gap_in_a_file_stays_for_the_audit_to_see():
    """A second order without days, by file: nothing is made up for it."""
    made = assert_tables(one_user().file_orders((12, 1, "prior", 3, 0, 0, None)))
    assert order(made, 12)["days_since_prior_order"] is None


@pytest.mark.parametrize("seed", range(12))
def test_any_mixture_of_files_and_stream_equals_pandas(seed):
    """Orders of a few users by file and by stream, again and again, with and without what can be derived, in any zone. Numbers
    that were sent may repeat a user's others: ranks of products are then not what they are in audited data, all else is."""
    chance = random.Random(seed)
    deliveries = Deliveries()
    for _ in range(60):
        number, user = chance.randrange(40), chance.randrange(4)
        what = chance.randrange(4)
        products = [chance.randrange(8) for _ in range(chance.randrange(5))]
        if what == 0:
            deliveries.file_orders((number, user, chance.choice(["prior", "prior", "train"]), number // 2 + 1, 3, 4, chance.choice([None, 5])))
        elif what == 1:
            deliveries.file_lines(*[(number, product, place, chance.randrange(2)) for place, product in enumerate(set(products), 1)])
        else:
            time = (moment(MONDAY) + datetime.timedelta(hours=chance.randrange(1200))).isoformat() if chance.random() < 0.95 else None
            said = {"order_number": number // 2 + 1, "order_dow": 1, "order_hour_of_day": 2, "days_since_prior_order": 3, "eval_set": "prior"}
            deliveries.send(
                number, user, time, products if chance.random() < 0.9 else None, **{name: v for name, v in said.items() if chance.random() < 0.15}
            )
    assert_tables(deliveries, chance.choice(["UTC", "America/New_York", "Asia/Kolkata"]), [name for name in TABLES if name not in ("prd_features", "data")])


# ---------------------------------------------------------------- the statements themselves


@pytest.mark.parametrize("name", sorted([*PACKAGE.assets, *PACKAGE.queries]))
def test_statement_runs_on_spark_too(name):
    assert not not_portable({**PACKAGE.assets, **PACKAGE.queries}[name])


def test_data_has_the_columns_in_their_order(generated):
    from basket_reference import DATA as COLUMNS
    made = generated.made()
    assert list(made.rows("SELECT * FROM basket.data LIMIT 1")[0]) == COLUMNS
    exported = made.rows(PACKAGE.statement("data_csv"))
    assert list(exported[0]) == COLUMNS and exported == sorted(exported, key=lambda row: (row["user_id"], row["product_id"]))


def test_original_names_and_order(generated):
    made = generated.made()
    rows = made.rows(PACKAGE.queries["data_original"])
    assert list(rows[0]) == [
        "user_id", "product_id", "up_orders", "up_first_order", "up_last_order", "up_average_cart_position", "prod_orders", "prod_reorders",
        "prod_first_orders", "prod_second_orders", "user_orders", "user_period", "user_mean_days_since_prior", "user_total_products",
        "user_distinct_products", "user_reorder_ratio",
    ]
    renamed = {"user_orders": "max_order_number", "user_period": "total_days_prior_order", "user_mean_days_since_prior": "avg_days_prior_order"}
    expected = made.rows(PACKAGE.statement("data_csv"))
    assert [{renamed.get(name, name): value for name, value in row.items()} for row in rows] == expected
