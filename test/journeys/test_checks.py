"""Every kind of check on a package's own data, counted again by pandas; the report, the quarantine, the profile."""

import csv
import json
import random

import numpy
import pandas
import pytest
import yaml

from conftest import Server, query_csv, run

SOURCE = """source: {name}
kind: stream
files: ["{name}*.csv"]
partition_by: order_id
fields:
  order_id: {{type: integer, required: true}}
  sku: {{type: text}}
  colour: {{type: text}}
  quantity: {{type: integer}}
  price: {{type: "decimal(12,4)"}}
  sold_at: {{type: timestamp}}
  note: {{type: text}}
"""
COLUMNS = ["order_id", "sku", "colour", "quantity", "price", "sold_at", "note"]
NOTES = ["plain", "Â£5 off", "café", "cafÃ©", "it’s", "itâ€™s", "£5", "bad \ufffd", ""]

CHECKS = """table: raw.lines
checks:
  - not_null: [order_id, sku, quantity]
  - {unique: order_id, blocking: false}
  - unique: [order_id, sku]
  - accepted_values: {column: colour, values: [red, blue]}
  - relationships: {column: order_id, to: raw.orders, field: order_id}
  - {relationships: {column: order_id, to: raw.orders}, where: quantity > 50, name: of_large}
  - min: {column: quantity, value: 0}
  - max: {column: price, value: 90.5}
  - {max: {column: price, value: 90.5}, where: colour = 'red', name: max_of_red}
  - pattern: {column: sku, regex: "[A-Z]{2}-[0-9]+"}
  - row_count: {min: 1}
  - {row_count: {equals: raw.orders}, name: as_many_as_orders}
  - type: {column: price, is: "DECIMAL(12,4)"}
  - {type: {column: sku, casts_to: INTEGER}, name: sku_is_a_number}
  - encoding: note
  - freshness: {column: sold_at, max_age: 30d}
  - sum_equals: {column: quantity, to: raw.orders, field: quantity}
  - {sum_equals: {expression: quantity * price, value: 0, tolerance: 1}, name: amount_is_nothing}
  - expression: (colour IS NULL) = (quantity < 0)
  - {sql: "SELECT order_id FROM raw.lines GROUP BY 1 HAVING count(*) > 3", name: short_orders}
"""


def make_rows(seed, count):
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        sku = chance.choice(["AB-1", "CD-22", "ab-3", "77", ""]) if chance.random() < 0.9 else f"EF-{chance.randrange(500)}"
        rows.append(
            [
                chance.randrange(1, count), sku, chance.choice(["red", "blue", "green", ""]), chance.choice(["", *range(-5, 100)]),
                chance.choice(["", f"{chance.randrange(1_000_000) / 10_000:.4f}"]),
                chance.choice(["", f"20{chance.randrange(10, 20)}-01-02 03:04:05"]), chance.choice(NOTES),
            ]
        )
    return rows


def write_csv(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


def frame(rows):
    table = pandas.DataFrame(rows, columns=COLUMNS).replace("", None)
    for column in ["quantity", "price"]:
        table[column] = pandas.to_numeric(table[column])
    return table


def expected(lines, orders):
    """What each check counts, in plain pandas."""
    known = set(orders.order_id)
    repeated = lines[lines.sku.notna()].duplicated(["order_id", "sku"], keep=False)
    amount = (lines.quantity * lines.price).sum()
    return {
        "not_null_order_id": 0,
        "not_null_sku": lines.sku.isna().sum(),
        "not_null_quantity": lines.quantity.isna().sum(),
        "unique_order_id": lines.order_id.duplicated(keep=False).sum(),
        "unique_order_id_sku": repeated.sum(),
        "accepted_values_colour": (lines.colour.notna() & ~lines.colour.isin(["red", "blue"])).sum(),
        "relationships_order_id": (~lines.order_id.isin(known)).sum(),
        "of_large": (~lines[lines.quantity > 50].order_id.isin(known)).sum(),
        "min_quantity": (lines.quantity < 0).sum(),
        "max_price": (lines.price > 90.5).sum(),
        "max_of_red": (lines[lines.colour == "red"].price > 90.5).sum(),
        "pattern_sku": (~lines.sku.dropna().str.fullmatch("[A-Z]{2}-[0-9]+")).sum(),
        "row_count": 0,
        "as_many_as_orders": int(len(lines) != len(orders)),
        "type_price": 0,
        "sku_is_a_number": (~lines.sku.dropna().str.fullmatch("[0-9]+")).sum(),
        "encoding_note": lines.note.isin(["Â£5 off", "cafÃ©", "itâ€™s", "bad \ufffd"]).sum(),
        "freshness_sold_at": 1,
        "sum_equals_quantity": int(lines.quantity.sum() != orders.quantity.sum()),
        "amount_is_nothing": int(abs(amount) > 1),
        "expression": (lines.quantity.notna() & (lines.colour.isna() != (lines.quantity < 0))).sum(),
        "short_orders": (lines.groupby("order_id").size() > 3).sum(),
    }


class Shop:
    def __init__(self, folder, checks=CHECKS):
        self.workspace = folder / "shop"
        run("init", self.workspace)
        self.package = self.workspace / "packages/shop"
        for part in ["sources", "checks"]:
            (self.package / part).mkdir(parents=True)
        (self.package / "package.yml").write_text("name: shop\ndescription: A shop.\n")
        for name in ["lines", "orders"]:
            (self.package / f"sources/{name}.yml").write_text(SOURCE.format(name=name))
        (self.package / "checks/lines.yml").write_text(checks, encoding="utf-8")
        self.rows = {"lines": make_rows(1, 3000), "orders": make_rows(2, 2000)}
        for name, rows in self.rows.items():
            write_csv(folder / f"{name}.csv", rows)
            run("import", folder / f"{name}.csv", "--source", name, workspace=self.workspace)
        self.lines, self.orders = frame(self.rows["lines"]), frame(self.rows["orders"])


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return Shop(tmp_path_factory.mktemp("checks"))


@pytest.fixture(scope="module")
def answer(shop, tmp_path_factory):
    """One run of the checks: JSON, exit code, the report."""
    page = tmp_path_factory.mktemp("page") / "audit.html"
    done = run("check", "raw.lines", "--json", "--html", page, workspace=shop.workspace, check=False)
    return json.loads(done.stdout), done.returncode, page.read_text(encoding="utf-8")


def test_every_check_counts_what_pandas_counts(shop, answer):
    report = answer[0]["reports"][0]
    assert report["row_count"] == len(shop.lines)
    found = {check["name"]: check["failing"] for check in report["checks"]}
    assert found == {name: int(count) for name, count in expected(shop.lines, shop.orders).items()}
    assert all(check["state"] == ("failed" if check["failing"] else "passed") for check in report["checks"])


def test_a_blocking_failure_is_exit_1_and_a_passing_check_0(shop, answer):
    assert answer[1] == 1 and answer[0]["blocked"]
    (shop.package / "checks/lines.yml").write_text("table: raw.lines\nchecks:\n  - not_null: order_id\n")
    assert run("check", "shop", workspace=shop.workspace).returncode == 0
    (shop.package / "checks/lines.yml").write_text("table: raw.lines\nchecks:\n  - {unique: order_id, blocking: false}\n")
    done = run("check", workspace=shop.workspace)
    assert "failed (does not block)" in done.stdout
    (shop.package / "checks/lines.yml").write_text(CHECKS, encoding="utf-8")


def test_failing_rows_are_in_quarantine_with_their_reasons(shop, answer):
    report = answer[0]["reports"][0]
    kept = dict(query_csv(shop.workspace, f"SELECT _check, count(*) FROM quarantine.raw__lines WHERE _run = '{report['run']}' GROUP BY 1"))
    counts = {check["name"]: check["failing"] for check in report["checks"]}
    rows = [name for name in kept if name not in ("row_count",)]
    assert rows and {name: int(kept[name]) for name in rows} == {name: min(counts[name], 1000) for name in rows}
    assert "as_many_as_orders" not in kept and "freshness_sold_at" not in kept
    worst = query_csv(shop.workspace, f"SELECT min(quantity), max(quantity), max(_reason) FROM quarantine.raw__lines WHERE _check = 'min_quantity' AND _run = '{report['run']}'")
    assert worst == [["-5", "-1", "quantity is less than 0"]]


def test_results_are_sql(shop, answer):
    report = answer[0]["reports"][0]
    sql = f"SELECT check_name, failing FROM system.check_results WHERE run = '{report['run']}'"
    assert {name: int(count) for name, count in query_csv(shop.workspace, sql)} == {c["name"]: c["failing"] for c in report["checks"]}


def test_the_report_is_one_inert_file(answer):
    page = answer[2]
    assert page.startswith("<!doctype html>") and page.rstrip().endswith("</html>")
    for text in ["raw.lines", "accepted_values_colour", "prefers-color-scheme", "quarantine.raw__lines"]:
        assert text in page
    for text in ["<script", "src=", "href=\"http", "url("]:
        assert text not in page


def test_http_runs_checks_and_lists_results(shop):
    server = Server(shop.workspace).start()
    try:
        ran = server.post("/v1/checks", json={"table": "raw.lines"})
        assert ran.status_code == 200 and ran.json()["blocked"]
        assert server.get("/v1/checks").json()["reports"][0]["run"] == ran.json()["reports"][0]["run"]
        page = server.get("/v1/checks", params={"package": "shop"}, headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html") and "default-src 'none'" in page.headers["content-security-policy"]
        assert server.get("/v1/checks", headers={"Accept": "image/png"}).status_code == 406
        for body in [{"table": "raw.nothing"}, {"package": "nobody"}]:
            assert server.post("/v1/checks", json=body).status_code == 404
        for body in [{"table": "raw"}, {"table": 5}, {"tabel": "raw.lines"}]:
            assert server.post("/v1/checks", json=body).status_code == 400
        assert server.get("/v1/tables/raw/nothing/profile").status_code == 404
        assert server.get("/v1/tables/raw/lines/profile").json()["row_count"] == len(shop.lines)
    finally:
        server.stop()


def test_a_profile_says_what_pandas_says(shop, tmp_path):
    profile = json.loads(run("profile", "raw.lines", "--json", "--html", tmp_path / "p.html", workspace=shop.workspace).stdout)
    columns = {column["name"]: column for column in profile["columns"]}
    assert profile["row_count"] == len(shop.lines)
    for name in ["quantity", "price"]:
        series, column = shop.lines[name].astype(float), columns[name]
        assert column["nulls"] == series.isna().sum()
        assert column["distinct"] == series.nunique()
        assert float(column["min"]) == series.min() and float(column["max"]) == series.max()
        assert column["mean"] == pytest.approx(series.mean()) and column["deviation"] == pytest.approx(series.std())
        for q, value in column["quantiles"].items():
            assert float(value) == pytest.approx(series.quantile(float(q))), (name, q)
        counts, _ = numpy.histogram(series.dropna(), bins=len(column["histogram"]))
        assert [bucket["rows"] for bucket in column["histogram"]] == list(counts)
    top = {entry["value"]: entry["rows"] for entry in columns["colour"]["top"]}
    assert top == shop.lines.colour.value_counts().to_dict()
    shapes = shop.lines.sku.dropna().str.replace("[A-Z]", "A", regex=True).str.replace("[a-z]", "a", regex=True).str.replace("[0-9]", "9", regex=True)
    assert {entry["pattern"]: entry["rows"] for entry in columns["sku"]["patterns"]} == shapes.value_counts().to_dict()
    assert columns["note"]["length_max"] == shop.lines.note.dropna().str.len().max()
    pair = next(p for p in profile["correlations"] if {p["a"], p["b"]} == {"quantity", "price"})
    assert pair["pearson"] == pytest.approx(shop.lines.quantity.astype(float).corr(shop.lines.price.astype(float)))
    assert "<script" not in (tmp_path / "p.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text, said",
    [
        ("table: raw.lines\nchecks:\n  - notnull: sku\n", "lines.yml:3: unknown check 'notnull'"),
        ("table: raw.lines\nchecks:\n  - not_null: skuu\n", "Did you mean sku?"),
        ("table: raw.lines\nchecks:\n  - sql: DROP TABLE raw.lines\n", "lines.yml:3: sql: "),
        ("table: raw.lines\nchecks: {}\n", "checks is a list"),
        ("checks: [", "lines.yml:"),
    ],
)
def test_a_slip_is_named_with_its_place(shop, text, said):
    (shop.package / "checks/lines.yml").write_text(text)
    try:
        done = run("validate", workspace=shop.workspace, check=False)
        assert said in done.stdout + done.stderr
    finally:
        (shop.package / "checks/lines.yml").write_text(CHECKS, encoding="utf-8")
