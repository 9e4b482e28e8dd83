"""Backfills as their owners meet them: every interval once and in order, over a crash, a failure, by command and by HTTP."""

import datetime
import json

import pytest

from conftest import query_csv, run
from test_runs import package

SLOW = "SELECT count(*) AS n FROM range(400000) a JOIN range(500) b ON a.range % 501 = b.range * 2"
# One row a date, kept; and the time it takes to be caught in its middle.
HISTORY = f"""/* asset:
  materialize: insert_overwrite
  partition_by: [day]
*/
SELECT CAST(p.value AS DATE) AS day, s.n FROM (SELECT value FROM run.params WHERE name = 'date') p, ({SLOW}) s"""


@pytest.fixture
def shop(tmp_path):
    workspace = tmp_path / "shop"
    run("init", workspace)
    package(workspace, {"history": HISTORY, "plain": "SELECT 1 AS n"})
    return workspace


def days(workspace):
    return [row[0] for row in query_csv(workspace, "SELECT day FROM shop.history ORDER BY day")]


def dates_of_runs(workspace):
    runs = json.loads(run("runs", "--limit", "1000", "--json", workspace=workspace).stdout)["runs"]
    return [one["request"]["params"]["date"] for one in reversed(runs)]


def test_every_day_once_and_in_order(shop):
    """A command in its own process makes each day with its date and tells of each; what it did is listed."""
    done = run("backfill", "shop:history", "--from", "2026-02-27", "--to", "2026-03-02", workspace=shop)
    assert "backfill 1 succeeded: 3 of 3 intervals" in done.stdout
    assert "[2/3] 2026-02-28: succeeded, run 2" in done.stderr
    assert days(shop) == ["2026-02-27", "2026-02-28", "2026-03-01"] == dates_of_runs(shop)
    listed = json.loads(run("backfills", "--json", workspace=shop).stdout)["backfills"]
    assert listed[0]["done"] == 3 and listed[0]["current"] is None and listed[0]["left_ms"] is None
    again = run("backfill", "--resume", "1", workspace=shop, check=False)
    assert again.returncode == 1 and "nothing to go on with" in again.stderr


def test_nonsense_is_refused(shop):
    """What knows no interval, spans that are none, a package that is not there: an error with what to do, and nothing is begun."""
    for arguments, text in [
        (["shop:plain", "--from", "2026-01-01", "--to", "2026-01-02"], "interval: COLUMN"),
        (["shop:history", "--from", "2026-01-01", "--to", "2026-01-02", "--param", "date=2026-01-01"], "each interval's own"),
        (["shop:history", "--from", "1900-01-01", "--to", "2026-01-01"], "more than 10000 intervals"),
        (["shop:histori", "--from", "2026-01-01", "--to", "2026-01-02"], "history"),
        (["ship", "--from", "2026-01-01", "--to", "2026-01-02"], "ship"),
    ]:
        done = run("backfill", *arguments, workspace=shop, check=False)
        assert done.returncode == 1 and text in done.stderr, done.stderr
    for begin, end in [("2026-01-02", "2026-01-01"), ("2026-01-01", "2026-01-01"), ("soon", "2026-01-01")]:
        done = run("backfill", "shop:history", "--from", begin, "--to", end, workspace=shop, check=False)
        assert done.returncode == 2 and "--from" in done.stderr, done.stderr
    assert run("backfill", "shop:history", "--from", "2026-01-01", workspace=shop, check=False).returncode == 2
    assert run("backfill", "shop", "--from", "a", "--to", "b", "--every", "year", workspace=shop, check=False).returncode == 2
    assert json.loads(run("backfills", "--json", workspace=shop).stdout)["backfills"] == []


def test_killed_in_its_middle_it_goes_on(shop, make_server):
    """SIGKILL: the next server goes on by itself with the interval that was under way; each day is there once, made by one run."""
    all_days = [str(datetime.date(2026, 1, 1) + datetime.timedelta(days=n)) for n in range(60)]
    server = make_server(folder=shop)
    begun = server.post("/v1/packages/shop/backfills", json={"assets": ["history"], "from": "2026-01-01", "to": "2026-03-02"})
    assert begun.status_code == 202, begun.text
    path = f"/v1/backfills/{begun.json()['id']}"
    server.wait_until(lambda: server.get(path).json()["done"] >= 2, 60)
    server.kill()
    left = json.loads(run("backfills", "--json", workspace=shop).stdout)["backfills"][0]
    assert left["state"] == "running" and left["done"] < 60, "a command leaves it to the server"
    server.start()
    over = server.get(path, params={"wait_ms": 60_000}).json()
    assert over["state"] == "succeeded" and over["done"] == 60, over
    intervals = server.get(path + "/intervals").json()["intervals"]
    assert [one["from"] for one in intervals] == all_days
    assert len({one["run"] for one in intervals}) == 60
    server.stop()
    assert days(shop) == all_days == dates_of_runs(shop)


def test_it_stops_where_it_fails_and_goes_on_there(shop, make_server):
    """The first failed interval is named, later ones are not begun; once the cause is mended, resume makes the rest."""
    package(shop, {"history": HISTORY.replace("s.n FROM", "CAST(CASE WHEN p.value = '2026-01-03' THEN 'x' ELSE '1' END AS BIGINT) AS n FROM")})
    failed = run("backfill", "shop:history", "--from", "2026-01-01", "--to", "2026-01-06", workspace=shop, check=False)
    assert failed.returncode == 1 and "2026-01-03 to 2026-01-04 failed" in failed.stdout and "--resume 1" in failed.stderr
    assert days(shop) == ["2026-01-01", "2026-01-02"]
    package(shop, {"history": HISTORY})
    server = make_server(folder=shop)
    resumed = run("backfill", "--resume", "--json", workspace=shop)
    assert json.loads(resumed.stdout)["done"] == 5
    server.stop()
    assert days(shop) == [f"2026-01-0{n}" for n in range(1, 6)]


def test_it_can_be_stopped(shop, make_server):
    """By command and by HTTP; what was made stays."""
    server = make_server(folder=shop)
    number = server.post("/v1/packages/shop/backfills", json={"assets": ["history"], "from": "2026-01-01", "to": "2026-12-31"}).json()["id"]
    server.wait_until(lambda: server.get(f"/v1/backfills/{number}").json()["done"] >= 1, 60)
    now = server.get(f"/v1/backfills/{number}").json()
    assert now["state"] == "running" and now["left_ms"] > 0 and now["total"] == 364
    run("backfill", "--cancel", str(number), workspace=shop)
    over = server.get(f"/v1/backfills/{number}", params={"wait_ms": 60_000}).json()
    assert over["state"] == "cancelled" and 1 <= over["done"] < 364
    assert server.post(f"/v1/backfills/{number}/cancel").status_code == 409
    assert server.get("/v1/backfills/99").status_code == server.post("/v1/backfills/99/resume").status_code == 404


def test_files_by_date(shop, make_server):
    """{date} in a file's name gives each day its file; one that is not there is named before anything begins."""
    (shop / "packages/shop/sources").mkdir()
    (shop / "packages/shop/sources/sales.yml").write_text(
        "source: sales\nkind: files\nfiles: ['sales_*.csv']\nload: snapshot\nparameter: sales_file\nfields:\n  n: {type: integer, required: true}\n"
    )
    package(shop, {"history": "/* asset:\n  materialize: insert_overwrite\n  partition_by: [day]\n*/\nSELECT CAST(p.value AS DATE) AS day, s.n FROM (SELECT value FROM run.params WHERE name = 'date') p, raw.sales s"})
    (shop / "landing/sales").mkdir(parents=True)
    for day, n in [("2026-01-01", 11), ("2026-01-02", 22)]:
        (shop / f"landing/sales/sales_{day}.csv").write_text(f"n\n{n}\n")
    server = make_server(folder=shop, env={"TRADEWIND_IMPORT_WATCH": "off"})
    order = {"assets": ["history"], "from": "2026-01-01", "to": "2026-01-04", "params": {"sales_file": "sales/sales_{date}.csv"}}
    missing = server.post("/v1/packages/shop/backfills", json=order)
    assert missing.status_code == 404 and "2026-01-03" in missing.text, missing.text
    outside = server.post("/v1/packages/shop/backfills", json=order | {"params": {"sales_file": "../{date}"}})
    assert outside.status_code == 400, outside.text
    number = server.post("/v1/packages/shop/backfills", json=order | {"to": "2026-01-03"}).json()["id"]
    over = server.get(f"/v1/backfills/{number}", params={"wait_ms": 60_000}).json()
    assert over["state"] == "succeeded", over
    assert server.sql("SELECT day, n FROM shop.history ORDER BY day") == [["2026-01-01", 11], ["2026-01-02", 22]]
