"""What runs by itself: a folder imported every minute without landing watch, a set of files, calls, cut-off jobs gone on with."""

import datetime
import gzip
import json
import os
import time

import pytest

from conftest import query_csv, run

ORDERS = "source: orders\nkind: files\nfiles: ['orders_*.csv']\nfields:\n  order_no: {type: text, required: true}\n  amount: {type: 'decimal(12,2)'}\n"
SLOW = "SELECT count(*) AS n FROM range(3000000) a JOIN range(3000) b ON a.range % 3001 = b.range * 2"


def package(workspace, manifest, assets=None, sources=True):
    folder = workspace / "packages/shop"
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "package.yml").write_text("name: shop\ndescription: Schedules of a test.\n" + manifest)
    if sources:
        (folder / "sources/orders.yml").write_text(ORDERS)
    for name, sql in (assets or {"totals": "SELECT count(*) AS n, sum(amount) AS amount FROM raw.orders"}).items():
        (folder / f"assets/{name}.sql").write_text(sql + "\n")


def aged(path, seconds=60):
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.fixture
def shop(tmp_path):
    workspace = tmp_path / "shop"
    run("init", workspace)
    return workspace


def schedules(server):
    return {one["name"]: one for one in server.get("/v1/schedules").json()["schedules"]}


def jobs(server, name):
    return server.get(f"/v1/schedules/shop/{name}/jobs").json()["jobs"]


def test_every_minute_by_itself(shop, make_server):
    """A folder is imported on schedule with the landing watch off, and a set of files starts a run with its very paths, once a date."""
    package(
        shop,
        "timezone: America/New_York\nschedules:\n  incoming:\n    cron: '* * * * *'\n    steps:\n      - import: {source: orders, folder: incoming}\n      - run\n"
        "sensors:\n  dump:\n    kind: files\n    scans: ['* * * * *']\n    settle: 1s\n    folder: dumps\n    files: {sales: 'sales_{date}.csv'}\n    steps: [{run: {assets: [asked]}}]\n",
        {"totals": "SELECT count(*) AS n, sum(amount) AS amount FROM raw.orders", "asked": "SELECT name, value FROM run.params"},
    )
    incoming, dumps = shop / "landing/incoming", shop / "landing/dumps"
    incoming.mkdir()
    dumps.mkdir()
    (incoming / "orders_1.csv").write_text("order_no,amount\na,1.10\nb,2.20\n")
    aged(incoming / "orders_1.csv")
    (incoming / "orders_2.csv.part").write_text("order_no,amount\nhalf,")
    (incoming / "orders_3.csv.gz").write_bytes(gzip.compress(b"order_no,amount\nhalf,1\n")[:-6])
    (incoming / "notes.txt").write_text("not an order")
    server = make_server(folder=shop, env={"TRADEWIND_IMPORT_WATCH": "off"})
    new_york = datetime.timezone(datetime.timedelta(hours=-5))
    today = schedules(server)["dump"]["next"][0]["local"][:10]
    yesterday = (datetime.date.fromisoformat(today) - datetime.timedelta(days=1)).isoformat()
    (dumps / f"sales_{yesterday}.csv.gz").write_bytes(gzip.compress(b"a\n1\n"))
    (dumps / f"sales_{today}.csv.gz").write_bytes(gzip.compress(b"a\n1\n")[:-6])
    assert abs(datetime.datetime.now(new_york).date() - datetime.date.fromisoformat(today)) <= datetime.timedelta(days=1)
    server.wait_until(lambda: any(job["state"] == "succeeded" for job in jobs(server, "incoming")), seconds=90)
    assert "1 are not whole" in jobs(server, "incoming")[0]["steps"][0]["message"]
    assert "half" not in str(server.sql("SELECT order_no FROM raw.orders"))
    assert server.sql("SELECT n, amount FROM shop.totals") == [[2, "3.30"]]
    server.wait_until(lambda: "cut off" in schedules(server)["dump"]["waiting"], seconds=90)
    assert jobs(server, "dump") == []
    (dumps / f"sales_{today}.csv.gz").write_bytes(gzip.compress(b"a\n1\n"))
    server.wait_until(lambda: any(job["state"] == "succeeded" for job in jobs(server, "dump")), seconds=130)
    asked = dict(server.sql("SELECT name, value FROM shop.asked"))
    assert asked["sales"] == str(dumps / f"sales_{today}.csv.gz") and asked["date"] == today
    again = server.post("/v1/schedules/shop/dump/start", json={"date": today})
    assert again.status_code == 409 and "before" in again.json()["detail"] + again.json()["title"]
    server.stop()
    listed = run("schedules", workspace=shop).stdout
    assert "shop:incoming" in listed and "America/New_York" in listed and "succeeded" in listed


def test_cut_off_job_is_gone_on_with(shop, make_server):
    """SIGKILL in the middle of a job's run: the next start goes on with that very run, and the step before is not repeated."""
    package(
        shop,
        "schedules:\n  nightly: {cron: '0 0 1 1 *', steps: [crawl, run]}\n",
        {"base": "SELECT range AS id FROM range(1000)", "slow": SLOW.replace("range(3000000) a", "(SELECT range FROM range(3000000), (SELECT max(id) FROM base) t(m) WHERE range < m * 3000) a")},
    )
    server = make_server(folder=shop)
    job = server.post("/v1/schedules/shop/nightly/start", json={}).json()
    server.wait_until(lambda: server.get(f"/v1/jobs/{job['id']}").json()["steps"][1]["runs"])
    number = server.get(f"/v1/jobs/{job['id']}").json()["steps"][1]["runs"][0]
    server.wait_until(lambda: any(a["state"] == "running" and a["asset"] == "shop.slow" for a in server.get(f"/v1/runs/{number}").json()["assets"]))
    server.kill()
    # A command in its own process leaves the job to the server.
    refused = run("schedules", "start", "shop:nightly", workspace=shop, check=False)
    assert refused.returncode == 1 and "cut off" in refused.stderr
    server.start()
    done = server.get(f"/v1/jobs/{job['id']}", params={"wait_ms": 30_000}).json()
    assert done["state"] == "succeeded" and done["cut_offs"] == 1, done
    assert done["steps"][1]["runs"] == [number] and len(server.get("/v1/runs").json()["runs"]) == 1
    assert done["steps"][0]["started_at"] < done["steps"][1]["started_at"]


def test_commands(shop):
    """In its own process too: start and follow, parameters, a failing job, pause and resume that last."""
    package(
        shop,
        "schedules:\n  nightly: {cron: '30 3 * * *', timezone: Europe/Berlin, steps: [{run: {params: {fixed: x}}}]}\n  bad: {cron: '@daily', steps: [{import: {source: orders, folder: nowhere}}, run]}\n"
        "sensors:\n  hook: {kind: http, params: [day], steps: [run]}\n",
        {"asked": "SELECT name, value FROM run.params"},
    )
    told = json.loads(run("schedules", "start", "shop:nightly", "--param", "day=2026-11-21", "--json", workspace=shop).stdout)
    assert told["state"] == "succeeded" and told["params"] == {"day": "2026-11-21"}
    assert {("day", "2026-11-21"), ("fixed", "x")} <= {tuple(row) for row in query_csv(shop, "SELECT name, value FROM shop.asked")}
    bad = run("schedules", "start", "shop:bad", workspace=shop, check=False)
    assert bad.returncode == 1 and "nowhere" in bad.stdout and "skipped" in bad.stdout
    assert "is paused" in run("schedules", "pause", "shop:nightly", workspace=shop).stdout
    status = {one["name"]: one for one in json.loads(run("schedules", "--json", workspace=shop).stdout)["schedules"]}
    assert status["nightly"]["paused"] and not status["bad"]["paused"] and status["nightly"]["next"] == []
    assert "next at" in run("schedules", "resume", "shop:nightly", workspace=shop).stdout
    listed = run("schedules", "jobs", "shop:bad", workspace=shop).stdout
    assert "failed" in listed and "asked" in listed
    for arguments in (["start", "nightly"], ["pause", "shop:nigthly"], ["jobs", "shop:"]):
        wrong = run("schedules", *arguments, workspace=shop, check=False)
        assert wrong.returncode == 1 and "Traceback" not in wrong.stderr
    assert "nightly" in run("schedules", "pause", "shop:nigthly", workspace=shop, check=False).stderr


def test_calls(shop, make_server):
    """A program calls a sensor of kind http; what is no parameter of it, or waits for no calls, is refused."""
    package(shop, "schedules:\n  nightly: {cron: '@daily', steps: [run]}\nsensors:\n  hook: {kind: http, params: [day], steps: [run]}\n", {"asked": "SELECT name, value FROM run.params"})
    server = make_server(folder=shop)
    job = server.post("/v1/sensors/shop/hook", json={"params": {"day": "x"}})
    assert job.status_code == 202, job.text
    assert server.get(f"/v1/jobs/{job.json()['id']}", params={"wait_ms": 30_000}).json()["state"] == "succeeded"
    assert server.post("/v1/sensors/shop/hook", json={"params": {"dya": "x"}}).status_code == 400
    assert server.post("/v1/sensors/shop/nightly", json={}).status_code == 409
    assert server.post("/v1/sensors/shop/none", json={}).status_code == 404
    assert server.post("/v1/jobs/1/cancel").status_code == 409
    for _ in range(3):
        server.post("/v1/schedules/shop/hook/pause")
    assert server.post("/v1/sensors/shop/hook", json={}).status_code == 409
    assert not server.post("/v1/schedules/shop/hook/resume").json()["paused"]


@pytest.mark.parametrize(
    "manifest, place, words",
    [
        ("schedules:\n  a: {cron: '61 * * * *', steps: [run]}\n", "package.yml:4", "minute"),
        ("schedules:\n  a: {cron: '@daily', steps: [rum]}\n", "package.yml:4", "Did you mean run"),
        ("schedules:\n  a: {cron: '@daily', steps: [train]}\n", "package.yml:4", "has no models"),
        ("schedules:\n  a: {cron: '@daily', steps: [{run: total}]}\n", "package.yml:4", "Did you mean totals"),
        ("schedules:\n  a: {cron: '@daily', steps: [{import: order}]}\n", "package.yml:4", "Did you mean 'orders'"),
        ("schedules:\n  a: {cron: '@daily', steps: [{check: totel}]}\n", "package.yml:4", "there is no table"),
        ("schedules:\n  a: {cron: '@daily', steps: [run, {check: package}]}\n", "package.yml:4", "has no checks"),
        ("schedules:\n  a: {cron: '@daily', steps: [run, check]}\n", "package.yml:4", "has no checks"),
        ("schedules:\n  a: {cron: '@daily', steps: [{extract: dump}]}\n", "package.yml:4", "there is no extract"),
        ("schedules:\n  a: {cron: '@daily', steps: [{http: {url: 'ftp://x'}}]}\n", "package.yml:4", "http"),
        ("schedules:\n  a: {cron: '@daily', steps: [{run: totals, when: SELECT nope FROM shop.totals}]}\n", "package.yml:4", "nope"),
        ("sensors:\n  a: {kind: run, package: shop, steps: [run]}\n", "package.yml:4", "circle"),
        ("sensors:\n  a: {kind: table, table: shop.totals, steps: [run]}\n", "package.yml:4", "circle"),
        ("sensors:\n  a: {kind: files, scans: ['@daily'], files: {x: x.csv}, steps: [run]}\n", "package.yml:4", "no date"),
    ],
)
def test_nonsense_is_told_with_its_place(shop, manifest, place, words):
    package(shop, manifest)
    told = run("validate", workspace=shop, check=False)
    assert told.returncode == 1 and place in told.stdout and words in told.stdout, told.stdout
