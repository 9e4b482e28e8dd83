"""Assets over what was crawled, and assets with faults: one slip leaves out what depends on it and nothing else."""

import json

import pytest

from conftest import query_csv, run

SQL = "SELECT v, count(*) AS n FROM raw.q GROUP BY v"
RECIPE = "recipe: big\ninput: raw.q\nasset:\n  description: Those above one.\nsteps:\n  - filter: {where: v > 1}\n"
CHECK = "table: raw.q\nchecks:\n  - min: {column: v, value: 0}\n"


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    run("init", folder)
    write(folder, "package.yml", "name: p\n")
    return folder


def write(workspace, path, text):
    file = workspace / "packages/p" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def as_json(*arguments, workspace, check=True):
    return json.loads(run(*arguments, "--json", workspace=workspace, check=check).stdout)


def outcomes(*arguments, workspace, check=True):
    made = as_json("run", *arguments, workspace=workspace, check=check)
    return {one["asset"]: one["state"] for one in made["assets"]}


def test_assets_recipes_and_checks_read_crawled_tables(workspace, tmp_path):
    folder = tmp_path / "q"
    folder.mkdir()
    (folder / "a.csv").write_text("v,w\n1,x\n2,y\n2,z\n")
    run("crawl", folder, workspace=workspace)
    write(workspace, "assets/counted.sql", SQL)
    write(workspace, "recipes/big.yml", RECIPE)
    write(workspace, "checks/q.yml", CHECK)
    assert run("validate", workspace=workspace).returncode == 0
    assert outcomes("p", workspace=workspace) == {"p.counted": "succeeded", "p.big": "succeeded"}
    assert query_csv(workspace, "SELECT * FROM p.counted ORDER BY v") == [["1", "1"], ["2", "2"]]
    assert query_csv(workspace, "SELECT count(*) FROM p.big") == [["2"]]
    assert run("check", "raw.q", workspace=workspace).returncode == 0
    assert set(outcomes("p", workspace=workspace).values()) == {"skipped"}

    (folder / "b.csv").write_text("v,w\n5,x\n")
    run("crawl", folder, workspace=workspace)
    assert set(outcomes("p", workspace=workspace).values()) == {"succeeded"}
    assert query_csv(workspace, "SELECT * FROM p.counted ORDER BY v") == [["1", "1"], ["2", "2"], ["5", "1"]]
    described = as_json("describe", "p.counted", workspace=workspace)
    assert "raw.q" in json.dumps(described) and described["version"] == 2

    write(workspace, "assets/counted.sql", SQL.replace("v,", "vv,"))
    refused = run("validate", workspace=workspace, check=False)
    assert refused.returncode == 1 and "counted.sql:1" in refused.stdout + refused.stderr


def test_one_slip_stops_nothing_else(workspace, make_server):
    write(workspace, "assets/good.sql", "SELECT 1 AS n")
    write(workspace, "assets/bad.sql", "SELECT 2 AS n")
    run("run", "p", workspace=workspace)
    write(workspace, "assets/bad.sql", "SELEC 2 AS n")
    write(workspace, "assets/reader.sql", "SELECT * FROM bad")
    write(workspace, "assets/header.sql", "/* asset:\n  description: 'open\n*/\nSELECT 3 AS n")
    write(workspace, "checks/c.yml", "table: good\nchecks:\n  - min: {column: m, value: 0}\n")
    told = run("validate", workspace=workspace, check=False)
    assert told.returncode == 1
    for place in ["bad.sql:1", "header.sql:2: the quote"]:
        assert place in told.stdout + told.stderr
    doctor = run("doctor", workspace=workspace, check=False)
    assert "bad.sql:1" in doctor.stdout + doctor.stderr

    server = make_server(folder=workspace)
    assert server.process.poll() is None
    assert query_csv(workspace, "SELECT (SELECT n FROM p.good) + (SELECT n FROM p.bad)") == [["3"]]
    refused = run("run", "p:bad", workspace=workspace, check=False)
    assert refused.returncode == 1 and "bad.sql:1" in refused.stderr
    states = outcomes("p", "--force", workspace=workspace, check=False)
    assert states == {"p.good": "failed", "p.bad": "failed", "p.header": "failed", "p.reader": "failed"}
    write(workspace, "checks/c.yml", "table: good\nchecks:\n  - min: {column: n, value: 0}\n")
    server.stop()
    states = outcomes("p", "--force", workspace=workspace, check=False)
    assert states == {"p.good": "succeeded", "p.bad": "failed", "p.header": "failed", "p.reader": "failed"}


def test_a_recipe_reads_a_view_and_what_is_behind_it(workspace, tmp_path):
    """A view names the tables of its own package by their bare names; a recipe over it, and over a view of it, finds them."""
    write(workspace, "assets/base.sql", "SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, 'b')) AS t(n, k)")
    write(workspace, "assets/seen.sql", "/* asset: {materialize: view} */\nSELECT n, k FROM base WHERE n > 1")
    write(workspace, "assets/counted.sql", "/* asset: {materialize: view} */\nSELECT k, count(*) AS times FROM seen GROUP BY k")
    run("run", "p", workspace=workspace)
    recipe = tmp_path / "r.yml"
    recipe.write_text("recipe: r\ninput: p.counted\ninputs: {seen: p.seen}\nsteps:\n  - join: {with: seen, on: [k], columns: [n]}\n  - sort: {by: [n]}\n")
    assert as_json("recipe", "preview", recipe, workspace=workspace)["rows"] == [["b", 2, 2], ["b", 2, 3]]
    assert run("recipe", "run", recipe, "--format", "csv", workspace=workspace).stdout.split() == ["k,times,n", "b,2,2", "b,2,3"]
    assert '"p"."counted"' in run("recipe", "sql", recipe, workspace=workspace).stdout
