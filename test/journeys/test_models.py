"""Models of a package of its own: trained, evaluated, served, rolled back, damaged, asked wrongly."""

import json
import random

import pytest

from conftest import Server, query_csv, run

USERS, ORDERS, PRODUCTS = 60, 8, 40

SOURCE = """source: shop_lines
kind: files
files: ["shop_lines*.csv"]
fields:
  user_id: {type: integer, required: true}
  order_id: {type: integer, required: true}
  order_number: {type: integer, required: true}
  product: {type: text, required: true}
  place: {type: integer}
"""

PRODUCT_SOURCE = """source: shop_products
kind: files
files: ["shop_products*.csv"]
fields:
  product: {type: text, required: true}
  title: {type: text}
"""

INTERACTIONS = "SELECT user_id, product, order_id, order_number, place, order_number * 7 AS day FROM raw.shop_lines\n"

# Folds by cutting each user's orders: what is before the order to be predicted makes the features.
FEATURES = """/* asset: {layer: mart} */
WITH ends AS (SELECT user_id, max(order_number) AS last FROM interactions GROUP BY user_id),
folds AS (
  SELECT 'score' AS fold, user_id, last + 1 AS before FROM ends
  UNION ALL SELECT 'test' AS fold, user_id, last AS before FROM ends
  UNION ALL SELECT 'train' AS fold, user_id, last - 1 AS before FROM ends
  UNION ALL SELECT 'train_2' AS fold, user_id, last - 2 AS before FROM ends
)
SELECT f.fold, f.user_id, p.product,
       CASE WHEN f.fold = 'score' THEN NULL WHEN count(n.order_id) > 0 THEN 1 ELSE 0 END AS label,
       count(DISTINCT p.order_number) AS orders_with,
       CAST(count(DISTINCT p.order_number) AS DOUBLE) / nullif(max(f.before) - 1, 0) AS order_rate,
       max(f.before) - max(p.order_number) AS orders_since
FROM folds f
JOIN interactions p ON p.user_id = f.user_id AND p.order_number < f.before
LEFT JOIN interactions n ON n.user_id = f.user_id AND n.order_number = f.before AND n.product = p.product
GROUP BY f.fold, f.user_id, p.product
ORDER BY f.fold, f.user_id, p.product
"""

COLUMNS = "{table: interactions, user: user_id, item: product, basket: order_id, sequence: order_number, position: place, day: day}"
BUY_AGAIN = f"""kind: buy_again
interactions: {COLUMNS}
items: {{table: raw.shop_products, item: product, name: title}}
features: {{table: features}}
parameters: {{rounds: 30, depth: 3, min_child_weight: 1}}
gate: {{metric: ndcg@10, tolerance: 0.05}}
reasons: {{order_rate: "in {{percent}} of their orders", orders_since: "last bought {{value}} orders ago"}}
"""


def make_lines(seed=7):
    """Each user has favourites that come in most orders, and something else now and then."""
    chance = random.Random(seed)
    lines, order_id = [], 0
    for user in range(1, USERS + 1):
        favourites = chance.sample(range(PRODUCTS), 5)
        for number in range(1, ORDERS + 1):
            order_id += 1
            basket = [p for p in favourites if chance.random() < 0.7] + [chance.randrange(PRODUCTS) for _ in range(2)]
            for place, product in enumerate(dict.fromkeys(basket), 1):
                lines.append((user, order_id, number, f"P{product:03}", place))
    return lines


def write_lines(path, lines):
    path.write_text("user_id,order_id,order_number,product,place\n" + "".join(",".join(map(str, line)) + "\n" for line in lines))


def make_shop(folder, lines, models):
    run("init", folder)
    package = folder / "packages/shop"
    for name in ("sources", "assets", "models"):
        (package / name).mkdir(parents=True)
    (package / "package.yml").write_text("name: shop\ndescription: A shop.\n")
    (package / "sources/shop_lines.yml").write_text(SOURCE)
    (package / "sources/shop_products.yml").write_text(PRODUCT_SOURCE)
    (package / "assets/interactions.sql").write_text("/* asset: {layer: mart, materialize: view} */\n" + INTERACTIONS)
    (package / "assets/features.sql").write_text(FEATURES)
    for name, text in models.items():
        (package / f"models/{name}.yml").write_text(text)
    write_lines(folder.parent / "shop_lines.csv", lines)
    titles = "".join(f"P{i:03},Product {i}\n" for i in range(PRODUCTS))
    (folder.parent / "shop_products.csv").write_text("product,title\n" + titles)
    run("import", folder.parent / "shop_lines.csv", "--source", "shop_lines", workspace=folder)
    run("import", folder.parent / "shop_products.csv", "--source", "shop_products", workspace=folder)
    return folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("models") / "shop", make_lines(), {"buy_again": BUY_AGAIN})


@pytest.fixture(scope="module")
def trained(shop):
    told = json.loads(run("train", "buy_again", "--json", workspace=shop).stdout)
    assert (told["state"], told["version"], told["promoted"]) == ("succeeded", 1, True), told
    return shop


def test_training_reads_what_it_needs_and_the_report_has_baselines(trained):
    """One command from raw rows to a served version; the report's metrics are those of SYSTEMS C, for baselines too."""
    report = json.loads(run("evaluate", "buy_again", "--json", workspace=trained).stdout)
    assert report["model"] == "buy_again" and report["users"] == USERS and set(report["baselines"]) == {"user_top", "last_basket", "tifu_knn"}
    assert {"f1", "recall@10", "ndcg@10", "hit_rate@10", "precision@5", "f1@20", "coverage@10"} <= report["metrics"].keys()
    for values in report["baselines"].values():
        assert values.keys() == report["metrics"].keys()
    assert all(0 <= value <= 1 for value in report["metrics"].values())
    assert report["metrics"]["recall@10"] > 0.6 and report["data"]["shop.features"] == 1
    page = trained.parent / "report.html"
    run("evaluate", "shop/buy_again", "--html", page, workspace=trained)
    assert "tifu_knn" in page.read_text() and "<script" not in page.read_text()


def test_the_hold_out_is_each_users_last_order(trained):
    """Hit rate and recall are counted again from the lists of `score_fold` on the same rows: here by hand from SQL."""
    rows = query_csv(trained, "SELECT user_id, sum(label) FROM shop.features WHERE fold = 'test' GROUP BY 1")
    report = json.loads(run("evaluate", "buy_again", "--json", workspace=trained).stdout)
    assert report["users"] == len(rows)
    assert report["probabilities"]["rows"] == int(query_csv(trained, "SELECT count(*) FROM shop.features WHERE fold = 'test'")[0][0])


def test_recommendations_have_reasons_and_unknown_users_get_what_is_popular(trained):
    known = json.loads(run("recommend", "7", "--json", "--limit", "5", workspace=trained).stdout)
    assert known["known_user"] and known["user_id"] == 7 and known["model_version"] == 1
    listed = known["recommendations"]
    bought = {row[0] for row in query_csv(trained, "SELECT DISTINCT product FROM raw.shop_lines WHERE user_id = 7")}
    assert len(listed) == 5 and {one["product_id"] for one in listed} <= bought
    assert [one["score"] for one in listed] == sorted((one["score"] for one in listed), reverse=True)
    assert all(one["name"].startswith("Product ") and ("of their orders" in one["reason"] or "orders ago" in one["reason"]) for one in listed)
    stranger = json.loads(run("recommend", "no such user", "--json", workspace=trained).stdout)
    assert not stranger["known_user"] and stranger["user_id"] == "no such user"
    assert len(stranger["recommendations"]) == 10 and "popular" in stranger["recommendations"][0]["reason"]


def test_versions_are_gated_promoted_and_rolled_back(trained):
    """A second version, a rollback, and a version that is worse: registered, not promoted."""
    second = json.loads(run("train", "buy_again", "--no-run", "--json", workspace=trained).stdout)
    assert (second["version"], second["promoted"]) == (2, True)
    assert json.loads(run("rollback", "buy_again", "--json", workspace=trained).stdout)["served_version"] == 1
    path = trained / "packages/shop/models/buy_again.yml"
    path.write_text(BUY_AGAIN.replace("features: {table: features}", "features: {table: features, columns: [orders_since]}")
                    .replace("rounds: 30, depth: 3", "rounds: 1, depth: 1, learning_rate: 0.0001").replace("tolerance: 0.05", "tolerance: 0"))
    worse = json.loads(run("train", "buy_again", "--no-run", "--json", workspace=trained).stdout)
    path.write_text(BUY_AGAIN)
    assert (worse["version"], worse["promoted"]) == (3, False) and "worse" in worse["message"], worse
    assert json.loads(run("promote", "buy_again", "2", "--json", workspace=trained).stdout)["served_version"] == 2
    done = run("promote", "buy_again", "9", workspace=trained, check=False)
    assert done.returncode == 1 and "there is no version 9" in done.stderr
    rows = query_csv(trained, "SELECT version, promoted, served FROM system.models ORDER BY version")
    assert rows == [["1", "no", "no"], ["2", "yes", "yes"], ["3", "no", "no"]]


def test_a_damaged_version_is_told_of_and_the_last_good_one_serves(trained):
    """A byte of the promoted version's trees changes: the one before serves, and list, doctor and log say so."""
    models = json.loads(run("models", "--json", workspace=trained).stdout)["models"]
    promoted = models[0]["promoted_version"]
    trees = trained / f"data/models/shop/buy_again/{promoted}/trees.ubj"
    kept = trees.read_bytes()
    trees.write_bytes(kept[:100] + bytes([kept[100] ^ 1]) + kept[101:])
    try:
        model = json.loads(run("models", "--json", workspace=trained).stdout)["models"][0]
        assert model["promoted_version"] == promoted and model["served_version"] not in (promoted, None)
        assert "trees.ubj" in model["trouble"]
        told = json.loads(run("recommend", "7", "--json", workspace=trained).stdout)
        assert told["model_version"] == model["served_version"] and told["recommendations"]
        assert "cannot be used" in run("doctor", workspace=trained, check=False).stdout
    finally:
        trees.write_bytes(kept)


def test_over_http(trained):
    """The same by HTTP: a training that is followed and cancelled, predictions with reasons, lists, problems."""
    server = Server(trained).start()
    try:
        pair = query_csv(trained, "SELECT user_id, product FROM shop.features WHERE fold = 'score' ORDER BY order_rate DESC, 1, 2 LIMIT 1")[0]
        told = server.post("/v1/predictions/reorder", json={"user_id": int(pair[0]), "product_id": pair[1]}).json()
        assert 0 < told["probability"] < 1 and told["likely"] == (told["probability"] > told["threshold"]) and told["threshold"] == 0.2
        assert {r["feature"] for r in told["reasons"]} <= {"orders_with", "order_rate", "orders_since"} and told["reasons"][0]["text"]
        raw = server.post("/v1/predictions/reorder", json={"features": {"orders_with": 7, "order_rate": 1.0, "orders_since": 1}}).json()
        dull = server.post("/v1/predictions/reorder", json={"features": {"orders_with": 1, "order_rate": 0.1, "orders_since": 7}}).json()
        assert raw["probability"] > dull["probability"]
        unknown = server.post("/v1/predictions/reorder", json={"features": {"order_rate": None}}).json()
        assert all(r["value"] is None and r["text"] == r["feature"] + " is not known" for r in unknown["reasons"])
        never = server.post("/v1/predictions/reorder", json={"user_id": 7, "product_id": unbought(trained, 7)}).json()
        assert never["probability"] == 0 and not never["likely"] and never["reasons"][0]["feature"] == "never_bought"
        for body, status in [
            ({"user_id": 7, "product_id": "P999"}, 404), ({"user_id": 999, "product_id": "P001"}, 404), ({}, 400), ({"user_id": 7}, 400),
            ({"features": {"order_rat": 1}}, 400), ({"features": {"order_rate": "much"}}, 400), ({"features": [1]}, 400),
            ({"features": {"order_rate": None}}, 200), ({"features": {}}, 200), ({"user_id": 7, "product_id": "P001", "features": {}}, 400),
        ]:
            answer = server.post("/v1/predictions/reorder", json=body)
            assert answer.status_code == status, (body, answer.text)
        listed = server.get("/v1/recommendations/7", params={"limit": 3}).json()
        first = listed["recommendations"][0]["product_id"]
        without = server.get("/v1/recommendations/7", params={"limit": 3, "basket": first}).json()
        assert first not in {one["product_id"] for one in without["recommendations"]}
        assert server.get("/v1/recommendations/7", params={"basket": "P001,P999"}).status_code == 404
        assert server.get("/v1/recommendations/7", params={"kind": "new"}).status_code == 404
        assert server.get("/v1/recommendations/7", params={"kind": "odd"}).status_code == 400
        job = server.post("/v1/models/shop/buy_again/train", json={"refresh": False, "promote": False}).json()
        over = server.get(f"/v1/trainings/{job['id']}", params={"wait_ms": 60_000}).json()
        assert over["state"] == "succeeded" and not over["promoted"], over
        assert server.post(f"/v1/trainings/{job['id']}/cancel").status_code == 409
        assert server.get("/v1/models/shop/buy_again").json()["served_version"] == listed["model_version"]
        assert server.get("/v1/models/shop/buy_agian").status_code == 404
        page = server.get("/v1/models/shop/buy_again/report", headers={"Accept": "text/html"})
        assert page.status_code == 200 and page.text.startswith("<!")
    finally:
        server.stop()


def unbought(workspace, user):
    sql = f"SELECT product FROM raw.shop_products EXCEPT SELECT product FROM raw.shop_lines WHERE user_id = {user} ORDER BY 1 LIMIT 1"
    return query_csv(workspace, sql)[0][0]


@pytest.mark.parametrize(
    "lines, told",
    [
        ([], "no"),
        ([(u, u, 1, "P001", 1) for u in range(1, 11)], "no rows of the fold train"),
        ([(u, u * 10 + n, n, "P001", 1) for u in range(1, 11) for n in range(1, 6)], "same label"),
    ],
)
def test_too_little_to_learn_from_is_told(tmp_path, lines, told):
    """No order, one order each, and a label that never changes: the training fails and says why; nothing is registered."""
    shop = make_shop(tmp_path / "shop", lines, {"buy_again": BUY_AGAIN})
    done = run("train", "buy_again", workspace=shop, check=False)
    assert done.returncode == 1 and told in done.stderr, done.stderr
    done = run("recommend", "1", workspace=shop, check=False)
    assert done.returncode == 1 and "tradewind train" in done.stderr


def test_ten_users_are_enough_to_begin(tmp_path):
    lines = [line for line in make_lines() if line[0] <= 10]
    shop = make_shop(tmp_path / "shop", lines, {"buy_again": BUY_AGAIN})
    assert json.loads(run("train", "buy_again", "--json", workspace=shop).stdout)["promoted"]


def test_faults_in_a_models_file_are_told_by_validate(tmp_path):
    """A wrong key, an unknown table, a column that is not there: with the place, and the rest goes on."""
    wrong = {
        "one": BUY_AGAIN.replace("threshold", "treshold").replace("gate:", "gates:"),
        "two": BUY_AGAIN.replace("{table: features}", "{table: featuers}"),
        "three": BUY_AGAIN.replace("item: product,", "item: produkt,"),
    }
    shop = make_shop(tmp_path / "shop", make_lines()[:500], wrong)
    told = run("validate", workspace=shop, check=False)
    assert told.returncode == 1 and "models/one.yml:6" in told.stdout and "Did you mean 'gate'?" in told.stdout
    assert "shop.featuers" in told.stdout and "Did you mean 'shop.features'?" in told.stdout
    done = run("train", "three", workspace=shop, check=False)
    assert done.returncode == 1 and "has no column 'produkt'" in done.stderr


def test_features_that_are_not_known_are_learnt_with(tmp_path):
    """NaN and null stand for the same: not known. Such a model is trained, measured and serves."""
    folder = make_shop(tmp_path / "shop", make_lines(), {"buy_again": BUY_AGAIN})
    file = folder / "packages/shop/assets/features.sql"
    odd = "CAST(CASE WHEN f.user_id % 3 = 0 THEN 'NaN' WHEN f.user_id % 3 = 1 THEN '1.5' END AS DOUBLE) AS odd,\n       count(DISTINCT p.order_number) AS orders_with"
    file.write_text(file.read_text().replace("count(DISTINCT p.order_number) AS orders_with", odd, 1))
    told = json.loads(run("train", "buy_again", "--json", workspace=folder).stdout)
    assert (told["state"], told["promoted"]) == ("succeeded", True), told
    report = json.loads(run("evaluate", "buy_again", "--json", workspace=folder).stdout)
    assert report["metrics"]["recall@10"] > 0.6
    for user in ("1", "2", "3"):
        listed = json.loads(run("recommend", user, "--json", workspace=folder).stdout)["recommendations"]
        assert listed and all(0 <= one["score"] <= 1 for one in listed)


def test_a_withdrawn_product_is_learnt_from_and_not_recommended(tmp_path):
    """Everybody's favourite goes out of the table of products: it was bought, and is in no list of whatever kind any more."""
    lines = make_lines() + [(user, (user - 1) * ORDERS + n, n, "P999", 99) for user in range(1, USERS + 1) for n in range(1, ORDERS + 1)]
    next_model = f"kind: next_in_cart\ninteractions: {COLUMNS}\nitems: {{table: raw.shop_products, item: product, name: title}}\n"
    folder = make_shop(tmp_path / "shop", lines, {"buy_again": BUY_AGAIN, "next_in_cart": next_model})
    for model in ("buy_again", "next_in_cart"):
        assert json.loads(run("train", model, "--json", workspace=folder).stdout)["state"] == "succeeded"
    for user in ("1", "30", "nobody"):
        for kind in (["--kind", "again"], ["--kind", "next", "--basket", "P001"]):
            listed = json.loads(run("recommend", user, "--json", *kind, workspace=folder).stdout)["recommendations"]
            assert listed and "P999" not in {one["product_id"] for one in listed}


def test_schedules_train_and_evaluate(tmp_path):
    """A schedule's steps make a version and measure it, in their order; the job says what became of each."""
    folder = make_shop(tmp_path / "shop", make_lines(), {"buy_again": BUY_AGAIN})
    manifest = folder / "packages/shop/package.yml"
    manifest.write_text(manifest.read_text() + "schedules:\n  weekly: {cron: '0 4 * * 0', steps: [train: buy_again, evaluate: buy_again]}\n")
    server = Server(folder).start()
    try:
        started = server.post("/v1/schedules/shop/weekly/start")
        assert started.status_code in (200, 202), started.text
        job = lambda: server.get("/v1/schedules/shop/weekly/jobs").json()["jobs"][0]  # noqa: E731
        server.wait_until(lambda: job()["state"] in ("succeeded", "failed", "cancelled"), seconds=120)
        assert job()["state"] == "succeeded", job()
        trainings = server.get("/v1/trainings").json()["trainings"]
        assert [(one["kind"], one["state"], one["version"]) for one in reversed(trainings)] == [("train", "succeeded", 1), ("evaluate", "succeeded", 1)]
    finally:
        server.stop()


def test_a_training_that_waits_is_cancelled(trained):
    """Cancelled before its turn it makes no version; one that is over cannot be cancelled."""
    server = Server(trained).start()
    try:
        before = len(server.get("/v1/models/shop/buy_again").json()["versions"])
        asked = [server.post("/v1/models/shop/buy_again/train", json={}).json() for _ in range(2)]
        assert server.post(f"/v1/trainings/{asked[1]['id']}/cancel").status_code == 202
        state = lambda id: server.get(f"/v1/trainings/{id}").json()["state"]  # noqa: E731
        server.wait_until(lambda: state(asked[1]["id"]) not in ("queued", "running"), seconds=120)
        assert state(asked[1]["id"]) == "cancelled" and state(asked[0]["id"]) in ("succeeded", "running")
        server.wait_until(lambda: state(asked[0]["id"]) == "succeeded", seconds=60)
        assert len(server.get("/v1/models/shop/buy_again").json()["versions"]) == before + 1
        assert server.post(f"/v1/trainings/{asked[1]['id']}/cancel").status_code == 409
    finally:
        server.stop()
