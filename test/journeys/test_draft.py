"""`init --from`: a folder of somebody's files becomes a package that validates, imports, runs and passes its checks, at once."""

import datetime
import gzip
import json
import os
import pathlib

import openpyxl
import pandas
import pytest

from conftest import DATA, query_csv, run


def draft(folder, work, *options, check=True):
    done = run("--json", "init", work, "--from", folder, *options, check=check)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


def bring_up(work, folder, package):
    """What the drafting promises: all of it passes on the same data."""
    checked = json.loads(run("--json", "validate", workspace=work).stdout)
    assert checked["ok"], checked
    imported = json.loads(run("--json", "import", folder, "--package", package, workspace=work).stdout)["imports"]
    run("run", package, workspace=work)
    run("check", package, workspace=work)
    return imported


def shop_files(folder):
    """Formats, delimiters and encodings of a shop where nobody agreed on any."""
    folder.mkdir()
    people = "".join(f"C{i:03};Kunde {i};{'Köln' if i % 2 else ' Bonn'}\n" for i in range(1, 41))
    (folder / "kunden.csv").write_bytes(("Kunden Nr;Name;Straße\n" + people).encode("iso-8859-1"))
    (folder / "orders").mkdir()
    for day in range(1, 4):
        rows = "".join(
            f"{day * 1000 + i}\tC{i % 40 + 1:03}\t{i % 9 * 11:05}\t2024-03-{day:02} 10:{i % 60:02}:00\t{i % 5}\t{i * 1.25:.2f}\t{'open' if i % 3 else 'paid'}\n"
            for i in range(1, 101)
        )
        packed = gzip.compress(("Order No\tKunden Nr\tSKU\tordered at\tgroup\tAmount\tstate\n" + rows).encode())
        (folder / f"orders/orders_{day}.tsv.gz").write_bytes(packed)
    (folder / "events.ndjson").write_text("".join(json.dumps({"event_id": i, "at": f"2024-03-01T10:00:{i:02}Z", "tags": [i]}) + "\n" for i in range(30)))
    pandas.DataFrame({"sku": [f"{i * 11:05}" for i in range(9)], "price": [1.5 * i for i in range(9)], "stock": range(9)}).to_parquet(folder / "products.parquet")
    book = openpyxl.Workbook()
    book.active.append(["Invoice", "Invoice Date", "Total", "Customer"])
    for i in range(25):
        book.active.append([5000 + i, datetime.datetime(2024, 3, 1 + i, 9, 30), 10.1 * i, 17850 if i % 2 else None])
    book.save(folder / "invoices.xlsx")
    return folder


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    base = tmp_path_factory.mktemp("draft")
    folder = shop_files(base / "shop")
    report = draft(folder, base / "work")
    imported = bring_up(base / "work", folder, "shop")
    return base / "work", report, imported


def test_a_folder_becomes_a_package_that_works_at_once(drafted):
    work, report, imported = drafted
    assert {i["state"] for i in imported} == {"succeeded"} and not any(i["rejected_count"] for i in imported)
    assert {s["source"]: (s["files"], s["rows"], s["key"]) for s in report["sources"]} == {
        "kunden": (1, 40, ["kunden_nr"]), "orders": (3, 300, ["order_no"]), "events": (1, 30, ["event_id"]),
        "products": (1, 9, ["sku"]), "invoices": (1, 25, ["invoice"]),
    }
    assert report["remarks"] == []
    assert query_csv(work, "SELECT tags FROM shop.events WHERE event_id = 7") == [["[7]"]]
    assert query_csv(work, "SELECT count(*), sum(amount) FROM shop.orders") == [["300", "18937.50"]]
    assert query_csv(work, 'SELECT "group", sku, state FROM shop.orders WHERE order_no = 1001') == [["1", "00011", "open"]]
    assert query_csv(work, "SELECT strasse FROM shop.kunden WHERE kunden_nr IN ('C001', 'C002') ORDER BY 1") == [["Bonn"], ["Köln"]]
    assert query_csv(work, "SELECT invoice_date, total, customer FROM shop.invoices WHERE invoice = 5001") == [["2024-03-02 09:30:00", "10.1000", "17850"]]
    assert query_csv(work, "SELECT price, stock FROM shop.products WHERE sku = '00022'") == [["3.0000", "2"]]
    assert query_csv(work, "SELECT count(*), sum(row_count) FROM shop.orders_by_day") == [["3", "300"]]


def test_every_suggestion_says_why(drafted):
    work, _, _ = drafted
    source = (work / "packages/shop/sources/orders.yml").read_text()
    assert "# unique and never null in all 300 rows" in source and "leading zeros stay" in source
    clean = (work / "packages/shop/assets/clean/orders.sql").read_text()
    assert "# never null in all 300 rows" in clean and "values: [open, paid]" in clean
    assert "relationships: {column: kunden_nr, to: raw.kunden, field: kunden_nr}" in clean
    assert "relationships: {column: sku, to: raw.products, field: sku}" in clean
    assert "tags: {type: json, required: true}" in (work / "packages/shop/sources/events.yml").read_text()


def test_a_second_package_finds_its_place(drafted, tmp_path):
    """In a workspace that has one already: names that are taken get another, a package that is there is not overwritten."""
    work, _, _ = drafted
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "orders.csv").write_text("a,b\n1,x\n2,y\n")
    assert "there is a package shop already" in draft(folder, work, "--package", "shop", check=False)
    report = draft(folder, work)
    assert report["package"] == "more" and [s["source"] for s in report["sources"]] == ["more_orders"]
    assert {i["state"] for i in bring_up(work, folder, "more")} == {"succeeded"}


def test_odd_folders_are_told_of_and_leave_nothing_behind(tmp_path):
    work = tmp_path / "work"
    (tmp_path / "empty").mkdir()
    assert "could be understood as a table" in draft(tmp_path / "empty", work, check=False)
    assert "there is no folder" in draft(tmp_path / "nowhere", work, check=False)
    (tmp_path / "file.csv").write_text("a\n1\n")
    assert "a file, not a folder" in draft(tmp_path / "file.csv", work, check=False)
    assert "would lie among the files" in draft(tmp_path, work, check=False)
    (tmp_path / "empty/x.csv").write_text("a,b\n1,2\n")
    for name in ["raw", "System", "a b", "1x"]:
        assert "tradewind: " in draft(tmp_path / "empty", work, "--package", name, check=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "file.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_told_of(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    assert "ermission denied" in draft(tmp_path / "closed", tmp_path / "work", check=False)


def test_files_with_something_wrong_are_named_and_the_rest_works(tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.csv").write_text("item id,price,note\n" + "".join(f"{i},{i}.50,\n" for i in range(1, 61)))
    (folder / "malformed.csv").write_text("k,v\n1,a\n2,b,c\n3,c\n")
    (folder / "broken.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 1000)[:40])
    (folder / "header_only.csv").write_text("name,city\n")
    (folder / "twice.csv").write_text("id,name,Name\n1,a,b\n")
    (folder / "nothing.csv").write_text("")
    (folder / "notes.txt").write_text("call Bob\nbuy milk\n")
    (folder / "no_header.csv").write_text("1,2.5,x\n2,3.5,y\n")
    (folder / "ambiguous.csv").write_text("id,day\n" + "".join(f"{i},{i % 12 + 1:02}/{i % 11 + 1:02}/2024\n" for i in range(1, 31)))
    pathlib.Path(os.fsdecode(os.fsencode(folder) + b"/b\xffd.csv")).write_text("a,b\n1,2\n")
    report = draft(folder, tmp_path / "work")
    told = "\n".join(report["remarks"])
    for name in ["broken.csv.gz", "nothing.csv", "twice, column", "header_only", "not UTF-8", "malformed"]:
        assert name in told, f"{name} in {told}"
    imported = bring_up(tmp_path / "work", folder, "mixed")
    states = {i["identity"]: i["state"] for i in imported}
    assert states["good.csv"] == states["malformed.csv"] == states["twice.csv"] == states["no_header.csv"] == "succeeded"
    assert "two ways" in (tmp_path / "work/packages/mixed/sources/ambiguous.yml").read_text()
    assert query_csv(tmp_path / "work", "SELECT count(*), sum(price) FROM mixed.good") == [["60", "1860.00"]]


def test_ten_thousand_files_are_one_source(tmp_path):
    folder = tmp_path / "many"
    for day in range(100):
        (folder / f"day={day}").mkdir(parents=True)
        for i in range(100):
            (folder / f"day={day}/part-{i}.csv").write_text(f"event_id,amount\n{day * 100 + i},1.25\n")
    report = draft(folder, tmp_path / "work")
    assert [(s["files"], s["rows"], s["key"]) for s in report["sources"]] == [(10_000, 10_000, ["event_id"])]
    assert json.loads(run("--json", "validate", workspace=tmp_path / "work").stdout)["ok"]


def test_the_instacart_sample(tmp_path):
    """Real files: keys and relations as the data's own documentation has them."""
    source = DATA / "instacart"
    if not source.exists():
        pytest.skip(f"the instacart sample is not here: {source} (set TRADEWIND_TEST_DATA)")
    report = draft(source, tmp_path / "work", "--package", "basket")
    keys = {s["source"]: s["key"] for s in report["sources"]}
    assert keys["products"] == ["product_id"] and keys["orders"] == ["order_id"] and keys["aisles"] == ["aisle_id"]
    assert next(s["rows"] for s in report["sources"] if s["source"] == "products") == 49_688
    lines = next(name for name in keys if name.startswith("order_products"))
    assert keys[lines] == ["order_id", "product_id"]
    clean = (tmp_path / f"work/packages/basket/assets/clean/{lines}.sql").read_text()
    assert "to: raw.orders, field: order_id" in clean and "to: raw.products, field: product_id" in clean
    assert {i["state"] for i in bring_up(tmp_path / "work", source, "basket")} == {"succeeded"}
