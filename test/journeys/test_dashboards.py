"""Dashboards over the real data: every tile answers, totals are those of golden.json, filters change them as pandas says; what a reader sends
stays a value; a file with a fault is told of and spoils no other."""

import decimal
import json
import sys

import pytest

from conftest import ROOT, Server, run

sys.path.insert(0, str(ROOT / "test/sql"))
from reference import clean_of, money, read_lines  # noqa: E402

SALES = "/v1/dashboards/online_retail/sales"


@pytest.fixture(scope="module")
def shop(real_csv, tmp_path_factory):
    """A server over the whole data, and the clean lines as pandas reads them."""
    folder = tmp_path_factory.mktemp("dashboards") / "workspace"
    run("init", folder, "--package", "online_retail")
    run("import", real_csv, "--source", "online_retail", workspace=folder)
    server = Server(folder).start()
    server.lines = read_lines(real_csv, "latin-1")
    server.clean = clean_of(server.lines)
    yield server
    server.stop()


def tile(server, name, filters=None, base=SALES, **headers):
    answer = server.post(f"{base}/tiles/{name}", json={"filters": filters or {}}, headers=headers)
    assert answer.status_code == 200, (name, filters, answer.text)
    return answer.json(parse_float=decimal.Decimal)


def one(server, name, filters=None):
    [[value]] = tile(server, name, filters)["rows"]
    return value


def tiles_of(server, base):
    shown = server.get(base).json()
    return [(f"{page['name']}/{t['name']}", t) for page in shown["pages"] for t in page["tiles"]]


def assert_every_tile(server, base, filters):
    """Each answers without filters and with each of them, with the columns that its chart names."""
    for name, drawn in tiles_of(server, base):
        for chosen in [{}, *({key: value} for key, value in filters.items()), filters]:
            answer = tile(server, name, chosen, base)
            columns = {c["name"] for c in answer["columns"]}
            named = {drawn["x"], drawn["series"], drawn["size"], *drawn["y"], *drawn["format"], *drawn["filter_on_click"]} - {None}
            assert named <= columns, (name, named - columns)
            assert not answer["truncated"], name
            assert sorted(answer["applied"] + answer["ignored"]) == sorted(chosen), name
            if not chosen:
                assert answer["rows"], name
                assert answer["inputs"] and all(i["version"] > 0 and i["committed_at"] for i in answer["inputs"]), name
                assert answer["as_of"] == max(i["committed_at"] for i in answer["inputs"])
            assert (answer["sparkline"] is not None) == (drawn["sparkline"] is not None)
            # The text that is shown is the one that gave the rows: anybody can run it.
            assert server.sql(answer["sql"], limit=100_000) == json.loads(json.dumps(answer["rows"], default=str), parse_float=str), name


def test_every_tile_of_sales_answers(shop):
    filters = {
        "period": {"from": "2011-03-01", "to": "2011-05-31"}, "country": ["france", "germany"], "customer": ["12682"], "product": ["22423"],
        "segment": ["champion", "loyal"],
    }
    assert len(tiles_of(shop, SALES)) >= 20
    assert_every_tile(shop, SALES, filters)


def test_totals_are_the_known_ones(shop, golden):
    assert one(shop, "overview/sales") == decimal.Decimal(golden["clean_sum_amount"])
    assert one(shop, "overview/invoices") == golden["clean_distinct_invoices"]
    assert one(shop, "overview/customers") == golden["clean_distinct_customers"]
    daily = tile(shop, "overview/daily_sales")["rows"]
    assert sum(row[1] for row in daily) == decimal.Decimal(golden["clean_sum_amount"])
    pieces = tile(shop, "products/pieces_by_day")["rows"]
    assert sum(row[1] for row in pieces) == golden["clean_sum_quantity"]
    heat = tile(shop, "overview/busy_hours")["rows"]
    assert sum(row[4] for row in heat) == decimal.Decimal(golden["clean_sum_amount"])


def test_tiles_say_what_the_saved_queries_say(shop):
    """The questions that there are saved queries for have the same answers, row by row."""
    def query(name):
        return shop.post(f"/v1/queries/online_retail/{name}", json={"limit": 100_000}).json(parse_float=decimal.Decimal)["rows"]

    averages = [[float(v) if isinstance(v, decimal.Decimal) else v for v in row] for row in tile(shop, "time/average_sales")["rows"]]
    assert [row[1:] for row in averages] == [[float(avg), n] for _, avg, n in query("average_sales")]
    assert [row[0::1] for row in tile(shop, "time/by_hour_of_day")["rows"]] == query("average_sales_by_hour_of_day")
    assert [[row[0], *row[2:]] for row in tile(shop, "time/by_weekday")["rows"]] == query("average_sales_by_weekday")
    assert [row[:4] for row in tile(shop, "products/popular_products")["rows"]][:20] == [row[:4] for row in query("popular_products")]
    assert [[c, s] for c, s, *_ in tile(shop, "overview/sales_by_country")["rows"]] == [[row[0], row[5]] for row in query("sales_by_country")]
    assert [row[:3] for row in tile(shop, "overview/top_customers")["rows"]] == [row[:3] for row in query("top_customers")][:10]
    assert tile(shop, "invoices/highest_invoices")["rows"][:20] == query("highest_invoices")
    for grain in ["month", "year"]:
        assert tile(shop, f"products/most_sold_by_{grain}")["rows"] == query(f"most_sold_by_{grain}")
    for grain in ["day", "hour"]:
        assert tile(shop, f"products/most_sold_by_{grain}")["rows"] == query(f"most_sold_by_{grain}")[::-1]
    features = shop.sql("SELECT customer_id, total_spent, order_count, recency_days FROM online_retail.customer_features", limit=100_000)
    insights = tile(shop, "customers/insights")["rows"]
    assert sorted([row[0], row[1], row[2], row[4]] for row in insights) == sorted([c, decimal.Decimal(t), n, days] for c, t, n, days in features)
    insights = {row[0]: row for row in tile(shop, "customers/insights")["rows"]}
    assert {c: (row[1], row[2]) for c, row in insights.items()} == {row[0]: (row[1], row[2]) for row in query("customer_insights")}


@pytest.mark.parametrize("filters, kept", [
    ({"country": ["france"]}, lambda c: c["country"] == "france"),
    ({"country": ["france", "eire"]}, lambda c: c["country"].isin(["france", "eire"])),
    ({"period": {"from": "2011-01-01", "to": "2011-01-31"}}, lambda c: c["month"] == "2011-01-01"),
    ({"period": {"to": "2010-12-01"}}, lambda c: c["day"] == "2010-12-01"),
    ({"period": {"preset": "last_month"}}, lambda c: c["month"] == "2011-11-01"),
    ({"customer": [17850]}, lambda c: c["customer"].isin(["17850", "17850.0"])),
    ({"customer": ["14646"], "country": ["netherlands"], "period": {"from": "2011-06-01"}},
     lambda c: (c["customer"] == "14646") & (c["country"] == "netherlands") & (c["day"] >= "2011-06-01")),
    ({"country": ["atlantis"]}, lambda c: c["country"] == "atlantis"),
])
def test_filters_change_totals_as_pandas_says(shop, filters, kept):
    lines = shop.clean[kept(shop.clean)]
    total = money(lines["amount"].sum()) if len(lines) else None
    assert one(shop, "overview/sales", filters) == total
    assert one(shop, "overview/invoices", filters) == lines["invoice"].nunique()
    days = tile(shop, "overview/daily_sales", filters)["rows"]
    assert [row[0] for row in days] == sorted(lines["day"].unique())
    if "customer" not in filters:
        sold = lines.groupby("stock")["quantity"].sum().reset_index().sort_values(["quantity", "stock"], ascending=[False, True])
        popular = tile(shop, "products/popular_products", filters)["rows"]
        assert [(row[0], row[2]) for row in popular] == list(sold.head(50).itertuples(index=False, name=None))


def test_segments_reach_what_knows_customers_alone(shop):
    """A filter of one table leaves rows of another: the customers of a segment, and their invoices."""
    segments = tile(shop, "customers/segments")["rows"]
    assert sum(row[1] for row in segments) == shop.clean["customer"].nunique()
    name, customers, spent, _ = segments[0]
    assert one(shop, "overview/sales", {"segment": [name]}) == spent
    assert one(shop, "overview/customers", {"segment": [name]}) == customers
    both = one(shop, "overview/customers", {"segment": [name], "country": ["france"]})
    assert 0 < both < customers


def test_a_period_is_compared_with_the_one_before(shop):
    november = shop.clean[shop.clean["month"] == "2011-11-01"]
    october = shop.clean[shop.clean["month"] == "2011-10-01"]
    answer = tile(shop, "overview/sales", {"period": {"preset": "last_month"}})
    assert answer["rows"] == [[money(november["amount"].sum())]]
    assert answer["compare"]["rows"] == [[money(october["amount"].sum())]]
    assert answer["compare"]["range"] == {"from": "2011-10-01", "to": "2011-10-31"}
    assert tile(shop, "overview/sales")["compare"] is None


def test_what_can_be_chosen(shop):
    bounds = shop.get(f"{SALES}/filters/period").json()
    assert bounds["bounds"] == {"from": "2010-12-01", "to": "2011-12-09"}
    assert {"preset": "last_month", "from": "2011-11-01", "to": "2011-11-30"} in bounds["presets"]
    countries = shop.get(f"{SALES}/filters/country").json()["choices"]
    assert [c["name"] for c in countries["columns"]] == ["value", "invoices"]
    assert len(countries["rows"]) == shop.clean["country"].nunique() and countries["rows"][0][0] == "united kingdom"
    found = shop.get(f"{SALES}/filters/product", params={"search": "heart", "limit": 5}).json()["choices"]
    assert found["truncated"] and len(found["rows"]) == 5 and all("HEART" in row[1].upper() for row in found["rows"])
    assert shop.get(f"{SALES}/filters/country", params={"search": "' OR 1=1 --"}).json()["choices"]["rows"] == []


INJECTIONS = ["x') OR (1=1", "france' OR '1'='1", "x'); DROP TABLE online_retail.clean; --", "' UNION SELECT 1 --", "\\' OR 1=1 --", "/*", "\u2019 OR 1=1", "%", ""]


@pytest.mark.parametrize("value", INJECTIONS)
def test_values_stay_values(shop, value):
    for name in ["country", "customer", "product"]:
        answer = tile(shop, "products/pieces_by_day" if name == "product" else "overview/invoices", {name: [value]})
        assert answer["rows"] in ([], [[0]]), (name, value)
    assert one(shop, "overview/invoices") == 22190


@pytest.mark.parametrize("filters, said", [
    ({"contry": ["france"]}, "Did you mean country?"),
    ({"country": {"a": 1}}, "filter country: a value is a text or a number"),
    ({"country": ["\x00"]}, "filter country"),
    ({"period": {"from": "2011-01-01' OR '1'='1"}}, "is no day"),
    ({"period": {"from": "2011-02-30"}}, "is no day"),
    ({"period": {"from": "2011-02-01", "to": "2011-01-01"}}, "it ends before it begins"),
    ({"period": {"preset": "yesterday"}}, "there is no preset"),
    (["country"], "filters must map"),
])
def test_other_values_are_refused(shop, filters, said):
    answer = shop.post(f"{SALES}/tiles/overview/sales", json={"filters": filters})
    assert answer.status_code == 400 and said in answer.json()["detail"] + answer.json().get("hint", ""), answer.text


def test_unknown_addresses_are_told(shop):
    for path, said in [
        ("/v1/dashboards/online_retail/sale", "online_retail/sales"), (f"{SALES}/filters/contry", "country"),
        (f"{SALES}/tiles/overvew/sales", "overview"), (f"{SALES}/tiles/overview/sale", "sales"),
    ]:
        answer = shop.post(path, json={}) if "/tiles/" in path else shop.get(path)
        assert answer.status_code == 404 and f"Did you mean {said}?" in answer.json()["hint"], answer.text


def test_rows_as_csv(shop):
    answer = shop.post(f"{SALES}/tiles/overview/sales_by_country", json={"filters": {"country": ["france"]}}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    header, row = answer.text.splitlines()
    assert header == "country,sales,invoices,customers" and row.startswith("france,")


def test_rows_as_a_workbook(shop, tmp_path):
    """Numbers are numbers, dates dates, codes texts; any query can be had so."""
    import openpyxl

    answer = shop.post(
        f"{SALES}/tiles/products/popular_products", json={"filters": {"country": ["france"]}},
        headers={"Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    )
    assert answer.status_code == 200 and "query.xlsx" in answer.headers["content-disposition"], answer.text
    (tmp_path / "tile.xlsx").write_bytes(answer.content)
    header, *rows = openpyxl.load_workbook(tmp_path / "tile.xlsx").active.iter_rows(values_only=True)
    wanted = tile(shop, "products/popular_products", {"country": ["france"]})
    assert list(header) == [c["name"] for c in wanted["columns"]]
    assert [[r[0], r[1], int(r[2])] for r in rows] == [row[:3] for row in wanted["rows"]]
    assert not list((shop.workspace / "data/temp").glob("query-*")), "nothing is left behind"


def test_rows_are_remembered_until_something_changes(make_server, workspace, online_retail):
    """A correction changes what a tile says, at once; what did not change is not read again."""
    path = workspace / "orders.csv"
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    path.write_text(header + "1,A,THING,2,12/1/2010 8:26,1.50,7,France\n")
    run("import", path, "--source", "online_retail", workspace=workspace)
    server = make_server()
    assert one(server, "overview/sales") == decimal.Decimal("3.0000")
    server.wait_until(lambda: tile(server, "overview/sales")["cached"], seconds=60)
    path.write_text(header + "1,A,THING,3,12/1/2010 8:26,1.50,7,France\n")
    run("import", path, "--source", "online_retail", workspace=workspace)
    server.wait_until(lambda: one(server, "overview/sales") == decimal.Decimal("4.5000"), seconds=60)


def test_an_empty_workspace_has_dashboards_too(server):
    listed = server.get("/v1/dashboards").json()["dashboards"]
    assert [(d["package"], d["name"], d["error"]) for d in listed] == [("online_retail", "sales", None)]
    for name, _ in tiles_of(server, SALES):
        answer = server.post(f"{SALES}/tiles/{name}", json={})
        assert answer.status_code in (200, 400), answer.text
        assert answer.status_code == 200 or answer.json()["detail"], answer.text


def test_validate_tells_faults_with_their_places(workspace, make_server):
    path = workspace / "packages/online_retail/dashboards/sales.yml"
    good = path.read_text()
    assert "dashboards" in run("validate", workspace=workspace).stdout
    number = good[: good.index("SELECT period, sum(sales) AS sales, count(")].count("\n") + 1
    for what, by, said in [
        ("SELECT period, sum(sales) AS sales, count(", "SELECT period, sum(saless) AS sales, count(", [f"sales.yml:{number}:", "saless"]),
        ("y: sales\n", "y: salez\n", ["tile sales: y: there is no column 'salez'", "Did you mean sales?"]),
        ("daily_sales: country", "daily_sales: contry", ["filter country: there is no column of online_retail.daily_sales 'contry'", "Did you mean country?"]),
        ("FROM invoice_sales\n", "FROM invoice_sale\n", ["invoice_sale"]),
        ("kind: treemap", "kind: treemp", ["there is no kind of tile 'treemp'", "Did you mean treemap?"]),
        ("title: Sales\n", "title: Sales\ncolour: red\n", ["sales.yml:4:", "colour"]),
    ]:
        assert what in good
        path.write_text(good.replace(what, by, 1))
        done = run("validate", workspace=workspace, check=False)
        told = done.stdout + done.stderr
        assert done.returncode == 1 and all(part in told for part in said), (by, told)
    (path.parent / "other.yml").write_text(good)
    server = make_server()
    listed = {d["name"]: d["error"] for d in server.get("/v1/dashboards").json()["dashboards"]}
    assert listed["other"] is None and "colour" in listed["sales"]
    assert server.get(SALES).status_code == 400
    assert server.get("/v1/dashboards/online_retail/other").status_code == 200


def test_every_tile_of_store_week_answers(tmp_path):
    folder = tmp_path / "workspace"
    run("init", folder, "--package", "store_week")
    run("generate", "store_week", "--out", tmp_path / "dump", "--scale", "0.0005")
    run("import", tmp_path / "dump", "--package", "store_week", workspace=folder)
    run("run", "store_week", workspace=folder)
    server = Server(folder).start()
    base = "/v1/dashboards/store_week/weeks"
    try:
        state = server.get(f"{base}/filters/period").json()["bounds"]
        pick = {name: server.get(f"{base}/filters/{name}").json()["choices"]["rows"][0][0] for name in ["region", "store", "category", "product"]}
        assert_every_tile(server, base, {"period": state} | {name: [value] for name, value in pick.items()})
        [[sales]] = tile(server, "overview/sales", base=base)["rows"]
        assert sales == decimal.Decimal(server.sql("SELECT sum(sales_amt) FROM store_week.weekly_metrics")[0][0])
        [[east]] = tile(server, "overview/sales", {"region": [pick["region"]]}, base)["rows"]
        [[expected]] = server.sql(f"""SELECT sum(m.sales_amt) FROM store_week.weekly_metrics m JOIN store_week.store s ON s.store_key = m.store_key
                                      WHERE s.region IS NOT DISTINCT FROM {"NULL" if pick["region"] is None else "'" + pick["region"] + "'"}""")
        assert east == decimal.Decimal(expected)
    finally:
        server.stop()


def test_every_tile_of_basket_answers(tmp_path):
    folder = tmp_path / "workspace"
    run("init", folder, "--package", "basket")
    run("generate", "basket", "--out", tmp_path / "files", "--scale", "0.0005", "--seed", "3")
    run("import", tmp_path / "files", "--package", "basket", workspace=folder)
    run("run", "basket", workspace=folder)
    server = Server(folder).start()
    base = "/v1/dashboards/basket/orders"
    try:
        pick = {name: server.get(f"{base}/filters/{name}").json()["choices"]["rows"][0][0] for name in ["department", "aisle", "weekday"]}
        assert_every_tile(server, base, {name: [value] for name, value in pick.items()})
        heat = tile(server, "overview/busy_hours", base=base)["rows"]
        assert [[row[0], row[2], row[3]] for row in heat] == [[int(v) for v in row[:3]] for row in server.sql(
            "SELECT order_dow, order_hour_of_day, count(*) FROM basket.orders GROUP BY 1, 2 ORDER BY 1, 2")]
        lines = tile(server, "baskets/basket_sizes", base=base)["rows"]
        assert sum(row[1] for row in lines) == int(server.sql("SELECT count(DISTINCT order_id) FROM basket.order_products_prior")[0][0])
        [[rate]] = tile(server, "overview/reorder_rate", {"department": [pick["department"]]}, base)["rows"]
        [[expected]] = server.sql(f"""SELECT avg(l.reordered) FROM basket.order_products_prior l JOIN basket.products p ON p.product_id = l.product_id
                                      WHERE p.department = '{pick["department"]}'""")
        assert abs(float(rate) - float(expected)) < 1e-12
    finally:
        server.stop()
