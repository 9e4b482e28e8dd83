"""A6: a file's identity, repeats, corrections, the same bytes under another name."""

import datetime
import gzip
import json

import openpyxl
import pytest

from conftest import query_csv, run

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def rows(invoice, count, quantity=1, customer="17850"):
    return "".join(f"{invoice},P{i},item {i},{quantity},12/1/2010 8:26,2.5,{customer},France\n" for i in range(count))


def deliver(workspace, path, *options, ok=True):
    done = run("import", path, "--source", "online_retail", "--json", *options, workspace=workspace, check=False)
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return json.loads(done.stdout)["imports"]


def totals(workspace):
    [[count, quantity]] = query_csv(workspace, "SELECT count(*), coalesce(sum(quantity), 0) FROM raw.online_retail")
    return int(count), int(quantity)


def test_the_same_file_again_is_ignored(workspace, tmp_path):
    path = tmp_path / "day.csv"
    path.write_text(HEADER + rows("1", 10))
    assert deliver(workspace, path)[0]["state"] == "succeeded"
    assert deliver(workspace, path, ok=False)[0]["state"] == "skipped"
    assert totals(workspace) == (10, 10)


def test_a_corrected_file_replaces_its_rows_everywhere(workspace, make_server, tmp_path):
    path = tmp_path / "day.csv"
    path.write_text(HEADER + rows("1", 10) + rows("2", 3, customer="99999"))
    deliver(workspace, path)
    other = tmp_path / "other.csv"
    other.write_text(HEADER + rows("1", 2, quantity=100))
    deliver(workspace, other)
    path.write_text(HEADER + rows("1", 4, quantity=5))
    [report] = deliver(workspace, path)
    assert report["state"] == "succeeded" and report["replaced_count"] == 13
    assert totals(workspace) == (6, 220)

    server = make_server()
    invoice = server.get("/v1/invoices/1").json()
    assert len(invoice["items"]) == 6 and invoice["total"] == 550
    assert server.get("/v1/invoices/2").status_code == 404
    assert server.get("/v1/customers/99999").status_code == 404
    assert server.get("/v1/customers/17850").json()["spent"] == 550
    kept = list((workspace / "data/lake/raw/online_retail/batch").rglob("*day.csv"))
    assert len(kept) == 2, "raw keeps both deliveries"
    assert deliver(workspace, path, ok=False)[0]["state"] == "skipped"


def test_known_bytes_under_another_name_are_refused_unless_wanted(workspace, tmp_path):
    first, copy = tmp_path / "day.csv", tmp_path / "copy.csv"
    first.write_text(HEADER + rows("1", 10))
    copy.write_text(first.read_text())
    deliver(workspace, first)
    [refused] = deliver(workspace, copy, ok=False)
    assert refused["state"] == "refused" and "--again" in refused["message"] and "day.csv" in refused["message"]
    assert totals(workspace) == (10, 10)
    assert deliver(workspace, copy, "--again")[0]["state"] == "succeeded"
    assert totals(workspace) == (20, 20)


def cut_off(text):
    """A compressed file whose end did not arrive: its rows can be read up to there."""
    return gzip.compress(text.encode(), compresslevel=1)[:-100]


def test_a_damaged_correction_leaves_the_earlier_rows(workspace, make_server, tmp_path):
    path = tmp_path / "day.csv.gz"
    path.write_bytes(gzip.compress((HEADER + rows("1", 10)).encode()))
    deliver(workspace, path)
    path.write_bytes(cut_off(HEADER + rows("1", 50_000, quantity=3)))
    assert deliver(workspace, path, ok=False)[0]["state"] in ("failed", "refused")
    assert totals(workspace) == (10, 10)
    server = make_server()
    assert len(server.get("/v1/invoices/1").json()["items"]) == 10


def test_a_damaged_first_delivery_leaves_nothing(workspace, make_server, tmp_path):
    path = tmp_path / "day.csv.gz"
    path.write_bytes(cut_off(HEADER + rows("1", 200_000)))
    assert deliver(workspace, path, ok=False)[0]["state"] in ("failed", "refused")
    assert totals(workspace) == (0, 0)
    assert make_server().get("/v1/invoices/1").status_code == 404


def test_some_files_in_is_a_success(workspace, tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(HEADER + rows("1", 2))
    bad.write_text("a,b\n1,2\n")
    done = run("import", good, bad, "--source", "online_retail", "--json", workspace=workspace)
    assert [i["state"] for i in json.loads(done.stdout)["imports"]] == ["succeeded", "refused"]


@pytest.mark.parametrize("kind", ["ndjson", "json", "parquet", "csv.gz", "csv.zst", "tsv"])
def test_formats(workspace, tmp_path, kind):
    import io

    import pandas
    import zstandard

    text = HEADER + rows("1", 100)
    frame = pandas.read_csv(io.StringIO(text), dtype={"InvoiceNo": str})
    path = tmp_path / f"day.{kind}"
    if kind == "ndjson":
        frame.to_json(path, orient="records", lines=True)
    elif kind == "json":
        frame.to_json(path, orient="records", indent=2)
    elif kind == "parquet":
        frame.assign(InvoiceDate=pandas.to_datetime(frame.InvoiceDate)).to_parquet(path)
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif kind == "csv.zst":
        path.write_bytes(zstandard.compress(text.encode()))
    else:
        path.write_text(text.replace(",", "\t"))
    assert deliver(workspace, path)[0]["row_count"] == 100
    assert totals(workspace) == (100, 100)
    assert query_csv(workspace, "SELECT DISTINCT invoice_date, unit_price, customer_id FROM raw.online_retail") == [["2010-12-01 08:26:00", "2.5000", "17850"]]


def test_a_file_without_a_usable_row_fails_and_says_why(workspace, tmp_path):
    """Semicolons and decimal commas: exit 1, the first reasons with a hint, and the rows are kept as dead letters."""
    path = tmp_path / "prices.csv"
    path.write_text((HEADER + rows("1", 5)).replace(",", ";").replace("2.5", "2,55"))
    done = run("import", path, "--source", "online_retail", workspace=workspace, check=False)
    assert done.returncode == 1
    assert "no row of the file could be used: line 2: unit_price" in done.stdout and "with a decimal point, not a comma: 2.55" in done.stdout
    assert max(len(text) for text in done.stdout.partition("\n\n")[0].splitlines()) < 80, "the message stretches no table"
    letters = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    assert len(letters) == 5 and "decimal point" in letters[0]["reason"]


def test_a_correction_without_a_usable_row_changes_nothing(workspace, tmp_path):
    path = tmp_path / "day.csv"
    path.write_text(HEADER + rows("1", 10))
    deliver(workspace, path)
    path.write_text((HEADER + rows("1", 10)).replace(",", ";").replace("2.5", "2,5"))
    [report] = deliver(workspace, path, ok=False)
    assert report["state"] == "refused" and "the rows of the delivery before it stay" in report["message"]
    assert totals(workspace) == (10, 10)


def test_filtered_rows_are_counted_in_the_report(workspace, tmp_path):
    source = workspace / "packages/online_retail/sources/online_retail.yml"
    source.write_text(source.read_text() + 'transform:\n  - filter: {name: no_samples, keep: "quantity <> 0"}\n')
    path = tmp_path / "day.csv"
    path.write_text(HEADER + rows("1", 10) + rows("2", 3, quantity=0))
    done = run("import", path, "--source", "online_retail", workspace=workspace)
    header, _, row = done.stdout.splitlines()[:3]
    assert dict(zip(header.split()[:5], row.split()[:5])) == {"file": "day.csv", "state": "succeeded", "rows": "10", "rejected": "0", "filtered": "3"}


def test_a_package_takes_the_files_that_its_patterns_name(workspace, tmp_path):
    source = workspace / "packages/online_retail/sources/online_retail.yml"
    source.write_text(source.read_text().replace('files: ["*.csv",', 'files: ["orders_*.csv",'))
    for name in ("orders_1.csv", "customers.csv"):
        (tmp_path / name).write_text(HEADER + rows(name, 2))
    assert run("import", tmp_path / "orders_1.csv", "--package", "online_retail", workspace=workspace).returncode == 0
    done = run("import", tmp_path / "customers.csv", "--package", "online_retail", workspace=workspace, check=False)
    assert done.returncode == 1 and "fits no source of package online_retail" in done.stderr and "orders_*.csv" in done.stderr
    assert totals(workspace) == (2, 2)


def test_a_folder_with_a_socket_and_another_shops_file(workspace, tmp_path):
    """What is no file is skipped and named; a file that is refused keeps no other out."""
    import os
    import socket

    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "day.csv").write_text(HEADER + rows("1", 10))
    (folder / "notes.txt").write_text("call the supplier")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        done = run("import", folder, "--source", "online_retail", "--json", workspace=workspace)
    reports = {i["identity"]: i for i in json.loads(done.stdout)["imports"]}
    assert {name: i["state"] for name, i in reports.items()} == {"day.csv": "succeeded", "notes.txt": "refused", "pipe": "skipped", "s": "skipped"}
    assert "no regular file" in reports["pipe"]["message"]
    listed = json.loads(run("imports", "--json", workspace=workspace).stdout)["imports"]
    assert {i["identity"] for i in listed} == {"day.csv", "notes.txt"}


def test_messages_name_the_file_as_it_was_delivered(workspace, tmp_path):
    path = tmp_path / "cut.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 500)
    [report] = deliver(workspace, path, ok=False)
    assert report["message"].startswith("the zip archive is cut off"), report["message"]
    assert "-cut" not in report["message"]
    done = run("import", path, "--source", "online_retail", workspace=workspace, check=False)
    assert "\ncut.xlsx: the zip archive is cut off" in done.stdout, done.stdout


def test_a_file_is_the_same_whatever_comes_with_it(workspace, tmp_path):
    """Its path says which file it is, not what else is on the command line; and two of one name are kept apart, or told of."""
    one, two = tmp_path / "d1/data.csv", tmp_path / "d2/data.csv"
    for path, invoice in ((one, "1"), (two, "2")):
        path.parent.mkdir()
        path.write_text(HEADER + rows(invoice, 3))
    assert [i["identity"] for i in deliver(workspace, tmp_path / "d*/data.csv")] == ["d1/data.csv", "d2/data.csv"]
    two.write_text(HEADER + rows("2", 5))
    [corrected] = deliver(workspace, two)
    assert (corrected["identity"], corrected["replaced_count"]) == ("d2/data.csv", 3)
    assert totals(workspace)[0] == 8
    three = tmp_path / "d3/data.csv"
    three.parent.mkdir()
    three.write_text(HEADER + rows("3", 1))
    four = tmp_path / "d4/data.csv"
    four.parent.mkdir()
    four.write_text(HEADER + rows("4", 2))
    deliver(workspace, three)
    [report] = deliver(workspace, four)
    assert str(three) in report["message"] and "whose 1 row it replaced" in report["message"]
    assert [i["state"] for i in deliver(workspace, tmp_path / "d?/*")] == ["skipped", "skipped", "succeeded", "skipped"]
    assert totals(workspace)[0] == 11


def test_workbooks_that_count_days_from_1904(workspace, make_server, tmp_path):
    """The same days come in by import, by send and by the crawler, whichever year a workbook counts from; errors of formulas are no values."""
    for name, epoch in (("mac", openpyxl.utils.datetime.CALENDAR_MAC_1904), ("plain", openpyxl.utils.datetime.CALENDAR_WINDOWS_1900)):
        book = openpyxl.Workbook()
        book.epoch = epoch
        book.active.append(HEADER.strip().split(","))
        for row in range(3):
            book.active.append([f"{name}{row}", "A", "#N/A" if row == 1 else "x", 39051, datetime.datetime(2010, 12, 1 + row, 8, 26), 2.5, 17850, "France"])
        book.save(tmp_path / f"{name}.xlsx")
    deliver(workspace, tmp_path / "mac.xlsx")
    deliver(workspace, tmp_path / "plain.xlsx")
    server = make_server()
    run("send", tmp_path / "mac.xlsx", "--stream", "online_retail", "--url", server.url)
    days = "SELECT invoice_date, count(*), sum(quantity), count(description) FROM raw.online_retail GROUP BY ALL ORDER BY 1"
    assert query_csv(workspace, days) == [[f"2010-12-0{day} 08:26:00", "3", str(3 * 39051), "0" if day == 2 else "3"] for day in (1, 2, 3)]
    crawled = []
    for name in ("mac", "plain"):
        run("crawl", tmp_path / f"{name}.xlsx", workspace=workspace)
        crawled.append(query_csv(workspace, f"SELECT * EXCLUDE (invoice_no) FROM raw.{name} ORDER BY invoice_date"))
    assert crawled[0] == crawled[1] and len(crawled[0]) == 3, crawled


def test_how_files_were_read_is_told(workspace, make_server, tmp_path):
    """Encoding, delimiter, header and packing are guessed, so they are told: by the command, in JSON, over HTTP, of files that were refused too."""
    text = (HEADER + rows("1", 3)).replace("item 0", "Kaffee für 2 €")
    files = {
        "plain.csv": (text.encode(), ["csv", None, "utf-8", ",", True], "csv, comma, utf-8"),
        "german.csv": (text.replace(",", ";").replace("€", "Pfund").encode("iso-8859-1"), ["csv", None, "iso-8859-1", ";", True], "csv, semicolon, iso-8859-1"),
        "windows.tsv": (text.replace(",", "\t").encode("utf-16"), ["csv", None, "utf-16", "\t", True], "csv, tab, utf-16"),
        "packed.csv.gz": (gzip.compress(text.replace("1,", "4,", 1).encode()), ["csv", "gzip", "utf-8", ",", True], "csv, comma, utf-8, gzip"),
        "headless.csv": (text.split("\n", 1)[1].encode(), ["csv", None, "utf-8", ",", False], "csv, comma, utf-8, no header"),
        "lines.ndjson": (json.dumps({"InvoiceNo": "9", "StockCode": "A", "Quantity": 1, "InvoiceDate": "2010-12-01 08:26:00", "UnitPrice": 1, "Country": "France"}).encode(), ["ndjson", None, "utf-8", None, None], "ndjson, utf-8"),
        "nothing.csv": (b"", None, ""),
    }
    for name, (content, _, _) in files.items():
        (tmp_path / name).write_bytes(content)
    reports = {report["identity"]: report for report in deliver(workspace, *(tmp_path / name for name in files))}
    for name, (_, expected, _) in files.items():
        found = reports[name]["format"]
        assert (found and [found[key] for key in ("kind", "compression", "encoding", "delimiter", "header")]) == expected, (name, reports[name])
    assert reports["headless.csv"]["state"] == "succeeded" and "no header" in reports["headless.csv"]["message"]
    server = make_server()
    known = {one["identity"]: one for one in server.get("/v1/imports").json()["imports"]}
    assert {name: known[name]["format"] for name in files} == {name: reports[name]["format"] for name in files}
    german = tmp_path / "german.csv"
    german.write_bytes(german.read_bytes() + rows("2", 1).replace(",", ";").encode())
    printed = run("import", german, "--source", "online_retail", workspace=workspace).stdout
    assert "read as" in printed and files["german.csv"][2] in printed, printed


STOCK = """source: stock
kind: files
fields:
  sku: {type: text, required: true}
  listed: {type: text}
  active: {type: boolean}
  pieces: {type: bigint}
  weight: {type: double}
"""


def test_truth_values_and_long_ids_of_sheets(tmp_path):
    """A sheet knows TRUE from 1 and keeps 15 digits of a number: words stay words, and an id that may have been another is no id."""
    workspace = tmp_path / "shop"
    run("init", workspace)
    sources = workspace / "packages/shop/sources"
    sources.mkdir(parents=True)
    (sources.parent / "package.yml").write_text("name: shop\ndescription: Stock of a test.\n")
    (sources / "stock.yml").write_text(STOCK)
    book = openpyxl.Workbook()
    for row in (
        ["sku", "listed", "active", "pieces", "weight"],
        ["4006381333931", True, True, 1, 0.1],
        [4006381333931, False, False, 10**15, 1e300],
        ["12345678901234567", "TRUE", 1, 0, None],
        [12345678901234567, None, None, 1, 1],
        [85123, None, None, 12345678901234567, 1],
    ):
        book.active.append(row)
    book.save(tmp_path / "stock.xlsx")
    done = run("import", tmp_path / "stock.xlsx", "--source", "stock", "--json", workspace=workspace)
    [report] = json.loads(done.stdout)["imports"]
    assert (report["row_count"], report["rejected_count"]) == (3, 2), report
    assert query_csv(workspace, "SELECT sku, listed, active, pieces FROM raw.stock ORDER BY _row") == [
        ["4006381333931", "TRUE", "true", "1"], ["4006381333931", "FALSE", "false", "1000000000000000"], ["12345678901234567", "TRUE", "true", "0"],
    ]
    letters = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    found = {(letter["file"], letter["line"], letter["type"]): letter["reason"] for letter in letters}
    assert set(found) == {("stock.xlsx", 5, "lost_digits"), ("stock.xlsx", 6, "lost_digits")}, letters
    assert "in column sku" in found[("stock.xlsx", 5, "lost_digits")] and "in column pieces" in found[("stock.xlsx", 6, "lost_digits")]


def test_links_to_folders(workspace, tmp_path):
    """What a link to a folder leads to comes in once, and what is left out is named."""
    (tmp_path / "shop/own").mkdir(parents=True)
    (tmp_path / "archive").mkdir()
    (tmp_path / "shop/own/a.csv").write_text(HEADER + rows("1", 1))
    (tmp_path / "archive/b.csv").write_text(HEADER + rows("2", 1))
    (tmp_path / "shop/older").symlink_to(tmp_path / "archive")
    (tmp_path / "shop/up").symlink_to(tmp_path)
    (tmp_path / "archive/twice").symlink_to(tmp_path / "shop/own")
    reports = {report["identity"]: (report["state"], report["message"]) for report in deliver(workspace, tmp_path / "shop")}
    assert {name: state for name, (state, _) in reports.items()} == {
        "own/a.csv": "succeeded", "older/b.csv": "succeeded", "up": "skipped", "older/twice": "skipped",
    }
    assert "back to a folder above" in reports["up"][1] and "come in already" in reports["older/twice"][1]
    assert totals(workspace) == (2, 2)
