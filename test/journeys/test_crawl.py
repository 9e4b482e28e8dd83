"""Files that lie somewhere become tables: by command and over HTTP, with what is known of them, and what is wrong told."""

import datetime
import gzip
import json
import os
import shutil
import subprocess

import openpyxl
import pytest

from conftest import BINARY, DATA, Server, environment, query_csv, run


@pytest.fixture
def workspace(tmp_path):
    run("init", tmp_path / "workspace", "--package", "online_retail")
    return tmp_path / "workspace"


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    for day in ["2024-01-01", "2024-01-02"]:
        (folder / f"sales/day={day}").mkdir(parents=True)
        (folder / f"sales/day={day}/a.csv").write_text("Invoice No,SKU,Price\n1,00123,9.99\nC2,7,1.5\n")
    (folder / "stores.json").write_text('[{"store": 1, "city": "Paris"}]')
    (folder / "broken.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 100)[:30])
    return folder


def as_json(*arguments, workspace, check=True):
    return json.loads(run(*arguments, "--json", workspace=workspace, check=check).stdout)


def test_a_folder_becomes_tables_that_stay(workspace, shop):
    report = as_json("crawl", shop, workspace=workspace)
    assert [(t["table"], t["change"], t["row_count"], t["problem"]) for t in report["tables"]] == [("sales", "new", 4, None), ("shop", "new", 1, None)]
    assert [f["kind"] for f in report["findings"]] == ["unreadable"]
    rows = [["1", "00123", "9.99", "2024-01-01"], ["C2", "7", "1.50", "2024-01-01"]]
    assert query_csv(workspace, "SELECT * FROM raw.sales WHERE day = DATE '2024-01-01' ORDER BY 1") == rows
    again = as_json("crawl", shop, workspace=workspace)
    assert again["files_read"] == 0 and {t["change"] for t in again["tables"]} == {"unchanged"}

    (shop / "sales/day=2024-01-03").mkdir()
    (shop / "sales/day=2024-01-03/a.csv").write_text("Invoice No,SKU,Price,Note\n3,8,2,late\n")
    (shop / "sales/day=2024-01-01/a.csv").unlink()
    changed = as_json("crawl", shop, workspace=workspace)
    note = next(t for t in changed["tables"] if t["table"] == "sales")["note"]
    assert note == "1 new file; 1 deleted file; column note added"
    described = as_json("describe", "raw.sales", workspace=workspace)
    assert [(c["name"], c["type"]) for c in described["columns"]] == [
        ("invoice_no", "STRING"), ("sku", "STRING"), ("price", "DECIMAL(18,2)"), ("note", "STRING"), ("day", "DATE"),
    ]
    assert described["version"] == 2 and described["scan"]["format"] == "csv"
    out = run("describe", "raw.sales", workspace=workspace).stdout
    assert "column note added" in out and "invoice_no" in out
    assert "raw.sales" in run("tables", "--schema", "raw", workspace=workspace).stdout
    assert query_csv(workspace, "SELECT count(*), count(note) FROM raw.sales") == [["3", "1"]]


def test_what_the_catalog_knows_is_sql_too(workspace, shop):
    run("crawl", shop, workspace=workspace)
    assert ["sales", "crawled", "1", "4"] in query_csv(
        workspace, "SELECT table_name, kind, version, row_count FROM system.tables WHERE schema_name = 'raw'"
    )
    columns = query_csv(workspace, "SELECT column_name, type, null_count, min, max FROM system.columns WHERE table_name = 'sales' ORDER BY position")
    assert columns[2] == ["price", "DECIMAL(18,2)", "0", "1.5", "9.99"]
    assert query_csv(workspace, "SELECT partition, row_count FROM system.partitions WHERE table_name = 'sales'") == [
        ["day=2024-01-01", "2"], ["day=2024-01-02", "2"],
    ]
    assert query_csv(workspace, "SELECT version, note FROM system.table_versions WHERE table_name = 'sales'") == [["1", "2 new files"]]
    assert query_csv(workspace, "SELECT kind FROM system.crawl_findings") == [["unreadable"]]


def test_over_http_only_the_lake_is_crawled(workspace, shop):
    monday = shop.parent / "monday.csv"
    monday.write_text("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,x,1,12/1/2010 8:26,1.5,17850,France\n")
    run("import", monday, "--source", "online_retail", workspace=workspace)
    server = Server(workspace).start()
    try:
        for body in [{"path": str(shop)}, {"path": "/etc"}]:
            answer = server.request("POST", "/v1/crawls", json=body)
            assert answer.status_code == 403 and "lake" in answer.json()["detail"], answer.text
        for body in [{"path": "../.."}, {"path": 3}, {"on_conflict": "guess"}, {"add_columns": "yes"}, {"colour": 1}]:
            assert server.request("POST", "/v1/crawls", json=body).status_code == 400, body
        assert server.request("POST", "/v1/crawls", json={"path": "raw/nothing"}).status_code == 404
        # What the platform keeps of the imported file; its own table is left alone.
        report = server.request("POST", "/v1/crawls", json={"path": "raw"}).json()
        assert [(t["table"], t["row_count"]) for t in report["tables"]] == [("online_retail_batch", 1)], report
        # The command goes through the control socket of the same server, so it may name any folder.
        assert as_json("crawl", shop / "sales", workspace=workspace)["tables"][0]["table"] == "sales"

        tables = server.get("/v1/tables", params={"schema": "raw"}).json()["tables"]
        assert {"online_retail_batch", "sales", "online_retail"} <= {t["table"] for t in tables}
        assert server.get("/v1/tables/raw/sales/partitions").json()["partitions"][1]["values"] == {"day": "2024-01-02"}
        assert server.get("/v1/tables/raw/sales/versions").json()["versions"][0]["file_count"] == 2
        preview = server.get("/v1/tables/raw/sales/preview", params={"limit": 3}).json()
        assert len(preview["rows"]) == 3 and preview["columns"][0] == {"name": "invoice_no", "type": "STRING"}
        lineage = server.get("/v1/tables/raw/online_retail/lineage").json()
        assert lineage["inputs"] == []
        missing = server.get("/v1/tables/raw/salse")
        assert missing.status_code == 404 and "raw.sales" in missing.text
    finally:
        server.stop()


def test_trouble_alone_is_exit_1(workspace, tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/empty.csv").write_text("")
    done = run("crawl", tmp_path / "bad", workspace=workspace, check=False)
    assert done.returncode == 1 and "it is empty" in done.stderr
    gone = run("crawl", tmp_path / "nowhere", workspace=workspace, check=False)
    assert gone.returncode == 1 and "nowhere" in gone.stderr
    assert run("describe", "sales", workspace=workspace, check=False).returncode == 1


@pytest.mark.skipif(not (DATA / "instacart").exists(), reason="no real data")
def test_the_real_instacart_sample(workspace):
    report = as_json("crawl", DATA / "instacart/reference", workspace=workspace)
    report["tables"] += as_json("crawl", DATA / "instacart/combined", workspace=workspace)["tables"]
    rows = {t["table"]: t["row_count"] for t in report["tables"]}
    assert rows == {"products": 49688, "aisles": 134, "departments": 21, "orders": 17968, "order_products": 164800}
    golden = json.loads((DATA / "instacart/golden.json").read_text())
    assert query_csv(workspace, "SELECT count(DISTINCT user_id), count(*) - count(days_since_prior_order) FROM raw.orders") == [
        [str(golden["users"]), str(golden["null_days_since_prior_order"])]
    ]
    assert query_csv(workspace, "SELECT product_name FROM raw.products WHERE product_id = 105")[0][0].count('"') == 2


def write_sheets(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)


def test_workbooks_are_tables_too(workspace, tmp_path):
    """The first sheet, all its rows: types, texts as written, headers of any kind, several books as one table, and what is wrong."""
    folder = tmp_path / "books"
    for name in ["orders", "sales", "odd", "blank", "days/day=2024-01-01", "days/day=2024-01-02"]:
        (folder / name).mkdir(parents=True)
    write_sheets(folder / "days/day=2024-01-01/a.xlsx", [["k", "v"], [1, "x"]])
    write_sheets(folder / "days/day=2024-01-02/a.xlsx", [["v", "k"], ["y", 2]])
    when = datetime.datetime(2010, 12, 1, 8, 26)
    rows = [["Invoice No", "Stock Code", "Description", "Unit Price", "Invoice Date", "Größe", "order"]]
    rows += [[536365, "85123A", "WHITE", 2.55, when, 1, "a"], ["C536379", "00123", None, 9.95, when, 2, "b"]]
    write_sheets(folder / "orders/book.xlsx", rows, [["another sheet"], [1]])
    write_sheets(folder / "sales/2023.xlsx", [["id", "amount"], [1, 2.5], [2, 3]])
    write_sheets(folder / "sales/2024.xlsx", [["ID", "Amount", "note"], [3, 0.25, "late"]])
    write_sheets(folder / "odd/header.xlsx", [["name", "city"]])
    write_sheets(folder / "blank/empty.xlsx", [])
    (folder / "blank/old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    report = as_json("crawl", folder, workspace=workspace)
    assert {(t["table"], t["row_count"], t["problem"]) for t in report["tables"]} == {
        ("orders", 2, None), ("sales", 3, None), ("odd", 0, None), ("days", 2, None),
    }
    found = {f["path"].rsplit("/", 1)[1]: f["message"] for f in report["findings"]}
    assert set(found) == {"empty.xlsx", "old.xls"} and "the sheet has no rows" in found["empty.xlsx"]
    described = as_json("describe", "raw.orders", workspace=workspace)
    assert [(c["name"], c["type"]) for c in described["columns"]] == [
        ("invoice_no", "STRING"), ("stock_code", "STRING"), ("description", "STRING"), ("unit_price", "DOUBLE"),
        ("invoice_date", "DOUBLE"), ("größe", "BIGINT"), ("order", "STRING"),
    ]
    assert query_csv(workspace, 'SELECT invoice_no, stock_code, description, round(unit_price, 4), größe, "order" FROM raw.orders ORDER BY 1') == [
        ["536365", "85123A", "WHITE", "2.55", "1", "a"], ["C536379", "00123", "", "9.95", "2", "b"],
    ]
    assert query_csv(workspace, "SELECT id, amount, note FROM raw.sales ORDER BY id") == [["1", "2.50", ""], ["2", "3.00", ""], ["3", "0.25", "late"]]
    assert query_csv(workspace, "SELECT k, v, day FROM raw.days ORDER BY k") == [["1", "x", "2024-01-01"], ["2", "y", "2024-01-02"]]
    assert as_json("crawl", folder, workspace=workspace)["files_read"] == 0


@pytest.fixture
def bound(tmp_path):
    """Runs the program as a user whom permissions bind, with a workspace of his own: root sees everything."""
    command = [str(BINARY)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("needs another user")
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        for folder in [tmp_path, *tmp_path.parents]:
            if len(folder.parts) > 2 and folder.stat().st_uid == 0:
                folder.chmod(folder.stat().st_mode | 0o055)
        os.chown(tmp_path, 65534, 65534)
    if subprocess.run([*command, "version"], capture_output=True, env=environment(), cwd="/").returncode != 0:
        pytest.skip("another user cannot run the program where it lies")

    def run_bound(*arguments):
        where = [] if arguments[0] == "init" else ["-C", str(tmp_path / "workspace")]
        return subprocess.run(
            [*command, *where, *map(str, arguments)], capture_output=True, text=True, env=environment(), stdin=subprocess.DEVNULL, cwd="/", timeout=600
        )

    assert run_bound("init", tmp_path / "workspace").returncode == 0
    return run_bound


def test_what_may_not_be_read_is_not_told_to_be_gone(bound, tmp_path):
    """A folder without permission: the query, doctor and the crawl say so, the crawl fails, nothing leaves the table; with permission all is as before."""
    folder = tmp_path / "lines"
    folder.mkdir()
    (folder / "a.csv").write_text("v\n1\n")
    assert bound("crawl", folder).returncode == 0
    folder.chmod(0o000)
    try:
        asked = bound("query", "SELECT * FROM raw.lines")
        assert asked.returncode == 1 and "a.csv' cannot be read" in asked.stderr and "Permission denied" in asked.stderr, asked.stderr
        doctor = bound("doctor")
        assert "1 of its 1 files is out of reach" in doctor.stdout and "Permission denied" in doctor.stdout, doctor.stdout
        for told in [asked.stderr, doctor.stdout]:
            assert "not there" not in told and "Put it back" not in told, told
        crawled = bound("crawl", folder)
        assert crawled.returncode == 1 and "cannot list" in crawled.stderr and "Permission denied" in crawled.stderr, crawled.stderr
    finally:
        folder.chmod(0o755)
    again = bound("crawl", folder)
    assert again.returncode == 0 and "unchanged" in again.stdout, again.stdout + again.stderr
    assert bound("query", "SELECT * FROM raw.lines", "--format", "csv").stdout.split() == ["v", "1"]
