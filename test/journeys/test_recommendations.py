"""The lists of users: new products, what comes next into the cart, followed from the stream; the table of all lists."""

import json

import pytest

from conftest import Server, query_csv, run
from test_models import BUY_AGAIN, COLUMNS, PRODUCTS, USERS, make_lines, make_shop

STREAM = """source: shop_orders
kind: stream
partition_by: user_id
fields:
  user_id: {type: integer, required: true}
  order_id: {type: integer, required: true}
  product: {type: text, required: true}
"""
LIVE = "/* asset: {materialize: view} */\nSELECT user_id, order_id, product, 1 AS place, _partition, _offset FROM raw.shop_orders WHERE _offset IS NOT NULL\n"
TRY_FIRST = f"kind: try_first\ninteractions: {COLUMNS}\nparameters: {{rounds: 20, factors: 8, iterations: 3, min_child_weight: 1, candidates: 20}}\n"
NEXT = f"kind: next_in_cart\ninteractions: {COLUMNS}\nitems: {{table: raw.shop_products, item: product, name: title}}\nlive: {{stream: shop_orders, table: live_lines}}\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    models = {"buy_again": BUY_AGAIN, "try_first": TRY_FIRST, "next_in_cart": NEXT}
    folder = make_shop(tmp_path_factory.mktemp("lists") / "shop", make_lines(), models)
    (folder / "packages/shop/sources/shop_orders.yml").write_text(STREAM)
    (folder / "packages/shop/assets/live_lines.sql").write_text(LIVE)
    for model in models:
        told = json.loads(run("train", model, "--json", workspace=folder).stdout)
        assert told["promoted"], told
    return folder


def bought(shop, user):
    return {row[0] for row in query_csv(shop, f"SELECT DISTINCT product FROM raw.shop_lines WHERE user_id = {user}")}


def listed(shop, *arguments):
    return json.loads(run("recommend", *arguments, "--json", workspace=shop).stdout)["recommendations"]


def test_new_products_are_new(shop):
    """Nothing that the user bought is in his list, each product has a reason, and the report has the baseline's metrics."""
    for user in (1, 17, USERS):
        new = listed(shop, str(user), "--kind", "new")
        assert new and not {one["product_id"] for one in new} & bought(shop, user)
        assert all(one["reason"].startswith(("goes with ", "bought by ")) for one in new)
    report = json.loads(run("evaluate", "try_first", "--json", workspace=shop).stdout)
    assert set(report["baselines"]) == {"popular"} and report["baselines"]["popular"].keys() == report["metrics"].keys()
    assert report["metrics"]["coverage@10"] > 0


def test_the_cart_decides_what_comes_next(shop):
    """What is in the cart is not recommended; each step of the hold-out's carts is measured beside both baselines."""
    cart = ["P001", "P002"]
    for user in ("7", "nobody"):
        after = listed(shop, user, "--kind", "next", "--basket", ",".join(cart))
        assert len(after) == 10 and not {one["product_id"] for one in after} & set(cart)
    report = json.loads(run("evaluate", "next_in_cart", "--json", workspace=shop).stdout)
    assert set(report["baselines"]) == {"popular", "co_count"} and report["steps"] >= report["users"]
    for values in report["baselines"].values():
        assert values.keys() == report["metrics"].keys() and values["hit_rate@10"] <= report["metrics"]["hit_rate@10"] + 0.05


def test_all_lists_are_a_table(shop):
    """<package>.recommendations has the lists that the commands give, with the version that made them, in the catalog too."""
    for kind in ("again", "new"):
        rows = query_csv(shop, f"SELECT product_id FROM shop.recommendations WHERE user_id = 7 AND list = '{kind}' AND rank <= 5 ORDER BY rank")
        assert [row[0] for row in rows] == [one["product_id"] for one in listed(shop, "7", "--kind", kind, "--limit", "5")]
    counts = query_csv(shop, "SELECT list, count(DISTINCT user_id), min(model_version), max(model) FROM shop.recommendations GROUP BY 1 ORDER BY 1")
    assert counts == [["again", str(USERS), "1", "buy_again"], ["new", str(USERS), "1", "try_first"]]


def test_the_tables_of_lists_say_what_they_are_made_of(shop):
    """Users and products come from the columns of the raw file behind the view of interactions, which names the table among what is made of it."""
    told = json.loads(run("describe", "shop.recommendations", "--json", workspace=shop).stdout)
    lineage = {column["name"]: column["from"] for column in told["columns"]}
    assert lineage["user_id"] == ["raw.shop_lines.user_id"] and lineage["product_id"] == ["raw.shop_lines.product"]
    assert {"raw.shop_lines", "shop.interactions"} <= set(told["inputs"])
    assert "shop.recommendations" in json.loads(run("describe", "shop.interactions", "--json", workspace=shop).stdout)["outputs"]
    assert "shop.buy_again_learnt" in json.loads(run("describe", "shop.features", "--json", workspace=shop).stdout)["outputs"]


def test_what_was_learnt_from_is_a_table(shop):
    """Rows of the folds train and test with what the version says of them, for checks of drift: the score of a row is that of the list."""
    counts = query_csv(shop, "SELECT held_out, min(fold) LIKE 't%', count(*) = count(probability), min(model_version) FROM shop.buy_again_learnt GROUP BY 1 ORDER BY 1")
    assert counts == [["false", "true", "true", "1"], ["true", "true", "true", "1"]]
    assert query_csv(shop, "SELECT count(*) FROM shop.features WHERE fold <> 'score'") == query_csv(shop, "SELECT count(*) FROM shop.buy_again_learnt")


def test_parameters_of_the_new_list_are_searched(shop):
    """A search of a second tries others near those of the file; the version's card has those that it was made with, and it is no worse by the gate."""
    told = json.loads(run("train", "try_first", "--no-run", "--search", "1", "--no-promote", "--json", workspace=shop).stdout)
    assert told["state"] == "succeeded", told
    models = json.loads(run("models", "--json", workspace=shop).stdout)["models"]
    newest = next(one for one in models if one["model"] == "try_first")["versions"][0]
    assert newest["version"] == told["version"]
    assert {"depth", "learning_rate", "min_child_weight", "subsample", "column_sample", "lambda"} <= set(newest["parameters"])
    assert newest["parameters"]["rounds"] == 20


def test_the_next_product_follows_the_stream_within_seconds(shop):
    """Two products that never were in one basket are sent together, again and again: soon one follows the other."""
    together = query_csv(shop, "SELECT a.product, b.product FROM raw.shop_lines a JOIN raw.shop_lines b ON a.order_id = b.order_id")
    pairs = {tuple(row) for row in together}
    one, other = next((f"P{a:03}", f"P{b:03}") for a in range(PRODUCTS) for b in range(a + 1, PRODUCTS) if (f"P{a:03}", f"P{b:03}") not in pairs)
    server = Server(shop).start()
    try:
        def following():
            answer = server.get("/v1/recommendations/nobody", params={"kind": "next", "basket": one, "limit": 3})
            return [entry["product_id"] for entry in answer.json()["recommendations"]]

        assert other not in following()
        records = [{"user_id": 1000 + i, "order_id": 90_000 + i, "product": product} for i in range(200) for product in (one, other)]
        assert server.post_records(records, stream="shop_orders").status_code == 200
        server.wait_until(lambda: other in following(), seconds=10)
    finally:
        server.stop()
    server = Server(shop).start()
    try:
        server.wait_until(lambda: other in [e["product_id"] for e in server.get("/v1/recommendations/nobody", params={"kind": "next", "basket": one}).json()["recommendations"]], seconds=10)
    finally:
        server.stop()
