"""System C's features: what is known before an order, and nothing of it or later. The statements of assets/features run on DuckDB alone, against plain
Python (basket_features_reference.py), on the real sample and on hand-made orders."""

import math
import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "journeys"))
from conftest import DATA, binary  # noqa: E402, F401
from basket_features_reference import features  # noqa: E402
from package_sql import OnDuckdb  # noqa: E402
from test_basket_sql import PACKAGE, Deliveries, files_of, not_portable, read_csv  # noqa: E402

MADE = ["buy_again_folds", "buy_again_lines", "buy_again_pairs", "buy_again_features"]
STATEMENTS = ["interactions", "cutoffs", *MADE]
DAYS = [None, 7, 3, 30, 0, 5, 12, 7, 7, 1]


def history(baskets, user=1, first=100, deliveries=None, sets=()):
    """A user's orders, each the products of one basket; an empty one has no lines."""
    deliveries = deliveries or Deliveries()
    orders = [(first + n, user, dict(sets).get(n, "prior"), n + 1, n % 7, (9 + n) % 24, DAYS[n % 10] if n else None) for n in range(len(baskets))]
    deliveries.file_orders(*orders)
    return deliveries.file_lines(*[(first + n, p, place, 0) for n, basket in enumerate(baskets) for place, p in enumerate(basket, 1)])


def products(*ids):
    return [{"product_id": i, "product_name": f"product {i}", "aisle_id": i % 3, "department_id": 1} for i in ids]


def make(deliveries, assortment=None, statements=None, **asked):
    """The engine with the tables and features; `statements` stand in the place of the package's."""
    raw = deliveries.raw() | {"basket_products": assortment if assortment is not None else products(*range(40))}
    made = OnDuckdb(PACKAGE).make(raw, asked)
    for name in STATEMENTS:
        sql = (statements or {}).get(name, PACKAGE.statement(name))
        kind = "VIEW" if PACKAGE.materialize(name) == "view" else "TABLE"
        made.engine.execute(f"CREATE OR REPLACE {kind} basket.{name} AS {sql}")
    return made


def rows(made, where="true"):
    found = made.rows(f"SELECT * FROM basket.buy_again_features WHERE {where} ORDER BY fold, user_id, product_id")
    return {(row.pop("fold"), row.pop("user_id"), row.pop("product_id")): row for row in found}


def equal(a, b):
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def assert_features(made, deliveries, aisle_of, **asked):
    orders, lines = made.rows("SELECT * FROM basket.orders"), made.rows("SELECT * FROM basket.order_products")
    expected, found = features(orders, lines, aisle_of, **asked), rows(made)
    assert found.keys() == expected.keys() and found
    for key, row in found.items():
        wrong = {name: (value, expected[key][name]) for name, value in row.items() if not equal(value, expected[key][name])}
        assert not wrong, f"{key}: (answer, expected): {wrong}"


def test_real_sample_equals_plain_python():
    """Every feature of every user and product of three folds, and the hold-out of each of the 1,064 users."""
    folder = DATA / "instacart"
    if not folder.exists():
        pytest.skip(f"the real data is not here: {folder} (set TRADEWIND_TEST_DATA)")
    deliveries = files_of(folder / "combined", ".csv.gz")
    assortment = [
        {"product_id": int(row[0]), "product_name": "", "aisle_id": int(row[-2]), "department_id": int(row[-1])}
        for row in read_csv(folder / "reference/products.csv.gz")
    ]
    made = make(deliveries, assortment, train_folds="1")
    assert_features(made, deliveries, {row["product_id"]: row["aisle_id"] for row in assortment}, train_folds=1)
    assert made.rows("SELECT count(*) AS n FROM basket.cutoffs WHERE orders_back = 1") == [{"n": 1064}]
    held_out = made.rows("SELECT eval_set, count(*) AS n FROM basket.cutoffs JOIN basket.orders ON order_id = label_order_id WHERE orders_back = 1 GROUP BY ALL")
    assert {row["eval_set"]: row["n"] for row in held_out} == {"train": 37, "prior": 1027}


@pytest.mark.parametrize("asked", [{}, {"orders_back": 2}, {"sample_users": 3, "train_folds": 2}])
def test_any_shop_equals_plain_python(asked):
    """Users of all kinds: one order, orders without lines in the middle and at the end, products that are in no assortment; as of now, as of two
    orders ago, and with a sample of the users."""
    chance = random.Random(7)
    deliveries = Deliveries()
    for user in range(1, 13):
        baskets = [chance.sample(range(12), chance.choice([0, 1, 3, 6])) for _ in range(chance.choice([1, 2, 5, 13]))]
        history(baskets, user * 31, user * 1000, deliveries)
    made = make(deliveries, products(*range(10)), **{name: str(value) for name, value in asked.items()})
    assert_features(made, deliveries, {n: n % 3 for n in range(10)}, **asked)


# ---------------------------------------------------------------- nothing of what is to be predicted


def shuffled(deliveries, made, chance):
    """The same past, another future: what each user's orders at and after the hold-out have, and when they were, is changed."""
    first = {row["user_id"]: row["before_order_number"] for row in made.rows("SELECT * FROM basket.cutoffs WHERE orders_back = 1")}
    later = Deliveries()
    later.orders, later.lines = [dict(row) for row in deliveries.orders], []
    future = set()
    for row in later.orders:
        if row["order_number"] >= first[row["user_id"]]:
            future.add(row["order_id"])
            row.update(order_dow=chance.randrange(7), order_hour_of_day=chance.randrange(24), days_since_prior_order=chance.randrange(31))
    later.lines = [dict(row) for row in deliveries.lines if row["order_id"] not in future]
    for order in sorted(future):
        later.file_lines(*[(order, product, place, 0) for place, product in enumerate(chance.sample(range(40), 9), 1)])
    return later


def some_shop(seed=3):
    chance = random.Random(seed)
    deliveries = Deliveries()
    for user in range(1, 21):
        favourites = chance.sample(range(30), 8)
        history([chance.sample(favourites, 4) + chance.sample(range(30, 40), 1) for _ in range(chance.randrange(2, 12))], user, user * 100, deliveries)
    return deliveries


def leaks(statements=None):
    """Names of the features that another future moves."""
    deliveries = some_shop()
    made = make(deliveries, statements=statements, sample_users="1000")
    before = rows(made, "fold <> 'score'")
    moved = set()
    for seed in range(3):
        again = make(shuffled(deliveries, made, random.Random(seed)), statements=statements, sample_users="1000")
        after = rows(again, "fold <> 'score'")
        moved |= {"rows"} if after.keys() != before.keys() else set()
        for key in after.keys() & before.keys():
            if key[0] == "test":
                moved |= {name for name, value in after[key].items() if name != "label" and value != before[key][name]}
    return moved


def test_another_future_moves_no_feature():
    """Orders at and after the hold-out are made others, of every user: lines, days, hours, pauses. Not a digit changes but labels."""
    assert leaks() == set()
    deliveries = some_shop()
    made = make(deliveries)
    labels = lambda made: [row["label"] for row in rows(made, "fold = 'test'").values()]  # noqa: E731
    assert labels(made) != labels(make(shuffled(deliveries, made, random.Random(0)))), "the future was indeed another"


LEAKS = {
    "the order to be predicted counts as past": (
        "fold.user_id = line.user_id AND fold.before_order_number > line.order_number",
        "fold.user_id = line.user_id AND fold.before_order_number >= line.order_number", "up_orders",
    ),
    "a line knows whether it is the last of all": ("OR line.next_order >= fold.before_order_number THEN line.gap_orders", "THEN line.gap_orders", "up_last_gap_orders"),
    "a user's pauses are those of all orders": (" AND orders.order_number < folds.before_order_number", "", "avg_days_prior_order"),
    "habits are those of all baskets": (" AND folds.before_order_number > baskets.order_number", "", "user_last_basket"),
    "what is bought is a column": ("THEN 0 ELSE 1 END AS label", "THEN 0 ELSE 1 END AS label, bought.product_id AS again", "again"),
    "products are counted over all orders": (
        "FROM buy_again_pairs AS pairs\n  GROUP BY fold, product_id",
        "FROM (SELECT everywhere.fold, pairs.* EXCLUDE (fold) FROM buy_again_pairs AS pairs CROSS JOIN (SELECT DISTINCT fold FROM buy_again_folds) AS everywhere "
        "WHERE pairs.fold = 'score') AS pairs\n"
        "  GROUP BY fold, product_id", "prod_orders",
    ),
}


@pytest.mark.parametrize("what", sorted(LEAKS))
def test_a_future_column_is_caught(what):
    """The test above is no formality: with a statement that lets the future in, it fails, and names the feature."""
    right, wrong, feature = LEAKS[what]
    statements = {name: PACKAGE.statement(name) for name in MADE}
    assert sum(sql.count(right) for sql in statements.values()) == 1, f"the statements have changed: {right}"
    assert feature in leaks({name: sql.replace(right, wrong) for name, sql in statements.items()})


def test_the_hold_out_of_training_is_not_that_of_the_test():
    """The label of test is in no row of train: its order is after what train predicts."""
    made = make(history([[1], [1, 2], [1, 3], [1, 4]]))
    assert {key[2] for key in rows(made, "fold = 'train'")} == {1, 2}
    assert {key[2]: row["label"] for key, row in rows(made, "fold = 'test'").items()} == {1: 1, 2: 0, 3: 0}
    assert {key[2] for key in rows(made, "fold = 'score'")} == {1, 2, 3, 4}


# ---------------------------------------------------------------- who has which hold-out


def cutoffs(made, user=1):
    found = made.rows(f"SELECT orders_back, before_order_number, label_order_id FROM basket.cutoffs WHERE user_id = {user} ORDER BY orders_back")
    return [tuple(row.values()) for row in found]


def test_one_order():
    """It is the hold-out, with nothing before it: no candidate; as of now it is the past."""
    made = make(history([[1, 2]]))
    assert cutoffs(made) == [(0, 2, None), (1, 1, 100)]
    assert {key[0] for key in rows(made)} == {"score"}


def test_a_user_without_lines_is_in_no_fold():
    made = make(history([[], []], 2, 200, history([[1], [1]])))
    assert cutoffs(made, 2) == [] and {key[1] for key in rows(made)} == {1}


def test_orders_without_lines_are_no_hold_out():
    """A test order stands at the end, as in the competition: what is before it is known, and it is not."""
    made = make(history([[1], [], [1, 2], []], sets={3: "test"}.items()))
    assert cutoffs(made) == [(0, 4, None), (1, 3, 102), (2, 1, 100)]
    assert rows(made, "fold = 'test'")["test", 1, 1]["max_order_number"] == 2
    assert rows(made, "fold = 'score'")["score", 1, 1]["max_order_number"] == 3


@pytest.mark.parametrize("last", ["train", "prior"])
def test_the_train_order_is_the_hold_out_if_there_is_one(last):
    """Else the last prior one: it is the last order with lines both times."""
    made = make(history([[1], [2], [1, 2]], sets={2: last}.items()))
    assert cutoffs(made)[1] == (1, 3, 102)
    assert {key[2]: row["label"] for key, row in rows(made, "fold = 'test'").items()} == {1: 1, 2: 1}


def test_small_shops_learn_from_more_orders_and_large_ones_from_a_sample():
    deliveries = some_shop()
    folds = lambda made: {key[0] for key in rows(made)}  # noqa: E731
    assert {"train", "train_2", "train_8", "test", "score"} <= folds(make(deliveries))
    made = make(deliveries, sample_users="10")
    assert folds(made) == {"train", "test", "score"}
    of = lambda fold: {key[1] for key in rows(made, f"fold = '{fold}'")}  # noqa: E731
    assert len(of("test")) <= 10 < len(of("score")) and of("train") <= of("test")


def test_a_product_in_no_assortment_has_features():
    made = make(history([[1, 99], [1, 99]]), products(1))
    assert rows(made, "fold = 'test'")["test", 1, 99]["up_orders"] == 1


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_runs_on_spark_too(name):
    assert not not_portable(PACKAGE.assets[name])


def test_it_is_the_same_each_time():
    """Sums and means are of whole numbers: no digit depends on threads or the order of rows."""
    deliveries = some_shop()
    first = rows(make(deliveries))
    random.Random(1).shuffle(deliveries.lines)
    assert rows(make(deliveries)) == first
