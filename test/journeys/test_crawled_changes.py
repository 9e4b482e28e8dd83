"""What is read of a crawled table is what was crawled: files that change, move, vanish, or are no tables at all; names that packages take."""

import json
import os
import random
import shlex
import shutil
import subprocess

import pytest

from conftest import BINARY, Server, environment, query_csv, run


@pytest.fixture
def workspace(tmp_path):
    run("init", tmp_path / "workspace")
    return tmp_path / "workspace"


def as_json(*arguments, workspace, check=True):
    return json.loads(run(*arguments, "--json", workspace=workspace, check=check).stdout)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def shop(workspace, assets):
    package = workspace / "packages/shop"
    write(package / "package.yml", "name: shop\n")
    for name, sql in assets.items():
        write(package / f"assets/{name}.sql", sql)


def failing(workspace, *command):
    done = run(*command, workspace=workspace, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_changed_file_is_refused_by_queries_and_crawled_again_by_runs(workspace, tmp_path):
    """A query, a profile, a check and a preview say which file differs; a run takes it in first, types included, and its version says so."""
    folder = tmp_path / "in/t"
    write(folder / "a.csv", "v\n1\n2\n")
    write(folder / "b.csv", "v\n3\n")
    run("crawl", folder, workspace=workspace)
    shop(workspace, {
        "total": "/* asset:\n  checks:\n    - not_null: n\n*/\nSELECT count(*) AS n, max(v) AS most FROM raw.t",
        "seen": "/* asset:\n  materialize: view\n*/\nSELECT v FROM raw.t",
    })
    write(workspace / "packages/shop/checks/t.yml", "table: raw.t\nchecks:\n  - not_null: v\n")
    run("run", "shop", workspace=workspace)
    write(folder / "b.csv", "v\nmany\n4.5\n")
    server = Server(workspace).start()
    try:
        for sql in ["SELECT * FROM raw.t", "SELECT count(*) FROM t", "SELECT 1 FROM shop.seen", "WITH x AS (SELECT v FROM t) SELECT * FROM x"]:
            answer = server.post("/v1/query", json={"sql": sql})
            assert answer.status_code == 409, (sql, answer.text)
            assert "b.csv" in answer.json()["detail"] and "tradewind crawl" in answer.json()["hint"]
        for path in ["/v1/tables/raw/t/preview", "/v1/tables/raw/t/profile"]:
            assert server.get(path).status_code == 409, path
        assert server.post("/v1/checks", json={"table": "raw.t"}).status_code == 409
        assert server.post("/v1/recipes/preview", json={"recipe": "recipe: r\ninput: raw.t\nsteps: [{sort: {by: [v]}}]\n"}).status_code == 409
        assert server.sql("SELECT n FROM shop.total") == [[3]]
        done = run("run", "shop", workspace=workspace)
        assert server.sql("SELECT n, most FROM shop.total") == [[4, "many"]]
        assert server.sql("SELECT count(*) FROM shop.seen") == [[4]]
        lineage = server.get("/v1/tables/shop/total/versions").json()["versions"][0]
        assert {"table": "raw.t", "version": 2} in lineage["inputs"], lineage
        assert server.get("/v1/tables/raw/t").json()["columns"][0]["type"] == "STRING"
    finally:
        server.stop()
    assert "b.csv" not in run("run", "shop", workspace=workspace).stderr and done.returncode == 0
    # One that is gone is for a person to tell of: the run fails and what was made stays.
    os.unlink(folder / "b.csv")
    assert "not there any more" in failing(workspace, "run", "shop")
    assert query_csv(workspace, "SELECT n FROM shop.total") == [["4"]]
    # The same size and another time is a change too; doctor tells of it.
    run("crawl", folder, workspace=workspace)
    write(folder / "a.csv", "v\n8\n9\n")
    assert "1 of its 1 files has changed" in run("doctor", workspace=workspace, check=False).stdout
    assert "has changed since it was crawled" in failing(workspace, "profile", "raw.t")
    assert "crawled again" in run("run", "shop", workspace=workspace).stderr
    assert query_csv(workspace, "SELECT n, most FROM shop.total") == [["2", "9"]]


def test_a_run_crawls_with_the_policy_of_the_crawl_before(workspace, tmp_path):
    """Types that were to be kept are kept: what no longer fits is left out, and the run says so."""
    write(tmp_path / "t/a.csv", "v\n1\n")
    write(tmp_path / "t/b.csv", "v\n2\n")
    run("crawl", tmp_path / "t", "--keep-types", workspace=workspace)
    shop(workspace, {"total": "SELECT sum(v) AS s FROM raw.t"})
    write(tmp_path / "t/b.csv", "v\nx\n")
    done = run("run", "shop", workspace=workspace)
    assert "would become STRING" in done.stderr, done.stderr
    assert query_csv(workspace, "SELECT s FROM shop.total") == [["1"]]


def test_a_file_that_moves_and_a_folder_that_vanishes_are_told(workspace, tmp_path):
    """Other columns: the file leaves its table with a finding; a folder that is gone can be crawled by its path."""
    folder = tmp_path / "t"
    write(folder / "a.csv", "id,name\n1,x\n")
    write(folder / "b.csv", "id,name\n2,y\n")
    run("crawl", folder, workspace=workspace)
    write(folder / "b.csv", "red,green,blue\n1,2,3\n")
    report = as_json("crawl", folder, workspace=workspace)
    assert [(f["kind"], f["table"]) for f in report["findings"]] == [("moved", "raw.t")], report
    first = next(t for t in report["tables"] if t["table"] == "t")
    assert first["files_deleted"] == 0 and "1 changed file left out" in first["note"], first
    assert query_csv(workspace, "SELECT kind FROM system.crawl_findings") == [["moved"]]
    assert query_csv(workspace, "SELECT count(*) FROM raw.t") == [["1"]]
    shutil.rmtree(folder)
    report = as_json("crawl", folder, workspace=workspace)
    assert sorted(f["kind"] for f in report["findings"]) == ["deleted", "deleted"], report
    assert query_csv(workspace, "SELECT count(*) FROM raw.t") == [["0"]]
    assert "no" in failing(workspace, "crawl", tmp_path / "never")


def test_a_source_takes_its_name_from_a_crawled_table(workspace, tmp_path):
    """A package drafted from a crawled folder works, and so does the crawled table, under another name."""
    folder = tmp_path / "my shop"
    write(folder / "orders.csv", "order_no,amount\n1,2.50\n2,3.00\n")
    write(folder / "customers.csv", "customer,name,city\n7,Ann,Leeds\n8,Bob,York\n")
    run("crawl", folder, workspace=workspace)
    assert query_csv(workspace, "SELECT count(*) FROM raw.orders") == [["2"]]
    drafted = run("init", workspace, "--from", folder)
    assert "the crawled table of that name becomes raw.orders_crawled" in drafted.stdout, drafted.stdout
    lines = [line.strip() for line in drafted.stdout.splitlines() if line.strip().startswith("tradewind -C")]
    assert len(lines) == 3 and any("my shop'" in line for line in lines), drafted.stdout
    for line in lines:
        words = shlex.split(line)
        done = subprocess.run([str(BINARY)] + words[1:], capture_output=True, text=True, env=environment())
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    tables = {t["table"]: t for t in as_json("tables", workspace=workspace)["tables"] if t["schema"] == "raw"}
    assert {t: (one["kind"], one["row_count"]) for t, one in tables.items()} == {
        "orders": ("source", 2), "customers": ("source", 2), "orders_crawled": ("crawled", 2), "customers_crawled": ("crawled", 2),
    }
    assert query_csv(workspace, "SELECT sum(amount) FROM raw.orders_crawled") == [["5.50"]]
    again = as_json("crawl", folder, workspace=workspace)["tables"]
    assert {(t["table"], t["change"]) for t in again} == {("orders_crawled", "unchanged"), ("customers_crawled", "unchanged")}


def test_folders_and_partitions_with_signs(workspace, tmp_path):
    """`k=a=b` is a value with a sign in it; NULL and a text that looks like its folder are two partitions."""
    for value in ["a=b", "plain", "x=y=z%20w", "__HIVE_DEFAULT_PARTITION__"]:
        write(tmp_path / f"t/k={value}/a.csv", "v\n1\n")
        write(tmp_path / f"t/k={value}/b.csv", "v\n2\n")
    run("crawl", tmp_path / "t", workspace=workspace)
    rows = query_csv(workspace, "SELECT k, sum(v) FROM raw.t GROUP BY k ORDER BY k NULLS LAST")
    assert rows == [["a=b", "3"], ["plain", "3"], ["x=y=z w", "3"], ["", "3"]]
    values = "VALUES (1, NULL), (2, '__HIVE_DEFAULT_PARTITION__'), (3, 'a=b'), (4, 'a')"
    shop(workspace, {"parts": f"/* asset:\n  partition_by: k\n*/\nSELECT v, CAST(k AS STRING) AS k FROM ({values}) AS t(v, k)"})
    run("run", "shop", workspace=workspace)
    assert query_csv(workspace, "SELECT v, k FROM shop.parts ORDER BY v") == [["1", ""], ["2", "__HIVE_DEFAULT_PARTITION__"], ["3", "a=b"], ["4", "a"]]


@pytest.mark.parametrize("size", [64, 1000, 100_000])
def test_bytes_that_are_no_text_are_no_table(workspace, tmp_path, size):
    """Random bytes called .csv are a finding; text with a separator of control characters stays text."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t/noise.csv").write_bytes(random.Random(size).randbytes(size))
    (tmp_path / "t/hive.txt").write_text("a\x01b\n1\x012\n" * 100)
    report = as_json("crawl", tmp_path / "t", workspace=workspace)
    assert [os.path.basename(f["path"]) for f in report["findings"]] == ["noise.csv"], report
    assert [t["row_count"] for t in report["tables"]] in ([199], [200]), report
