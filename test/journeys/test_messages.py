"""What a user is told of his own faults: in the words and lines of his files, with what to do next."""

import json

import pytest

from conftest import Server, query_csv, run


@pytest.fixture
def workspace(tmp_path):
    run("init", tmp_path / "workspace", "--package", "online_retail")
    return tmp_path / "workspace"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def shop(workspace, files):
    write(workspace / "packages/shop/package.yml", "name: shop\n")
    for path, text in files.items():
        write(workspace / "packages/shop" / path, text)


def failing(workspace, *command):
    done = run(*command, workspace=workspace, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_validate_names_line_and_way_out(workspace):
    """Two statements, two columns of one name and the platform's own tables: file, line and hint."""
    shop(workspace, {
        "assets/two.sql": "SELECT 1 AS a -- not; here\n;\nSELECT 2 AS b\n",
        "assets/twice.sql": "SELECT 1 AS a,\n       'a' AS b,\n       3 AS A\nFROM (SELECT 1)\n",
        "assets/own.sql": "SELECT 1 AS a\nFROM system.runs\n",
    })
    told = failing(workspace, "validate")
    assert "two.sql:3" in told and "exactly one statement" in told, told
    assert "twice.sql:3" in told and "two columns named" in told and "AS" in told, told
    assert "own.sql:2" in told and "assets cannot read system.runs" in told and "queries/" in told, told


def test_what_was_found_by_a_crawl_is_followed_by_no_asset(workspace, tmp_path):
    """`materialize: files` over a crawled table is refused before it runs; a version that is not there names the table and its newest."""
    write(tmp_path / "found/prices/a.csv", "code,price\nA,1.5\nB,2\n")
    run("crawl", tmp_path / "found", workspace=workspace)
    shop(workspace, {"assets/fresh.sql": "/* asset:\n  materialize: files\n*/\nSELECT code, price FROM raw.prices\n"})
    told = failing(workspace, "validate")
    assert "fresh.sql" in told and "raw.prices was found by a crawl" in told and "materialize: table" in told, told
    write(workspace / "packages/shop/assets/fresh.sql", "SELECT code, price FROM raw.prices\n")
    run("validate", workspace=workspace)
    run("run", "shop", workspace=workspace)
    told = failing(workspace, "query", "SELECT * FROM shop.fresh AT (VERSION => 99)")
    assert "version 99 of 'shop.fresh' is not there yet" in told and "newest version is 1" in told, told


def test_a_failing_asset_shows_its_own_line(workspace):
    """A value that does not fit is told with the file's line, and nothing of what the platform made of the statement."""
    shop(workspace, {
        "assets/bad.sql": "/* asset:\n  description: fails\n*/\nSELECT i,\n       CAST('x' || i AS INTEGER) AS n\nFROM range(5) AS r(i)\n",
        "assets/file.sql": "/* asset:\n  materialize: export\n*/\nSELECT i,\n       CAST('y' || i AS INTEGER) AS n\nFROM range(5) AS r(i)\n",
    })
    told = failing(workspace, "run", "shop")
    assert "COPY" not in told and "making" not in told and "_partition_key" not in told, told
    assert "bad.sql:5" in told and "file.sql:5" in told, told
    messages = [row[0] for row in query_csv(workspace, "SELECT message FROM system.run_assets")]
    assert all("COPY" not in message and ".sql:5" in message for message in messages), messages


def test_recipes_say_step_and_column(workspace, tmp_path):
    """In a run, a preview and a run of the file: the step's number, kind and column."""
    recipe = "recipe: prices\ninput: shop.words\nsteps:\n  - sort: {by: [w]}\n  - cast: {columns: {w: INTEGER}}\n"
    shop(workspace, {"assets/words.sql": "SELECT 'w' || i AS w FROM range(5) AS r(i)\n", "recipes/prices.yml": recipe + "asset: {}\n"})
    run("run", "shop:words", workspace=workspace)
    write(tmp_path / "prices.yml", recipe)
    for command in [("run", "shop:prices"), ("recipe", "run", tmp_path / "prices.yml"), ("recipe", "preview", tmp_path / "prices.yml")]:
        told = failing(workspace, *command)
        assert "step 2 (cast): column 'w' does not fit the data" in told, (command, told)
    for step, column in [("fill: {columns: [n], value: many}", "n"), ("null_if: {columns: [n], values: [n/a]}", "n")]:
        write(tmp_path / "r.yml", f"recipe: r\ninput: shop.words\nsteps:\n  - add: {{columns: {{n: length(w)}}}}\n  - {step}\n")
        told = failing(workspace, "recipe", "run", tmp_path / "r.yml")
        assert f"step 2 ({step.split(':')[0]})" in told and f"column '{column}'" in told, told


def test_what_is_not_there_is_said(workspace):
    """A check of no table names the nearest one; imports of no source are 404; a source that is there has none."""
    told = failing(workspace, "check", "online_retail.daily_sale")
    assert "no table 'online_retail.daily_sale'" in told and "online_retail.daily_sales" in told, told
    server = Server(workspace).start()
    try:
        nope = server.get("/v1/imports?source=online_retial")
        assert nope.status_code == 404 and "online_retail" in nope.json()["hint"], nope.text
        assert server.get("/v1/imports?source=online_retail").json()["imports"] == []
    finally:
        server.stop()


def test_the_platforms_own_tables_are_listed_and_described(workspace):
    """Each system table that SQL can read has a description, and so has each of its columns, with the types that SQL says."""
    listed = json.loads(run("tables", "--schema", "system", "--json", workspace=workspace).stdout)["tables"]
    names = {table["table"] for table in listed}
    assert names >= {"runs", "run_assets", "checks", "check_results", "tables", "columns", "imports", "schedules", "notices", "database_columns"}
    assert not [t for t in json.loads(run("tables", "--json", workspace=workspace).stdout)["tables"] if t["schema"] == "system"]
    server = Server(workspace).start()
    try:
        for name in sorted(names):
            table = server.get(f"/v1/tables/system/{name}").json()
            assert table["kind"] == "system" and table["description"], name
            assert all(column["description"] for column in table["columns"]), (name, table["columns"])
            answer = server.post("/v1/query", json={"sql": f"SELECT * FROM system.{name} LIMIT 0"}).json()
            assert [(c["name"], c["type"]) for c in table["columns"]] == [(c["name"], c["type"]) for c in answer["columns"]]
    finally:
        server.stop()


def test_validate_names_no_sound_file(workspace):
    """A table with a fault is told once: not by its other checks, nor by a query, tile or look-up that reads it."""
    dashboard = "title: Shop\npages:\n  - name: all\n    title: All\n    tiles:\n      - {name: n, title: N, kind: big_number, sql: SELECT count(a) AS n FROM lines, y: n}\n"
    shop(workspace, {
        "assets/lines.sql": "SELECT 1 AS a, 'x' AS t\n",
        "serving/lines.yml": "search: lines\ntable: lines\nkey: a\ntext: [t]\ncolumns: [t]\n",
        "assets/days.sql": "SELECT a FROM lines\n",
        "assets/apart.sql": "SELECT 1 AS a\n",
        "checks/lines.yml": "table: lines\nchecks:\n  - unique: a\n",
        "checks/apart.yml": "table: apart\nchecks:\n  - relationships: {column: a, to: shop.days, field: a}\n    blocking: false\n",
        "queries/all.sql": "SELECT * FROM shop.days\n",
        "dashboards/shop.yml": dashboard,
    })
    run("validate", workspace=workspace)
    faults = {
        "checks/wrong.yml": ("table: lines\nchecks:\n  - uniqe: a\n", "wrong.yml:3: unknown check 'uniqe'"),
        "assets/more/lines.sql": ("SELECT 2 AS a\n", "the asset shop.lines is there twice"),
        "checks/later.yml": ("table: lines\nchecks:\n  - row_count: {equals: days}\n", "later.yml:3: its check row_count looks at shop.days"),
        "checks/no_list.yml": ("table: lines\nchecks: {unique: a}\n", "no_list.yml:2: checks is a list"),
        "assets/lines.sql": ("SELECT b FROM (SELECT 1 AS a)\n", "lines.sql:1: "),
    }
    for path, (text, fault) in faults.items():
        file = workspace / "packages/shop" / path
        before = file.read_text() if file.exists() else None
        write(file, text)
        told = failing(workspace, "validate")
        assert fault in told and told.count("✗") == 1 and "there is no table" not in told, (path, told)
        file.unlink() if before is None else file.write_text(before)
    run("validate", workspace=workspace)


def test_wrong_sql_is_told_with_its_line_and_a_way_out(workspace):
    """What is no SELECT, a version, an alias without such a column and types that do not fit: line and hint, in a few words."""
    faults = {
        "SELECT 1 AS a;\nDELETE FROM goods\n": ["bad.sql:2", "an asset is one SELECT"],
        "DELETE FROM goods\n": ["bad.sql:1", "an asset is one SELECT"],
        "-- first\nCREATE TABLE t AS\nSELECT 1 AS a\n": ["bad.sql:2", "an asset is one SELECT"],
        "PIVOT goods ON state USING count(*)\n": ["bad.sql:1", "PIVOT works as"],
        "SELECT sku\nFROM goods AT (VERSION => 1)\n": ["bad.sql:2", "AT (VERSION => n) is not available here", "as it is now"],
        "SELECT p.sku,\n       p.skuu\nFROM goods AS p\n": ["bad.sql:2", '"p" has no column "skuu"', "Did you mean sku?"],
        "SELECT p.colour\nFROM goods p\n": ["bad.sql:1", '"p" has no column "colour"', "shop.goods has sku, state"],
        "SELECT sku,\n       state + 1 AS x\nFROM goods\n": ["bad.sql:2", "no function takes these types: +(STRING, INTEGER)", "CAST("],
        "SELECT substr(5) AS x FROM goods\n": ["bad.sql:1", "substr(INTEGER)", "There is substr(STRING, BIGINT"],
    }
    for sql, parts in faults.items():
        shop(workspace, {"assets/goods.sql": "SELECT 1 AS sku, 'new' AS state\n", "assets/bad.sql": sql})
        told = failing(workspace, "validate")
        fault = told[told.index("✗"):].partition("✓")[0]
        assert all(part in fault for part in parts), (sql, told)
        assert len(fault.splitlines()) <= 3 and "values list" not in fault, (sql, told)
    shop(workspace, {"assets/bad.sql": "SELECT 1 AS a\n", "checks/goods.yml": "table: goods\nchecks:\n\t- unique: sku\n"})
    told = failing(workspace, "validate")
    assert "goods.yml:3" in told and "begins with a tab" in told and "use blanks" in told, told


def test_a_checks_expression_that_asks_a_table_is_refused_as_that(workspace):
    """A subquery in a check's expression is refused as a subquery, not for its table."""
    shop(workspace, {
        "assets/goods.sql": "SELECT 1 AS sku, 2 AS n\n",
        "checks/goods.yml": "table: goods\nchecks:\n  - expression: n > (SELECT max(sku) FROM goods)\n",
    })
    told = failing(workspace, "validate")
    assert "goods.yml:3" in told and "an expression cannot hold a subquery" in told and "there is no table" not in told, told


def test_recipe_runs_write_what_the_file_is_called(workspace, tmp_path):
    """A name that is no format is refused before anything runs, and a value that is no integer is told alone."""
    shop(workspace, {"assets/words.sql": "SELECT ' Ann ' AS w\n"})
    run("run", "shop", workspace=workspace)
    recipe = tmp_path / "r.yml"
    write(recipe, "recipe: r\ninput: shop.words\nsteps:\n  - sort: {by: [w]}\n")
    for name in ("out.xlsx", "out", "out.csv.gz"):
        done = run("recipe", "run", recipe, "--out", tmp_path / name, workspace=workspace, check=False)
        assert done.returncode == 2 and not (tmp_path / name).exists(), (name, done)
        assert ".csv, .json or .parquet" in done.stderr, done.stderr
    run("recipe", "run", recipe, "--out", tmp_path / "out.CSV", workspace=workspace)
    run("recipe", "run", recipe, "--out", tmp_path / "plain", "--format", "csv", workspace=workspace)
    assert (tmp_path / "out.CSV").read_text() == (tmp_path / "plain").read_text() == "w\n Ann \n"
    write(recipe, "recipe: r\ninput: shop.words\nsteps:\n  - cast: {columns: {w: BIGINT}}\n")
    told = failing(workspace, "recipe", "run", recipe)
    assert "column 'w' does not fit the data: ' Ann ' is no integer" in told and "INT64" not in told, told


def test_runs_take_a_package_and_what_follows(workspace):
    """`run shop+` makes the package and what reads it in others; a table's name is told as PACKAGE:ASSET."""
    shop(workspace, {"assets/goods.sql": "SELECT 1 AS sku\n", "assets/late.sql": "/* asset:\n  on_request: true\n*/\nSELECT 2 AS sku\n"})
    for path, text in {"package.yml": "name: after\n", "assets/all.sql": "SELECT * FROM shop.goods\n", "assets/own.sql": "SELECT 1 AS a\n"}.items():
        write(workspace / "packages/after" / path, text)
    made = json.loads(run("--json", "run", "shop+", workspace=workspace).stdout)["assets"]
    assert {asset["asset"] for asset in made} == {"shop.goods", "after.all"}, made
    made = json.loads(run("--json", "run", "after+", workspace=workspace).stdout)["assets"]
    assert {asset["asset"] for asset in made} == {"after.all", "after.own"}, made
    told = failing(workspace, "run", "shop.goods")
    assert "shop.goods is a table, not a package" in told and "Did you mean shop:goods?" in told, told
    assert "there is no package shoppp" in failing(workspace, "run", "shoppp")
    write(workspace / "packages/after/assets/all.sql", "SELECT nothing FROM shop.goods\n")
    write(workspace / "packages/shop/assets/goods.sql", "SELECT 1 AS sku FROM nowhere\n")
    assert "nowhere" in failing(workspace, "run", "shop+")


@pytest.mark.parametrize("arguments", [["query", "SELECT 1", "--limit", "-1"], ["query", "SELECT 1", "--limit", "99999999999999999999"],
                                       ["query", "SELECT 1", "--limit", "1.5"], ["recipe", "preview", "r.yml", "--step", "-1"],
                                       ["recipe", "preview", "r.yml", "--step", "99999999999999999999"], ["recipe", "preview", "r.yml", "--input-rows", "-1"]])
def test_numbers_out_of_range_are_wrong_use(workspace, arguments):
    """Exit 2 and the range in so many digits as people read, whatever the number."""
    done = run(*arguments, workspace=workspace, check=False)
    assert done.returncode == 2 and "is not a whole number from" in done.stderr and len(done.stderr) < 300, done
