"""What is answered from tables held in memory: each customer's segment beside the SQL table, products found by their words beside a plain search in Python."""

import collections
import csv
import gzip
import io
import re
import unicodedata

import pytest

from conftest import DATA, Server, line, run

SOURCE = DATA / "online_retail/data.iso8859-1.csv.gz"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A server with the real file imported and everything made."""
    if not SOURCE.exists():
        pytest.skip("the real data is not here")
    folder = tmp_path_factory.mktemp("lookups") / "shop"
    run("init", folder, "--package", "online_retail")
    run("import", SOURCE, "--source", "online_retail", workspace=folder)
    run("run", "online_retail", workspace=folder)
    server = Server(folder).start()
    yield server
    server.stop()


def test_each_customer_has_the_segment_and_scores_of_the_sql_table(shop):
    """Every customer of the table, by key; and the same through the general look-up."""
    columns = "customer_id, segment, recency_days, recency_score, frequency_score, monetary_score, rfm, rfm_group"
    rows = shop.sql(f"SELECT {columns} FROM online_retail.customer_segments ORDER BY customer_id", limit=10_000)
    assert len(rows) == 4372 and {row[1] for row in rows} >= {"Typical Active", "Elite VIP"}
    names = ["recency_days", "recency_score", "frequency_score", "monetary_score", "scores", "group"]
    for customer, segment, *rfm in rows[::7] + rows[-1:]:
        served = shop.get(f"/v1/customers/{customer}").json()
        assert (served["segment"], served["rfm"]) == (segment, dict(zip(names, rfm))), customer
        assert list(served)[:2] == ["customer_id", "invoices"]
    assert shop.get(f"/v1/serving/customers/{rows[0][0]}").json()["segment"] == rows[0][1]
    [[score]] = shop.sql("SELECT min(mean_silhouette) FROM online_retail.customer_segments_summary")
    [[stable]] = shop.sql("SELECT min(stability) FROM online_retail.customer_segments_summary")
    assert float(score) > 0.5 and float(stable) > 0.95


def plain(text):
    """Words without case and marks, apostrophes left out."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c)).replace("'", "")
    return re.findall(r"[a-z0-9]+", folded)


def search(shop, q, **options):
    answer = shop.get("/v1/products", params={"q": q} | options)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def names(shop):
    return {code: name for code, name in shop.sql("SELECT stock_code, description FROM online_retail.popular_products", limit=10_000)}


def all_of(shop, q):
    """Every page."""
    found, cursor = [], None
    while True:
        page = search(shop, q, limit=100, **({"cursor": cursor} if cursor else {}))
        found += page["products"]
        cursor = page["next_cursor"]
        if cursor is None:
            assert len(found) == page["total"]
            return [product["stock_code"] for product in found]


@pytest.mark.parametrize("q", ["heart", "white hanging heart", "LANTERN white", "christmas ", "red retrospot b", "t-light", "childrens cutlery", "zinc"])
def test_products_that_are_found_are_those_with_all_the_words(shop, names, q):
    """Which they are, by a search that looks at every name; each once, over pages."""
    *whole, last = plain(q)
    expected = {
        code
        for code, name in names.items()
        for words in [plain(name) + plain(code)]
        if all(word in words for word in whole) and any(word.startswith(last) for word in words)
    }
    found = all_of(shop, q)
    assert found and len(set(found)) == len(found) and set(found) == expected


def test_a_code_comes_first_and_marks_and_case_make_no_difference(shop, names):
    assert search(shop, "85123A")["products"][0]["stock_code"] == "85123A"
    assert search(shop, "85123a")["products"][0]["stock_code"].lower() == "85123a"
    assert {product["stock_code"].upper()[:5] for product in search(shop, "85123")["products"][:1]} == {"85123"}
    assert search(shop, "POST")["products"][0]["stock_code"] == "POST"
    assert all_of(shop, "WHÍTE lanterñ") == all_of(shop, "white LANTERN")
    best = search(shop, "jumbo bag red retrospot")["products"][0]
    assert names[best["stock_code"]] == "JUMBO BAG RED RETROSPOT"


def test_a_products_summary_is_that_of_its_lines(shop):
    """Pieces, revenue, buyers, countries and what is bought together, from the file's own lines."""
    code = "22423"
    with gzip.open(SOURCE, "rt", encoding="iso8859-1", newline="") as file:
        lines = [row for row in csv.DictReader(io.StringIO(file.read())) if row["CustomerID"].strip() and row["Description"].strip()]
    own = [row for row in lines if row["StockCode"] == code]
    [product] = [one for one in search(shop, code)["products"] if one["stock_code"] == code]
    assert product["quantity"] == sum(int(row["Quantity"]) for row in own)
    assert product["revenue"] == pytest.approx(sum(int(row["Quantity"]) * float(row["UnitPrice"]) for row in own))
    assert product["buyers"] == len({row["CustomerID"] for row in own})
    assert product["invoices"] == len({row["InvoiceNo"] for row in own})
    pieces = collections.Counter()
    for row in own:
        pieces[row["Country"].strip().lower()] += int(row["Quantity"])
    assert {one["country"]: one["quantity"] for one in product["countries"]} == pieces
    revenue = [one["revenue"] for one in product["countries"]]
    assert revenue == sorted(revenue, reverse=True) and sum(revenue) == pytest.approx(product["revenue"])
    sold = collections.defaultdict(set)
    for row in lines:
        if not row["InvoiceNo"].startswith("C") and int(row["Quantity"]) > 0:
            sold[row["InvoiceNo"]].add(row["StockCode"])
    having = [products for products in sold.values() if code in products]
    together = collections.Counter(other for products in having for other in products if other != code)
    best = sorted(((n, other) for other, n in together.items() if n > 1), key=lambda pair: (-pair[0], pair[1]))[:10]
    assert [(one["together"], one["stock_code"]) for one in product["bought_together"]] == best
    assert product["bought_together"][0]["share"] == pytest.approx(best[0][0] / len(having))


def test_bad_questions_are_refused_in_their_words(shop):
    for params, status in [
        ({}, 400), ({"q": ""}, 400), ({"q": "   "}, 400), ({"q": "?!—…"}, 400), ({"q": "x" * 201}, 400), ({"q": "a " * 17}, 400),
        ({"q": "a", "limit": 0}, 400), ({"q": "a", "limit": 101}, 400), ({"q": "a", "cursor": "bad"}, 400), ({"q": "a'; --"}, 200), ({"q": "日本"}, 200),
    ]:
        answer = shop.get("/v1/products", params=params)
        assert answer.status_code == status, (params, answer.text)
        assert status == 200 or answer.json()["detail"]
    cursor = search(shop, "heart", limit=1)["next_cursor"]
    assert shop.get("/v1/products", params={"q": "bag", "cursor": cursor}).status_code == 400
    assert shop.get("/v1/search/product", params={"q": "a"}).status_code == 404
    assert shop.get("/v1/search/products", params={"q": "heart"}).json()["total"] == search(shop, "heart")["total"]
    assert search(shop, "nosuchword") == {"products": [], "total": 0, "next_cursor": None}


def test_until_tables_are_made_there_is_no_segment_and_no_search(workspace):
    """A customer who was streamed is served at once, his segment null; products cannot be searched yet, and that is said. Once a run made the tables both are there."""
    server = Server(workspace, env={"TRADEWIND_PIPELINE_REFRESH": "off"}).start()
    try:
        assert server.post_records([line(), line(InvoiceNo="536366", StockCode="71053", Description="WHITE METAL LANTERN")]).status_code == 200
        server.wait_until(lambda: server.get("/v1/customers/17850").status_code == 200)
        served = server.get("/v1/customers/17850").json()
        assert (served["segment"], served["rfm"]) == (None, None)
        early = server.get("/v1/products", params={"q": "lantern"})
        assert early.status_code == 409 and "online_retail.popular_products" in early.json()["detail"]
        started = server.post("/v1/packages/online_retail/runs", json={}).json()["id"]
        assert server.get(f"/v1/runs/{started}", params={"wait_ms": 60_000}).json()["state"] == "succeeded"
        server.wait_until(lambda: server.get("/v1/customers/17850").json()["segment"] is not None)
        [[segment]] = server.sql("SELECT segment FROM online_retail.customer_segments WHERE customer_id = '17850'")
        assert server.get("/v1/customers/17850").json()["segment"] == segment
        server.wait_until(lambda: server.get("/v1/products", params={"q": "lantern"}).status_code == 200)
        assert [one["stock_code"] for one in search(server, "lantern")["products"]] == ["71053"]
    finally:
        server.stop()


@pytest.mark.parametrize(
    "wrong, told",
    [
        (("columns: [segment]", "columns: [segmnt]"), ["customers.yml:26", "segmnt", "'segment'"]),
        (("table: customer_segments, key", "table: customer_segment, key"), ["customers.yml:26", "customer_segment"]),
        (("columns: [segment]", "columns: [spent]"), ["customers.yml:26", "'spent'"]),
        (("table: customer_segments, key", "table: lines, key"), ["customers.yml:26", "view"]),
    ],
)
def test_validate_names_the_place_of_a_wrong_lookup(workspace, wrong, told):
    file = workspace / "packages/online_retail/serving/customers.yml"
    text = file.read_text()
    assert wrong[0] in text
    file.write_text(text.replace(wrong[0], wrong[1], 1))
    done = run("validate", workspace=workspace, check=False)
    assert done.returncode == 1
    for words in told:
        assert words in done.stdout + done.stderr, done.stdout + done.stderr
