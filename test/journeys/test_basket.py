"""System B with the real binary: files and streamed orders → raw → audit → features → data.csv, against the same reference that the SQL meets in
test/sql/test_basket_sql.py."""

import csv
import datetime
import gzip
import json
import math
import random
import shutil
import sys

import pytest

from conftest import DATA, ROOT, Server, query_csv, run
from test_guides import run_guide

sys.path.insert(0, str(ROOT / "test/sql"))
from basket_reference import DATA as DATA_COLUMNS  # noqa: E402
from basket_reference import Basket  # noqa: E402
from tables import ask  # noqa: E402

TABLES = ["orders", "order_products", "order_products_prior", "user_features_1", "user_features_2", "up_features", "prd_features", "data"]


def rows_of(workspace, sql):
    columns, rows = ask(workspace, sql)
    return [{name: value for (name, _), value in zip(columns, row)} for row in rows]


def in_one_order(rows):
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row.values()])


def moment(text):
    return None if text is None else datetime.datetime.fromisoformat(text)


def deliveries(workspace):
    """What lies in raw, as the reference reads it: provenance and all."""
    orders = rows_of(workspace, "SELECT * FROM raw.basket_orders")
    for row in orders:
        row["order_time"], row["_received_at"] = moment(row["order_time"]), moment(row["_received_at"])
        row["items"] = json.loads(row["items"]) if row["items"] is not None else None
    lines = rows_of(workspace, "SELECT * FROM raw.basket_order_products")
    for row in lines:
        row["_received_at"] = moment(row["_received_at"])
    return orders, lines


def same(a, b):
    return math.isclose(a, b, rel_tol=1e-14) if isinstance(a, float) and isinstance(b, float) else a == b


def assert_features(workspace, zone="UTC"):
    """Every table, every row and column. A server answers them all: a query by itself would start an engine for each."""
    server = Server(workspace).start()
    try:
        expected = Basket(*deliveries(workspace), zone)
        found = {name: rows_of(workspace, f"SELECT * FROM basket.{name}") for name in TABLES}
    finally:
        server.stop()
    for name in TABLES:
        rows, wanted = in_one_order(found[name]), in_one_order(expected.rows(name))
        assert len(rows) == len(wanted) > 0, name
        wrong = [(r, w) for r, w in zip(rows, wanted) if list(r) != list(w) or not all(map(same, r.values(), w.values()))]
        assert not wrong, f"{name}: {len(wrong)} rows differ (answer, expected): {wrong[:3]}"
    assert_export(workspace, expected.rows("data"))


def shortest(value):
    """As data.csv has it: null is empty, a double is the shortest text that reads back as it."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def data_csv(workspace):
    return (workspace / "exports/basket/data.csv").read_bytes()


def assert_export(workspace, rows):
    """One file, UTF-8, LF, a header, the columns in their order, by user and product."""
    lines = [",".join(DATA_COLUMNS)] + [",".join(shortest(row[c]) for c in DATA_COLUMNS) for row in rows]
    assert data_csv(workspace) == ("\n".join(lines) + "\n").encode()


def make_workspace(folder, kernels="on"):
    run("init", folder, "--package", "basket")
    settings = folder / "tradewind.yml"
    assert "# kernels: on" in settings.read_text()
    settings.write_text(settings.read_text().replace("# kernels: on", f"kernels: {kernels}", 1))
    return folder


# Tables of interactions are made by the kernel, or by the SQL that they stand for.
KERNELS = ["on", "off"]
both_ways = pytest.mark.parametrize("kernels", KERNELS)


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    """A small generated shop, its features made in each way: journeys change copies of it."""
    folder, made = tmp_path_factory.mktemp("shops"), {}
    run("generate", "basket", "--out", folder / "files", "--scale", "0.0005", "--seed", "3")
    for kernels in KERNELS:
        made[kernels] = make_workspace(folder / kernels, kernels)
        run("import", folder / "files", "--package", "basket", workspace=made[kernels])
        run("run", "basket", workspace=made[kernels])
    return made


def copy_of(shop, tmp_path):
    return shutil.copytree(shop, tmp_path / "workspace", ignore=shutil.ignore_patterns("control.sock"))


@pytest.fixture
def shop(shops, tmp_path):
    return copy_of(shops["on"], tmp_path)


def assert_made_by(workspace, kernels):
    """The kernel's tables say in which order their rows lie."""
    for name in TABLES[2:]:
        versions = sorted((workspace / f"data/lake/mart/basket/{name}/_versions").glob("*[0-9].json"))
        assert ('"sorted_by"' in versions[-1].read_text()) == (kernels == "on"), name


@pytest.fixture
def served(shop):
    server = Server(shop).start()
    yield server
    server.stop()


def send(server, *orders):
    answer = server.post_records(orders, stream="basket_orders")
    assert answer.status_code == 200, answer.text


def make_features(server):
    asked = server.post("/v1/packages/basket/runs", json={})
    assert asked.status_code == 202, asked.text
    done = server.get(f"/v1/runs/{asked.json()['id']}?wait_ms=30000").json()
    assert done["state"] in ("succeeded", "skipped"), done


@both_ways
def test_real_sample_from_files_to_data_csv(tmp_path, kernels):
    """Every figure that two other tools agreed on, every row of every table, data.csv byte by byte; the audit has nothing to say."""
    source = DATA / "instacart"
    if not source.exists():
        pytest.skip(f"the real data is not here: {source} (set TRADEWIND_TEST_DATA)")
    files, workspace = tmp_path / "files", make_workspace(tmp_path / "workspace", kernels)
    files.mkdir()
    for path in source.glob("*/*.csv.gz"):
        (files / path.name.removesuffix(".gz")).write_bytes(gzip.decompress(path.read_bytes()))
    run("import", files, "--package", "basket", workspace=workspace)
    run("run", "basket", workspace=workspace)
    assert_made_by(workspace, kernels)
    assert_features(workspace)
    golden = json.loads((source / "golden.json").read_text())
    count = lambda table, what="count(*)": int(query_csv(workspace, f"SELECT {what} FROM basket.{table}")[0][0])  # noqa: E731
    assert count("orders") == golden["rows"]["orders"]
    assert count("order_products_prior") == golden["order_products_prior_rows"]
    for table in ["user_features_1", "user_features_2", "up_features", "prd_features"]:
        assert count(table) == golden[table]["rows"]
    for column, total in golden["prd_features"]["sums"].items():
        assert count("prd_features", f"sum({column})") == total
    assert run("check", "basket", workspace=workspace, check=False).returncode == 0
    assert run("validate", workspace=workspace).returncode == 0


@both_ways
def test_generated_data(shops, tmp_path, kernels):
    shop = copy_of(shops[kernels], tmp_path)
    assert_made_by(shop, kernels)
    assert_features(shop)


@both_ways
def test_streamed_orders_are_in_the_next_features(shops, tmp_path, kernels):
    """Orders sent over HTTP, by users of the files and by new ones: the next run has them, with number, day, hour, days and reorders derived."""
    shop = copy_of(shops[kernels], tmp_path)
    served = Server(shop).start()
    known = int(query_csv_of(served, "SELECT max(user_id) FROM basket.orders"))
    before = int(query_csv_of(served, "SELECT count(*) FROM basket.data"))
    chance = random.Random(1)
    orders = []
    for n in range(200):
        user = chance.choice([1, 2, 3, known + 1, known + 2])
        time = datetime.datetime(2026, 12, 1) + datetime.timedelta(hours=7 * n)
        items = [{"product_id": product} for product in chance.sample(range(1, 60), chance.randrange(0, 9))]
        orders.append({"order_id": 10_000_000 + n, "user_id": user, "order_time": time.isoformat(), "items": items})
    chance.shuffle(orders)
    try:
        for at in range(0, len(orders), 37):
            send(served, *orders[at : at + 37])
        make_features(served)
        assert int(query_csv_of(served, "SELECT count(*) FROM basket.data")) > before
    finally:
        served.stop()
    assert_made_by(shop, kernels)
    assert_features(shop)
    numbers = rows_of(shop, f"SELECT order_number, days_since_prior_order FROM basket.orders WHERE user_id = {known + 1} ORDER BY order_number")
    assert [row["order_number"] for row in numbers] == list(range(1, len(numbers) + 1))
    assert numbers[0]["days_since_prior_order"] is None
    assert run("check", "basket.orders", workspace=shop).returncode == 0


def query_csv_of(server, sql):
    return server.sql(sql)[0][0]


def test_an_order_sent_again_is_corrected(served, shop):
    order = {"order_id": 10_000_000, "user_id": 1, "order_time": "2026-12-01T10:00:00", "items": [{"product_id": 1}, {"product_id": 2}]}
    send(served, order)
    make_features(served)
    send(served, order | {"items": [{"product_id": 2}, {"product_id": 3, "add_to_cart_order": 9}], "order_hour_of_day": 4})
    make_features(served)
    served.stop()
    lines = rows_of(shop, "SELECT product_id, add_to_cart_order FROM basket.order_products WHERE order_id = 10000000 ORDER BY product_id")
    assert [tuple(line.values()) for line in lines] == [(2, 1), (3, 9)]
    assert rows_of(shop, "SELECT order_hour_of_day FROM basket.orders WHERE order_id = 10000000") == [{"order_hour_of_day": 4}]
    assert_features(shop)


@pytest.mark.parametrize("wrong, told", [
    ({"items": [{"product_id": 1}, {"add_to_cart_order": 2}]}, "items[1].product_id"),
    ({"items": [{"product_id": "apples"}]}, "items[0].product_id"),
    ({"items": {"product_id": 1}}, "items"),
    ({"items": [{"product_id": 1, "add_to_cart_order": 0}]}, "items[0].add_to_cart_order"),
    ({"items": [{"product_id": 1, "reordered": 2}]}, "items[0].reordered"),
    ({"order_time": "yesterday"}, "order_time"),
    ({"user_id": None}, "user_id"),
])
def test_what_cannot_be_an_order_is_refused_by_name(served, wrong, told):
    """The answer says which member of which item, and nothing is kept."""
    order = {"order_id": 10_000_000, "user_id": 1, "order_time": "2026-12-01T10:00:00", "items": [{"product_id": 1}]}
    answer = served.post_records([order | wrong], stream="basket_orders")
    assert answer.status_code == 400 and told in answer.text, answer.text
    assert query_csv_of(served, "SELECT count(*) FROM raw.basket_orders WHERE order_id = 10000000") in (0, "0")


def test_the_packages_zone_is_that_of_day_and_hour(served, shop):
    """timezone: in package.yml moves the day and hour of streamed orders, and of no order of a file."""
    send(served, {"order_id": 10_000_000, "user_id": 1, "order_time": "2026-12-01T02:00:00Z", "items": [{"product_id": 1}]})
    make_features(served)
    served.stop()
    path = shop / "packages/basket/package.yml"
    path.write_text(path.read_text().replace("timezone: UTC", "timezone: America/New_York", 1))
    run("run", "basket", workspace=shop)
    assert rows_of(shop, "SELECT order_dow, order_hour_of_day FROM basket.orders WHERE order_id = 10000000") == [{"order_dow": 1, "order_hour_of_day": 21}]
    assert_features(shop, "America/New_York")


BAD = {
    "an order's number leaves a gap": ("orders", "9000001,900001,prior,1,0,0,\n9000002,900001,prior,3,0,0,5\n", "order_number_gap_free"),
    "days without an order before": ("orders", "9000001,900001,prior,1,0,0,4\n", "days_since_first_order"),
    "an eval_set of its own": ("orders", "9000001,900001,later,1,0,0,\n", "accepted_values_eval_set"),
    "a day that is none": ("orders", "9000001,900001,prior,1,7,0,\n", "max_order_dow"),
    "an hour that is none": ("orders", "9000001,900001,prior,1,0,24,\n", "max_order_hour_of_day"),
    "a line without an order": ("order_products", "9000009,1,1,0\n", "relationships_order_id"),
    "a line of no product": ("order_products", "1,99000000,200,0\n", "relationships_product_id"),
    "an aisle that is not": ("products", "99000001,Nothing,999,1\n", "relationships_aisle_id"),
    "a department that is not": ("products", "99000001,Nothing,1,999\n", "relationships_department_id"),
}
HEADERS = {
    "orders": "order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order\n",
    "order_products": "order_id,product_id,add_to_cart_order,reordered\n", "products": "product_id,product_name,aisle_id,department_id\n",
}


@pytest.mark.parametrize("what", sorted(BAD))
def test_the_audit_finds(shop, tmp_path, what):
    """Each rule of the audit, by name, with an end of 1; a wrong order keeps the tables of the night before."""
    table, rows, name = BAD[what]
    before = rows_of(shop, "SELECT count(*) AS n FROM basket.orders")
    (tmp_path / f"{table}_more.csv").write_text(HEADERS[table] + rows)
    run("import", tmp_path / f"{table}_more.csv", "--source", f"basket_{table}", workspace=shop)
    made = run("run", "basket", workspace=shop, check=False)
    if table == "orders":
        assert made.returncode == 1 and name in made.stdout + made.stderr
        assert rows_of(shop, "SELECT count(*) AS n FROM basket.orders") == before
        return
    audit = run("check", "basket", workspace=shop, check=False)
    assert audit.returncode == 1
    assert [line for line in audit.stdout.splitlines() if name in line and "failed" in line], audit.stdout


def test_recipes_rebuild_the_tables(shop, tmp_path):
    """The no-code versions of prd_features and user_features_2: every row and digit of the SQL's."""
    for name, key in [("prd_features", "product_id"), ("user_features_2", "user_id")]:
        run("recipe", "run", shop / f"packages/basket/recipes/{name}.yml", "--out", tmp_path / f"{name}.csv", workspace=shop)
        expected = run("query", f"SELECT * FROM basket.{name} ORDER BY {key}", "--format", "csv", workspace=shop).stdout
        assert (tmp_path / f"{name}.csv").read_text() == expected and len(expected.splitlines()) > 50


def test_original_names_and_order(shop):
    """What the pipeline had which this one replaces, for programs that read its file: written when it is asked for, not each night."""
    path = shop / "exports/basket/data_original.csv"
    assert not path.exists()
    run("run", "basket:data_original_csv", workspace=shop)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert run("query", "SELECT * FROM basket.data_original ORDER BY user_id, product_id", "--format", "csv", workspace=shop).stdout == path.read_text()
    ours = list(csv.DictReader(data_csv(shop).decode().splitlines()))
    assert list(rows[0])[6:13] == [
        "prod_orders", "prod_reorders", "prod_first_orders", "prod_second_orders", "user_orders", "user_period", "user_mean_days_since_prior",
    ]
    renamed = {"user_orders": "max_order_number", "user_period": "total_days_prior_order", "user_mean_days_since_prior": "avg_days_prior_order"}
    assert [{renamed.get(n, n): v for n, v in row.items()} for row in rows] == ours


def test_saved_queries_answer(served):
    for query in served.get("/v1/queries").json()["queries"]:
        if query["package"] == "basket":
            answer = served.post(f"/v1/queries/basket/{query['name']}")
            assert answer.status_code == 200, answer.text
            assert answer.json()["rows"] or query["name"] == "audit"


def test_one_action(shop, tmp_path):
    """Pushing raw data is all that a person does: files into landing, and what follows from them is there after the next run."""
    more = tmp_path / "orders_more.csv"
    more.write_text(HEADERS["orders"] + "9000001,900001,prior,1,2,3,\n")
    server = Server(shop).start()
    try:
        for source, rows, name in [("basket_orders", more.read_text(), "orders_more.csv"),
                                   ("basket_order_products", HEADERS["order_products"] + "9000001,1,1,0\n", "order_products_more.csv")]:
            (shop / f"landing/{source}").mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(rows)
            (tmp_path / name).rename(shop / f"landing/{source}/{name}")
        for table in ["basket_orders", "basket_order_products"]:
            server.wait_until(lambda: str(query_csv_of(server, f"SELECT count(*) FROM raw.{table} WHERE order_id = 9000001")) == "1")  # noqa: B023
        make_features(server)
        assert str(query_csv_of(server, "SELECT up_orders FROM basket.data WHERE user_id = 900001")) == "1"
    finally:
        server.stop()


def test_the_guide(tmp_path):
    """docs/guides/basket.md, executed as it stands."""
    assert run_guide((ROOT / "docs/guides/basket.md").read_text(), tmp_path) > 12


def start(shop, name):
    """A schedule's job, to its end: the steps' states and what was printed."""
    return run("schedules", "start", f"basket:{name}", workspace=shop, check=False)


def test_a_run_in_which_nothing_changed(served, shop):
    """The second run makes and writes nothing, and says so; a data.csv that is gone comes back as it was; --force writes it anew."""
    path = shop / "exports/basket/data.csv"
    again = lambda *options: json.loads(run("run", "basket", "--json", *options, workspace=shop).stdout)["assets"]  # noqa: E731
    again()
    before, text = path.stat(), path.read_bytes()
    assert {asset["state"] for asset in again()} == {"skipped"}
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    path.unlink()
    made = {asset["asset"]: asset["state"] for asset in again()}
    assert made.pop("basket.data_csv") == "succeeded" and set(made.values()) == {"skipped"}
    assert path.read_bytes() == text
    before = path.stat()
    run("run", "basket:data_csv", "--force", workspace=shop)
    assert path.stat().st_ino != before.st_ino and path.read_bytes() == text


def test_the_night(served, shop, tmp_path):
    """The audit holds, the features are made. The audit finds a line of no product: it fails, a notice is on its way, and the features wait for
    somebody to mend it; the day after they are made again."""
    (shop / "exports/basket/data.csv").unlink()
    assert start(shop, "audit").returncode == 0
    run("schedules", "start", "basket:features", workspace=shop)
    made = served.sql("SELECT count(*) FROM system.runs")[0][0]
    wrong = tmp_path / "order_products_wrong.csv"
    wrong.write_text(HEADERS["order_products"] + "1,99000000,200,0\n")
    run("import", wrong, "--source", "basket_order_products", workspace=shop)
    failed = start(shop, "audit")
    assert failed.returncode == 1 and "relationships_product_id" in failed.stdout + failed.stderr
    assert "basket:audit" in served.get("/v1/notices").text
    held_back = start(shop, "features")
    assert "its condition does not hold" in held_back.stdout + held_back.stderr
    assert int(served.sql("SELECT count(*) FROM system.runs")[0][0]) == int(made) + 1, "only the audit's own run"
    wrong.write_text(HEADERS["order_products"] + "1,1,200,0\n")
    run("import", wrong, "--source", "basket_order_products", workspace=shop)
    assert start(shop, "audit").returncode == 0
    assert start(shop, "features").returncode == 0
    served.stop()
    assert_features(shop)
