"""Tables that are loaded by snapshots, and fields that hold JSON: full dumps night after night, older dates, corrections,
the same bytes again, a kill at any moment."""

import gzip
import json
import os
import random
import signal
import subprocess
import time

import pytest

from conftest import BINARY, environment, query_csv, run

SALES = """source: sales
kind: files
load: snapshot
parameter: sales
files: ["sales_{date}.csv"]
fields:
  sale_id: {type: integer, required: true}
  quantity: {type: integer, required: true}
"""
PRODUCTS = """source: products
kind: files
load: snapshot
files: ["products.csv"]
fields:
  product_id: {type: text, required: true}
  tags: {type: json}
"""
BASKETS = """source: baskets
kind: stream
fields:
  basket_id: {type: text, required: true}
  items:
    type: json
    required: true
    items:
      product_id: {type: text, required: true}
      quantity: {type: integer, required: true, min: 1}
"""
SERVING = """table: sales_by_id
source: sales
partition_key: sale_id
items: [quantity]
"""
KILLS = int(os.environ.get("TRADEWIND_SNAPSHOT_KILLS", "6"))


@pytest.fixture
def shop(workspace):
    package = workspace / "packages/dumps"
    for folder in ("sources", "serving"):
        (package / folder).mkdir(parents=True)
    (package / "package.yml").write_text("name: dumps\n")
    for name, text in {"sales": SALES, "products": PRODUCTS, "baskets": BASKETS}.items():
        (package / "sources" / f"{name}.yml").write_text(text)
    (package / "serving/sales_by_id.yml").write_text(SERVING)
    return workspace


def dump(folder, date, ids, quantity=1, packed=False):
    text = "sale_id,quantity\n" + "".join(f"{i},{quantity}\n" for i in ids)
    path = folder / (f"sales_{date}.csv" + (".gz" if packed else ""))
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def bring(workspace, path, source="sales", ok=True):
    done = run("import", path, "--source", source, "--json", workspace=workspace, check=False)
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return json.loads(done.stdout)["imports"][0]


def totals(workspace, table="raw.sales"):
    [[count, quantity]] = query_csv(workspace, f"SELECT count(*), coalesce(sum(quantity), 0) FROM {table}")
    return int(count), int(quantity)


def test_the_second_dump_is_not_added_to_the_first(shop, make_server, tmp_path):
    first = bring(shop, dump(tmp_path, "2025-07-01", range(100)))
    assert first["state"] == "succeeded" and first["table_version"] >= 1
    second = bring(shop, dump(tmp_path, "20250702", range(50, 170), quantity=2, packed=True))
    assert second["replaced_count"] == 100 and second["table_version"] > first["table_version"]
    assert totals(shop) == (120, 240)
    assert totals(shop, f"raw.sales AT (VERSION => {first['table_version']})") == (100, 100)
    server = make_server()
    assert server.get("/v1/serving/sales_by_id/1").status_code == 404
    assert server.get("/v1/serving/sales_by_id/160").status_code == 200
    shown = server.get(f"/v1/imports/{second['id']}").json()
    assert shown["table_version"] == second["table_version"]


def test_an_older_date_waits_behind_the_newer_one(shop, tmp_path):
    bring(shop, dump(tmp_path, "2025-07-02", range(10)))
    older = bring(shop, dump(tmp_path, "2025-07-01", range(5), quantity=7))
    assert older["state"] == "succeeded" and f"version {older['table_version']}" in older["message"]
    assert totals(shop) == (10, 10)
    assert totals(shop, f"raw.sales AT (VERSION => {older['table_version']})") == (5, 35)
    # Corrections: of the older date, which stays behind; of the newer one, which is shown.
    corrected = bring(shop, dump(tmp_path, "2025-07-01", range(4), quantity=9))
    assert corrected["replaces"] == older["id"] and totals(shop) == (10, 10)
    assert totals(shop, f"raw.sales AT (VERSION => {corrected['table_version']})") == (4, 36)
    bring(shop, dump(tmp_path, "2025-07-02", range(11), quantity=3))
    assert totals(shop) == (11, 33)
    # The same bytes again: nothing is done, and the version is told.
    again = bring(shop, tmp_path / "sales_2025-07-01.csv", ok=False)
    assert again["state"] == "skipped" and again["table_version"] == corrected["table_version"]
    # Another date may have the same bytes.
    alike = bring(shop, dump(tmp_path, "2025-07-03", range(11), quantity=3))
    assert alike["state"] == "succeeded" and totals(shop) == (11, 33)


def test_what_empties_a_table_and_what_does_not(shop, tmp_path):
    bring(shop, dump(tmp_path, "2025-07-01", range(10)))
    nonsense = tmp_path / "sales_2025-07-02.csv"
    nonsense.write_text("sale_id,quantity\nx,y\n")
    assert bring(shop, nonsense, ok=False)["state"] == "refused"
    assert totals(shop) == (10, 10)
    bring(shop, dump(tmp_path, "2025-07-03", []))
    assert totals(shop) == (0, 0)


def test_without_a_date_the_newest_delivery_wins(shop, tmp_path):
    path = tmp_path / "products.csv"
    for count in (3, 2, 5):
        path.write_text("product_id,tags\n" + "".join(f'P{i},"[""a"", {i}.50]"\n' for i in range(count)))
        bring(shop, path, source="products")
        assert int(query_csv(shop, "SELECT count(*) FROM raw.products")[0][0]) == count
    assert query_csv(shop, "SELECT tags FROM raw.products WHERE product_id = 'P4'") == [['["a",4.50]']]


def test_json_items_are_checked_where_they_come_in(shop, make_server):
    server = make_server()
    good = {"basket_id": "b1", "items": [{"product_id": "p1", "quantity": 2, "note": {"x": [1.50]}}, {"product_id": "p2", "quantity": 1}]}
    bad = {"basket_id": "b2", "items": [{"product_id": "p1", "quantity": 2}, {"quantity": 1}]}
    refused = server.post("/v1/streams/baskets/records", json=[good, bad])
    assert refused.status_code == 400 and "items[1].product_id" in refused.text
    assert server.post("/v1/streams/baskets/records", json=good).status_code == 200
    as_text = {"basket_id": "b3", "items": json.dumps(good["items"])}
    assert server.post("/v1/streams/baskets/records", json=as_text).status_code == 200
    server.wait_for_rows(2, table="raw.baskets")
    rows = server.sql("""
        SELECT basket_id, sum(CAST(json_extract_string(item, '$.quantity') AS INTEGER)) AS pieces
        FROM (SELECT basket_id, unnest(json_extract(items, '$[*]')) AS item FROM raw.baskets)
        GROUP BY basket_id ORDER BY basket_id""")
    assert [[str(v) for v in row] for row in rows] == [["b1", "3"], ["b3", "3"]]


def test_kills_while_dumps_come_in(shop, tmp_path):
    """kill -9 at any moment of an import: the table shows the dump before or the one under way, never an older one; what
    was cut off goes on."""
    chance = random.Random(5)
    bring(shop, dump(tmp_path, "2025-07-10", range(1000)))
    shown = 10
    for round_number in range(KILLS):
        newer = round_number % 2 == 0
        date = shown + 1 if newer else 1 + round_number
        path = dump(tmp_path, f"2025-07-{date:02}", range(60_000), quantity=date)
        process = subprocess.Popen(
            [BINARY, "-C", shop, "import", path, "--source", "sales"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(),
        )
        time.sleep(chance.uniform(0.05, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = (1000, 1000) if shown == 10 else (60_000, 60_000 * shown)
        after = (60_000, 60_000 * date) if newer else before
        assert totals(shop) in (before, after)
        run("import", "--resume", workspace=shop, check=False)
        run("import", path, "--source", "sales", workspace=shop, check=False)
        assert totals(shop) == after
        shown = date if newer else shown
