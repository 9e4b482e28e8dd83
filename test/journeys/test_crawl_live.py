"""Crawled folders that go on living: found while a server runs, changed, with workbooks that do not fit, with a file that went."""

import json
import os

import openpyxl
import pytest

from conftest import Server, query_csv, run


@pytest.fixture
def workspace(tmp_path):
    run("init", tmp_path / "workspace")
    return tmp_path / "workspace"


def as_json(*arguments, workspace, check=True):
    return json.loads(run(*arguments, "--json", workspace=workspace, check=check).stdout)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_assets_follow_what_is_crawled_while_the_server_runs(workspace, tmp_path):
    """A package may come before its files: its assets wait for the crawl, run by themselves after it, and again after the next that finds changes."""
    package = workspace / "packages/shop"
    write(package / "package.yml", "name: shop\n")
    write(package / "assets/seen.sql", "/* asset:\n  materialize: view\n*/\nSELECT v FROM raw.lines")
    write(package / "assets/asked.sql", "SELECT count(*) AS n FROM raw.lines")
    write(package / "assets/total.sql", "/* asset:\n  refresh: {every: 1h}\n*/\nSELECT sum(v) AS s FROM seen")
    validated = run("validate", workspace=workspace, check=False)
    assert validated.returncode == 1 and "seen.sql:" in validated.stdout and "there is no table raw.lines" in validated.stdout
    server = Server(workspace).start()
    try:
        early = run("run", "shop:asked", workspace=workspace, check=False)
        assert early.returncode == 1 and "tradewind crawl FOLDER" in early.stdout + early.stderr
        write(tmp_path / "lines/a.csv", "v,w\n1,x\n2,y\n")
        run("crawl", tmp_path / "lines", workspace=workspace)
        assert server.sql("SELECT count(*) AS n FROM shop.seen") == [[2]]
        assert as_json("run", "shop:asked", workspace=workspace)["assets"][0]["rows_in"] == 2
        server.wait_until(lambda: server.sql("SELECT s FROM shop.total") == [[3]])
        write(tmp_path / "lines/b.csv", "v,w\n40,z\n")
        run("crawl", tmp_path / "lines", workspace=workspace)
        server.wait_until(lambda: server.sql("SELECT s FROM shop.total") == [[43]])
        runs = server.get("/v1/runs").json()["runs"]
        assert sorted(one["reason"] for one in runs) == ["asked", "asked", "refresh", "refresh"]
    finally:
        server.stop()
    # A command that crawls on its own leaves nothing behind either.
    write(tmp_path / "lines/b.csv", "v,w\n400,z\n")
    run("crawl", tmp_path / "lines", workspace=workspace)
    assert query_csv(workspace, "SELECT s FROM shop.total") == [["403"]]


def test_a_file_that_went_is_told_where_it_matters(workspace, tmp_path):
    """Not by every command: by a query of its table, describe, doctor, and the crawl that takes it out."""
    write(tmp_path / "t/a.csv", "v\n1\n")
    write(tmp_path / "t/b.csv", "v\n2\n")
    run("crawl", tmp_path / "t", workspace=workspace)
    doctor = run("doctor", workspace=workspace)
    assert "1 table has all its files" in doctor.stdout
    os.unlink(tmp_path / "t/a.csv")
    for command in [["tables"], ["runs"], ["query", "SELECT 1"]]:
        assert "a.csv" not in run(*command, workspace=workspace).stderr, command
    asked = run("query", "SELECT * FROM raw.t", workspace=workspace, check=False)
    assert asked.returncode == 1 and "t/a.csv" in asked.stderr and "tradewind crawl" in asked.stderr, asked.stderr
    assert "t/a.csv" in as_json("describe", "raw.t", workspace=workspace)["damage"]
    doctor = run("doctor", workspace=workspace, check=False)
    assert "1 of its 2 files is not there any more" in doctor.stdout and "t/a.csv" in doctor.stdout
    crawled = as_json("crawl", tmp_path / "t", workspace=workspace)
    assert [f["kind"] for f in crawled["findings"]] == ["deleted"] and crawled["tables"][0]["problem"] is None
    assert query_csv(workspace, "SELECT * FROM raw.t") == [["2"]]
    assert "not there any more" not in run("doctor", workspace=workspace).stdout


def write_book(path, rows, days_from_1904=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    if days_from_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_workbooks_stay_one_table_however_they_are_read(workspace, tmp_path):
    """Sheets that are copied to be read, changed and added ones, beside CSV files of the same columns; in queries and in runs."""
    folder = tmp_path / "books"
    write_book(folder / "a.xlsx", [["id", "amount", "note"], [1, 2.5, "=1/0"], [2, "#N/A", "x"]])
    write_book(folder / "b.xlsx", [["id", "amount", "note"], [3, 4, "y"]])
    write(folder / "c.csv", "id,amount,note\n100,0.5,z\n")
    report = as_json("crawl", folder, workspace=workspace)
    tables = {t["table"]: t["row_count"] for t in report["tables"]}
    assert sorted(tables.values()) == [1, 3], report
    sheets = "raw." + next(name for name, rows in tables.items() if rows == 3)
    lines = "raw." + next(name for name, rows in tables.items() if rows == 1)
    assert query_csv(workspace, f"SELECT id FROM {sheets} ORDER BY id") == [["1"], ["2"], ["3"]]

    # The one that was read as it is is copied now, and the other way round; one more comes.
    write_book(folder / "a.xlsx", [["id", "amount", "note"], [1, 2.5, "plain"]])
    write_book(folder / "b.xlsx", [["id", "amount", "note"], [3, "#N/A", "y"], [4, 1, "y"]])
    write_book(folder / "d.xlsx", [["ID", "Amount", "Note"], [5, 7, "w"]])
    write(folder / "e.csv", "id,amount,note\n101,0.5,z\n")
    report = as_json("crawl", folder, workspace=workspace)
    changes = {"raw." + t["table"]: (t["change"], t["row_count"], t["problem"]) for t in report["tables"]}
    assert changes == {sheets: ("changed", 4, None), lines: ("changed", 2, None)}, report
    assert query_csv(workspace, f"SELECT id, note FROM {sheets} ORDER BY id") == [["1", "plain"], ["3", "y"], ["4", "y"], ["5", "w"]]
    assert query_csv(workspace, f"SELECT id FROM {lines} ORDER BY id") == [["100"], ["101"]]

    package = workspace / "packages/shop"
    write(package / "package.yml", "name: shop\n")
    write(package / "assets/total.sql", f"SELECT sum(id) AS n FROM {sheets}")
    assert run("run", "shop", workspace=workspace).returncode == 0
    assert query_csv(workspace, "SELECT n FROM shop.total") == [["13"]]
    assert as_json("crawl", folder, workspace=workspace)["files_read"] == 0
