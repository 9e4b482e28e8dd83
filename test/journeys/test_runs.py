"""Runs as their owners meet them: cut off and gone on with, given parameters, followed, told of afterwards."""

import json

import pytest

from conftest import query_csv, run

BASE = "SELECT range AS id, (range * 7919) % 1000 AS customer FROM range(200000)"
# Long enough to be killed in, on any machine.
SLOW = "SELECT count(*) AS n FROM range(3000000) a JOIN range(3000) b ON a.range % 3001 = b.range * 2"


def package(workspace, assets):
    folder = workspace / "packages/shop"
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    (folder / "package.yml").write_text("name: shop\ndescription: Tables of a test.\n")
    for name, sql in assets.items():
        (folder / f"assets/{name}.sql").write_text(sql + "\n")


@pytest.fixture
def shop(tmp_path):
    workspace = tmp_path / "shop"
    run("init", workspace)
    return workspace


def states(answer):
    return {asset["asset"]: asset["state"] for asset in answer["assets"]}


def test_killed_run_is_gone_on_with(shop, make_server):
    """SIGKILL while the second asset is made: `run --resume` keeps the first and makes the rest, and only once."""
    package(shop, {"base": BASE, "slow": SLOW.replace("range(3000000) a", "(SELECT range FROM range(3000000), (SELECT max(id) FROM base) t(m) WHERE range < m * 15) a"), "last": "SELECT n + 1 AS n FROM slow"})
    server = make_server(folder=shop)
    begun = server.post("/v1/packages/shop/runs", json={})
    assert begun.status_code == 202, begun.text
    number = begun.json()["id"]
    server.wait_until(lambda: states(server.get(f"/v1/runs/{number}").json())["shop.slow"] == "running")
    before = server.get(f"/v1/runs/{number}").json()
    assert states(before) == {"shop.base": "succeeded", "shop.slow": "running", "shop.last": "queued"}
    server.kill()
    cut_off = json.loads(run("runs", "--json", workspace=shop).stdout)["runs"][0]
    assert cut_off["state"] == "failed" and "--resume" in cut_off["message"]
    assert run("query", "SELECT count(*) FROM shop.last", "--format", "csv", workspace=shop).stdout.split()[-1] == "0", "nothing half published"
    resumed = json.loads(run("run", "--resume", "--json", workspace=shop).stdout)
    assert resumed["id"] == number and set(states(resumed).values()) == {"succeeded"}
    first = {asset["asset"]: asset for asset in before["assets"]}["shop.base"]
    assert {asset["asset"]: asset for asset in resumed["assets"]}["shop.base"]["finished_at"] == first["finished_at"]
    again = run("run", "--resume", str(number), workspace=shop, check=False)
    assert again.returncode == 1 and "nothing to go on with" in again.stderr
    told = run("run-log", str(number), workspace=shop).stdout
    assert "shop.base" in told and "gone on with" in told and "succeeded" in told


def test_parameters_reach_the_sql(shop):
    """--param is a row of run.params; other parameters make other rows; nonsense is usage."""
    package(shop, {"dated": "SELECT max(CASE WHEN name = 'day' THEN value END) AS day FROM run.params"})
    run("run", "shop", "--param", "day=2026-11-21", "--param", "note=a=b", workspace=shop)
    assert query_csv(shop, "SELECT day FROM shop.dated") == [["2026-11-21"]]
    newest = json.loads(run("runs", "--json", workspace=shop).stdout)["runs"][0]
    assert newest["request"]["params"] == {"day": "2026-11-21", "note": "a=b"}
    run("run", "shop", "--param", "day=it's", workspace=shop)
    assert query_csv(shop, "SELECT day FROM shop.dated") == [["it's"]]
    assert run("run", "shop", "--param", "day", workspace=shop, check=False).returncode != 0
    assert run("run", workspace=shop, check=False).returncode == 2


def test_failure_is_told_and_stops_its_readers_only(shop):
    """What fails says why and how to go on; what does not read it is made."""
    package(shop, {"good": "SELECT 1 AS n", "bad": "SELECT CAST('x' AS INTEGER) AS n", "reader": "SELECT n FROM bad"})
    done = run("run", "shop", workspace=shop, check=False)
    assert done.returncode == 1 and "--resume" in done.stderr
    newest = json.loads(run("runs", "--json", workspace=shop).stdout)["runs"][0]
    assert states(newest) == {"shop.good": "succeeded", "shop.bad": "failed", "shop.reader": "cancelled"}
    package(shop, {"bad": "SELECT CAST('7' AS INTEGER) AS n"})
    run("run", "--resume", "shop", workspace=shop)
    assert query_csv(shop, "SELECT n FROM shop.reader") == [["7"]]


def test_progress_and_cancel(shop, make_server):
    """A run that is followed tells where it is; cancelled, it ends soon and leaves nothing."""
    package(shop, {"slow": SLOW.replace("3000000", "3000000000")})
    server = make_server(folder=shop)
    number = server.post("/v1/packages/shop/runs", json={}).json()["id"]
    server.wait_until(lambda: server.get(f"/v1/runs/{number}").json()["assets"][0]["memory_bytes"] > 0)
    asset = server.get(f"/v1/runs/{number}").json()["assets"][0]
    assert asset["state"] == "running" and asset["attempts"] == 1
    assert server.post(f"/v1/runs/{number}/resume").status_code == 409
    assert server.post(f"/v1/runs/{number}/cancel").status_code == 200
    ended = server.get(f"/v1/runs/{number}?wait_ms=30000").json()
    assert ended["state"] == "cancelled" and states(ended) == {"shop.slow": "cancelled"}
    assert server.get("/v1/runs/999999/log").status_code == 404


def test_the_same_command_after_any_crash(shop):
    """`run PACKAGE --resume` begins where no run was recorded yet, and leaves one alone that is complete; so a script can say it again and again."""
    package(shop, {"n": "SELECT 1 AS n"})
    none = run("run", "--resume", workspace=shop, check=False)
    assert none.returncode == 1 and "no run to go on with" in none.stderr
    begun = run("run", "shop", "--resume", workspace=shop)
    assert "there is no run of shop" in begun.stderr and "run 1 succeeded" in begun.stdout
    for target in (["shop"], []):
        done = run("run", *target, "--resume", workspace=shop)
        assert "nothing to go on with" in done.stderr and "run 1 succeeded" in done.stdout
    assert len(json.loads(run("runs", "--json", workspace=shop).stdout)["runs"]) == 1
    assert run("run", "nowhere", "--resume", workspace=shop, check=False).returncode == 1


def test_runs_that_wait(shop, make_server):
    """One that waits is cancelled at once and for good; the others have their turn after a clean stop and after SIGKILL."""
    package(shop, {"slow": SLOW.replace("3000000", "3000000000"), "dated": "SELECT max(CASE WHEN name = 'day' THEN value END) AS day FROM run.params"})
    server = make_server(folder=shop)

    def ask(asset, **more):
        answer = server.post("/v1/packages/shop/runs", json={"assets": [asset]} | more)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    slow = ask("slow")
    gone, first, second = (ask("dated", params={"day": day}) for day in ("a", "b", "c"))
    server.wait_until(lambda: server.get(f"/v1/runs/{slow}").json()["state"] == "running")
    assert server.post(f"/v1/runs/{gone}/cancel").json()["state"] == "cancelled"
    server.stop()
    listed = {one["id"]: one["state"] for one in json.loads(run("runs", "--json", workspace=shop).stdout)["runs"]}
    assert listed == {slow: "cancelled", gone: "cancelled", first: "queued", second: "queued"}, "a command leaves them to the server"
    package(shop, {"slow": SLOW.replace("3000000", "3000000000")})
    server.start()
    for number in (first, second):
        assert server.get(f"/v1/runs/{number}?wait_ms=60000").json()["state"] == "succeeded"
    assert server.sql("SELECT day FROM shop.dated") == [["c"]]
    assert server.get(f"/v1/runs/{gone}").json()["message"] == "cancelled before it began"
    slow, last = ask("slow"), ask("dated", params={"day": "d"})
    server.kill()
    server.start()
    assert server.get(f"/v1/runs/{last}?wait_ms=60000").json()["state"] == "succeeded"
    assert server.get(f"/v1/runs/{slow}").json()["state"] == "failed"
    wrong = server.post("/v1/packages/shop/runs", json={"force": "yes"})
    assert wrong.status_code == 400 and "force" in wrong.text


def test_parameters_that_are_files_tell_what_became_of_them(shop):
    """A file that is refused is named with the parameter and the reason, on the screen and in the run; so are rows that the run does not see, also when the file comes again."""
    package(shop, {"stores": "SELECT count(*) AS n FROM raw.stores"})
    (shop / "packages/shop/sources").mkdir()
    (shop / "packages/shop/sources/stores.yml").write_text(
        'source: stores\nkind: files\ndescription: Stores.\nfiles: ["stores_{date}.csv"]\nload: snapshot\nparameter: stores\n'
        "fields:\n  id: {type: bigint, required: true}\n  city: {type: text}\n"
    )
    refused = run("run", "shop", "--param", "stores=/nope/x.csv", workspace=shop, check=False)
    assert refused.returncode == 1 and "parameter stores" in refused.stdout and "/nope/x.csv" in refused.stdout, refused.stdout
    assert "cancelled\n" not in refused.stdout.replace("state", ""), refused.stdout
    assert "parameter stores" in json.loads(run("runs", "--json", workspace=shop).stdout)["runs"][0]["message"]
    file = shop / "stores_2025-07-01.csv"
    file.write_text("id,city\n" + "".join(f"{n},x\n" for n in range(99)) + "none,y\n")
    for _ in range(2):
        made = run("run", "shop", "--param", f"stores={file}", "--force", workspace=shop)
        assert "1 of 100 rows of stores_2025-07-01.csv were rejected" in made.stdout and "deadletters list --stream stores" in made.stdout, made.stdout
    assert "1 of 100 rows" in json.loads(run("runs", "--json", workspace=shop).stdout)["runs"][0]["message"]
    assert "1 of 100 rows" in run("run-log", "3", workspace=shop).stdout
    assert '"stream":"stores"' in run("deadletters", "list", "--stream", "stores", "--json", workspace=shop).stdout
    assert query_csv(shop, "SELECT n FROM shop.stores") == [["99"]]


def test_an_interval_of_what_has_none_is_refused(shop):
    """For one asset and for a package alike: who asks for a week would believe that it was kept to."""
    package(shop, {"n": "SELECT 1 AS n"})
    for target in ("shop", "shop:n"):
        done = run("run", target, "--from", "2026-01-01", workspace=shop, check=False)
        assert done.returncode == 1 and "has an interval to keep to" in done.stderr, done.stderr
