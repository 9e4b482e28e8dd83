"""Imports as people run them: through a server, stopped with Ctrl-C, gone on with, files that only they can read, and what
other programs make of a table."""

import json
import os
import shutil
import signal
import subprocess
import time

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from conftest import BINARY, Server, environment, query_csv, run

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
DAY = "12/1/2010 8:26"


def row(invoice, stock="A", quantity=1):
    return [invoice, stock, "MUG", quantity, DAY, 2.5, 17850, "UK"]


def csv_text(*rows, header=True):
    return "".join(",".join(str(cell) for cell in line) + "\n" for line in ([HEADER.split(",")] if header else []) + list(rows))


def imported(workspace, *arguments, code=0):
    done = run("import", *arguments, "--source", "online_retail", "--json", workspace=workspace, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)["imports"]


def invoices(workspace, where="true"):
    return [r[0] for r in query_csv(workspace, f"SELECT invoice_no FROM raw.online_retail WHERE {where} ORDER BY _import, _row")]


def start_import(workspace, *arguments):
    return subprocess.Popen(
        [str(BINARY), "-C", str(workspace), "import", *map(str, arguments), "--source", "online_retail", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), stdin=subprocess.DEVNULL,
    )


def wait_until_written(workspace):
    """Until an import has begun to write its rows."""
    scratch, until = workspace / "data/lake/_scratch", time.monotonic() + 60
    while not (scratch.exists() and any(scratch.iterdir())):
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("served", [True, False])
def test_ctrl_c_cancels_whoever_runs_the_import(workspace, make_server, tmp_path, served):
    big, after = tmp_path / "big.csv", tmp_path / "later.csv"
    big.write_text(csv_text(*(row(f"B{i % 9000}") for i in range(600_000))))
    after.write_text(csv_text(row("L1")))
    server = make_server() if served else None
    command = start_import(workspace, big, after)
    if served:
        server.wait_until(lambda: any(i["row_count"] > 0 for i in server.get("/v1/imports").json()["imports"]))
    else:
        wait_until_written(workspace)
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=120)
    assert command.returncode == 1, out + err
    states = [i["state"] for i in json.loads(out)["imports"]]
    assert states and set(states) == {"cancelled"}, out + err  # the second may not have been begun
    listed = json.loads(run("imports", "--json", workspace=workspace).stdout)["imports"]
    assert {i["state"] for i in listed} <= {"cancelled"}
    assert invoices(workspace) == []
    if served:
        assert server.get("/v1/invoices/B5").status_code == 404


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs two users")
def test_files_that_the_server_cannot_read_are_sent_over(tmp_path):
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.geteuid() and folder.parts[:2] == ("/", "tmp"):
            if len(folder.parts) > 2:
                folder.chmod(folder.stat().st_mode | 0o055)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(BINARY)]
    if subprocess.run([*nobody, "version"], capture_output=True, env=environment(), cwd="/").returncode != 0:
        pytest.skip("another user cannot run the program where it lies")
    workspace = tmp_path / "workspace"
    run("init", workspace, "--package", "online_retail")
    subprocess.run(["chown", "-R", "65534:65534", str(workspace)], check=True)
    own = tmp_path / "own"
    (own / "north").mkdir(parents=True)
    (own / "north/a.csv").write_text(csv_text(row("A1")))
    (own / "b.csv").write_text(csv_text(row("B1")))
    (own / "c.csv").write_text(csv_text(row("C1")))
    (own / "b.csv").chmod(0o600)
    (own / "north").chmod(0o700)

    class Served(Server):
        def start(self):
            self.log = open(tmp_path / "server.log", "ab")
            self.process = subprocess.Popen(
                [*nobody, "-C", str(workspace), "serve", "--listen", f"127.0.0.1:{self.port}"],
                stdout=self.log, stderr=self.log, env=environment(), stdin=subprocess.DEVNULL, cwd="/",
            )
            self.wait_ready()
            return self

        def tail(self):
            return (tmp_path / "server.log").read_text()

    server = Served(workspace).start()
    try:
        came = imported(workspace, own)
        assert {(i["identity"], i["state"]) for i in came} == {
            ("north/a.csv", "succeeded"), ("b.csv", "succeeded"), ("c.csv", "succeeded")
        }
        assert {i["path"] for i in came} == {str(own / n) for n in ("north/a.csv", "b.csv", "c.csv")}
        # Alone, and by a pattern, they are the same files.
        assert imported(workspace, own / "north/a.csv", code=1)[0]["state"] == "skipped"
        assert {i["state"] for i in imported(workspace, own / "*.csv", code=1)} == {"skipped"}
        (own / "b.csv").write_text(csv_text(row("B2"), row("B3")))
        [again] = imported(workspace, own / "b.csv")
        assert again["replaces"] and again["message"].startswith("a correction of import"), again
        assert sorted(r[0] for r in server.sql("SELECT invoice_no FROM raw.online_retail")) == ["A1", "B2", "B3", "C1"]
        refused = run("import", own / "b.csv", "--source", "online_retial", workspace=workspace, check=False)
        assert refused.returncode == 1 and "online_retail" in refused.stderr
    finally:
        server.stop()


def test_resume_with_files(workspace, tmp_path):
    big, small = tmp_path / "big.csv", tmp_path / "small.csv"
    big.write_text(csv_text(*(row(f"B{i}") for i in range(200_000))))
    small.write_text(csv_text(row("S1")))
    command = start_import(workspace, big)
    wait_until_written(workspace)
    command.kill()
    command.communicate()
    states = {(i["identity"], i["state"]) for i in imported(workspace, big, small, "--resume")}
    assert ("small.csv", "succeeded") in states
    assert query_csv(workspace, "SELECT count(*), count(DISTINCT invoice_no) FROM raw.online_retail") == [["200001", "200001"]]
    assert {i["state"] for i in imported(workspace, big, small, "--resume")} == {"skipped"}
    missing = run("import", tmp_path / "none.csv", "--source", "online_retail", "--resume", workspace=workspace, check=False)
    assert missing.returncode == 1 and "there is no file" in missing.stderr


def test_all_sheets_that_fit(workspace, make_server, tmp_path):
    path = tmp_path / "years.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Our report"])
    for name, first in (("Year 2009-2010", "Y1"), ("Year 2010-2011", "Y2")):
        sheet = book.create_sheet(name)
        # The columns may stand in another order.
        order = range(8) if first == "Y1" else [3, 0, 1, 2, 4, 5, 6, 7]
        for line in (HEADER.split(","), row(first), row(first + "b"), row("bad", quantity="x")):
            sheet.append([line[i] for i in order])
    book.create_sheet("Empty")
    book.save(path)
    [came] = imported(workspace, path)
    assert came["state"] == "succeeded" and came["row_count"] == 4 and came["rejected_count"] == 2
    assert came["format"]["sheets"] == ["Year 2009-2010", "Year 2010-2011"]
    assert came["format"]["other_sheets"] == ["Cover"] and "Cover" in came["message"]
    assert query_csv(workspace, "SELECT invoice_no, _row FROM raw.online_retail ORDER BY _row") == [
        ["Y1", "1"], ["Y1b", "2"], ["Y2", "4"], ["Y2b", "5"]
    ]
    letters = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    assert len({letter["id"] for letter in letters}) == 2
    assert sum("Year 2010-2011" in letter["reason"] for letter in letters) == 1
    assert imported(workspace, path, code=1)[0]["state"] == "skipped"

    none = tmp_path / "none.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Our report"])
    book.create_sheet("Other").append(["this", "that"])
    book.save(none)
    [refused] = imported(workspace, none, code=1)
    assert refused["state"] == "refused" and "Sheet" in refused["message"] and "Other" in refused["message"]

    server = make_server()
    two = tmp_path / "two.xlsx"
    book = openpyxl.Workbook()
    for name, first in (("One", "S1"), ("Two", "S2"), ("Notes", None)):
        sheet = book.create_sheet(name)
        sheet.append(HEADER.split(",") if first else ["note"])
        sheet.append(row(first) if first else ["seen"])
    book.remove(book["Sheet"])
    book.save(two)
    sent = run("send", two, "--stream", "online_retail", "--url", server.url, workspace=workspace)
    assert "2 records accepted" in sent.stdout and '"Notes"' in sent.stderr


def test_texts_in_parquet_without_their_type(workspace, tmp_path):
    binary = pyarrow.binary()
    names = HEADER.split(",")
    good, bad = row("P1"), row("P2")
    table = {n: pyarrow.array([str(a).encode(), str(b).encode()], binary) for n, a, b in zip(names, good, bad)}
    table["Description"] = pyarrow.array([b"caf\xc3\xa9", b"caf\xe9"], binary)
    table["Picture"] = pyarrow.array([b"\xff\xd8", b"\xff\xd8"], binary)
    path = tmp_path / "impala.parquet"
    pyarrow.parquet.write_table(pyarrow.table(table), path)
    [came] = imported(workspace, path)
    assert came["row_count"] == 1 and came["rejected_count"] == 1
    assert query_csv(workspace, "SELECT invoice_no, stock_code, description, quantity, country FROM raw.online_retail") == [
        ["P1", "A", "café", "1", "UK"]
    ]
    [letter] = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    assert letter["type"] == "not_text" and "no UTF-8" in letter["reason"]


def test_apostrophes_as_quotes(workspace, tmp_path):
    path = tmp_path / "quoted.csv"
    path.write_text(HEADER + "\n'Q1','A','mug, red',1,'12/1/2010 8:26',2.5,1,'UK'\n")
    imported(workspace, path)
    assert query_csv(workspace, "SELECT invoice_no, description, country FROM raw.online_retail") == [["Q1", "mug, red", "UK"]]
    folder = tmp_path / "crawled"
    folder.mkdir()
    (folder / "t.csv").write_text("'id','name'\n'1','mug, red'\n'2','it''s'\n")
    run("crawl", folder, workspace=workspace)
    assert query_csv(workspace, "SELECT name FROM raw.crawled ORDER BY 1") == [["it's"], ["mug, red"]]


def test_split_files_with_one_header(workspace, tmp_path):
    lines = csv_text(*(row(f"H{i}") for i in range(6))).splitlines(keepends=True)
    (tmp_path / "hs-aa.csv").write_text("".join(lines[:4]))
    (tmp_path / "hs-ab.csv").write_text("".join(lines[4:]))
    came = imported(workspace, tmp_path / "hs-aa.csv", tmp_path / "hs-ab.csv")
    assert [i["format"]["header"] for i in came] == [True, False]
    assert "hs-aa.csv" in came[1]["message"]
    assert invoices(workspace) == [f"H{i}" for i in range(6)]
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "x.csv").write_text(csv_text(row("X1"), header=False))
    assert "the contract" in imported(workspace, alone / "x.csv")[0]["message"]
    (alone / "y.csv").write_text("this,that,x,y,z,a,b,c\n1,2,3,4,5,6,7,8\n")
    assert imported(workspace, alone / "y.csv", code=1)[0]["state"] == "refused"


def test_an_unknown_encoding_is_wrong_use(workspace, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(csv_text(row("1")))
    done = run("import", path, "--source", "online_retail", "--encoding", "klingon", workspace=workspace, check=False)
    assert done.returncode == 2 and "utf-16" in done.stderr
    assert json.loads(run("imports", "--json", workspace=workspace).stdout)["imports"] == []
