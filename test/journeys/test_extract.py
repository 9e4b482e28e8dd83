"""Databases of others: dumps of PostgreSQL and SQLite into dated files, sources that read them, and lines that break."""

import csv
import gzip
import io
import json
import sqlite3
import threading
import time

import pytest

from conftest import run
from postgres import Line, Postgres

PASSWORD = {"SHOP_PASSWORD": Postgres.PASSWORD}


@pytest.fixture(scope="module")
def database():
    postgres = Postgres()
    postgres.sql(
        """CREATE TABLE store (store_key int PRIMARY KEY, city text, opened timestamptz, note text);
        INSERT INTO store VALUES (1, 'Köln', '2025-07-01 10:00:00+02', NULL), (2, 'a, "b"' || chr(10) || 'c', NULL, ''), (3, '\\.', NULL, ' x ');
        CREATE TABLE sales AS SELECT i AS trans_id, i % 3 + 1 AS store_key, (i * 7919 % 100000 / 100.0)::numeric(12,2) AS amount,
            md5(i::text) AS proof FROM generate_series(1, 200000) i;
        CREATE TABLE moves (id int, n int); INSERT INTO moves VALUES (1, 0)"""
    )
    yield postgres
    postgres.remove()


def make_workspace(folder, connection, tables, extra="", sources=None):
    run("init", folder)
    (folder / "connections.yml").write_text(f"shop: {connection}\n")
    package = folder / "packages/chain"
    (package / "sources").mkdir(parents=True)
    (package / "package.yml").write_text(
        "name: chain\ndescription: a chain\ntimezone: America/New_York\n"
        f"extracts:\n  dump:\n    connection: shop\n    folder: chain\n    tables: {json.dumps(tables)}\n{extra}"
    )
    for name, text in (sources or {}).items():
        (package / "sources" / f"{name}.yml").write_text(text)
    return folder


def dump(workspace, check=True, env=None, **options):
    return run("extract", "chain:dump", "--date", "2025-07-01", "--json", workspace=workspace, check=check, env=PASSWORD | (env or {}), **options)


def files_of(workspace):
    folder = workspace / "landing/chain"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def rows_of(path):
    text = gzip.decompress(path.read_bytes()).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def test_tables_of_postgresql_become_dated_files(database, tmp_path):
    """Values, nulls, empty texts, line breaks and instants come through as the database has them; the manifest counts rows."""
    tables = {"sales": "sales", "store": "SELECT store_key, city, opened, note FROM store ORDER BY 1"}
    workspace = make_workspace(tmp_path / "w", database.connection(), tables, '    manifest: "rows_{date}.json"\n    parallel: 2\n')
    report = json.loads(dump(workspace).stdout)
    assert [t["rows"] for t in report["tables"]] == [200_000, 3]
    assert files_of(workspace) == ["rows_2025-07-01.json", "sales_2025-07-01.csv.gz", "store_2025-07-01.csv.gz"]
    manifest = json.loads((workspace / "landing/chain/rows_2025-07-01.json").read_text())
    assert manifest == {"sales_2025-07-01.csv.gz": 200_000, "store_2025-07-01.csv.gz": 3}
    text = gzip.decompress((workspace / "landing/chain/store_2025-07-01.csv.gz").read_bytes()).decode()
    assert text == 'store_key,city,opened,note\n1,Köln,2025-07-01 08:00:00+00,\n2,"a, ""b""\nc",,""\n3,\\.,, x \n'
    sales = rows_of(workspace / "landing/chain/sales_2025-07-01.csv.gz")
    assert sales[0] == ["trans_id", "store_key", "amount", "proof"] and len(sales) == 200_001
    assert sum(int(row[0]) for row in sales[1:]) == 200_000 * 200_001 // 2


def test_names_as_the_database_has_them(database, tmp_path):
    """Blanks, quotes and dots: a name is what the database calls the table; with a dot, schema and table where there is such a one."""
    database.sql(
        """CREATE SCHEMA IF NOT EXISTS side; DROP TABLE IF EXISTS "Weird Name", "a""b", "no.schema", side.inner; CREATE TABLE "Weird Name" (a int);
        CREATE TABLE "a""b" (b int); CREATE TABLE "no.schema" (c int); CREATE TABLE side.inner (d int)"""
    )
    tables = {"weird": "Weird Name", "quote": 'a"b', "dot": "no.schema", "schema": "side.inner", "query": "-- today\nselect 1 AS e", "cte": "WITH x AS (SELECT 1 AS f) SELECT * FROM x"}
    workspace = make_workspace(tmp_path / "w", database.connection(), tables)
    dump(workspace)
    headers = {name: rows_of(workspace / f"landing/chain/{name}_2025-07-01.csv.gz")[0] for name in tables}
    assert headers == {"weird": ["a"], "quote": ["b"], "dot": ["c"], "schema": ["d"], "query": ["e"], "cte": ["f"]}


def test_a_dump_shows_one_instant(database, tmp_path):
    """While rows move from one table's query to the other's, each dump has each row exactly once."""
    tables = {"even": "SELECT id FROM moves, (SELECT pg_sleep(0.3)) s WHERE n % 2 = 0", "odd": "SELECT id FROM moves WHERE n % 2 = 1"}
    for parallel in (1, 2):
        workspace = make_workspace(tmp_path / f"w{parallel}", database.connection(), tables, f"    parallel: {parallel}\n")
        stop = threading.Event()

        def move():
            while not stop.is_set():
                database.sql("UPDATE moves SET n = n + 1")

        mover = threading.Thread(target=move)
        mover.start()
        try:
            for _ in range(2):
                report = json.loads(dump(workspace).stdout)
                assert sum(t["rows"] for t in report["tables"]) == 1
        finally:
            stop.set()
            mover.join()


def test_a_line_that_breaks_in_the_middle_leaves_no_file(database, tmp_path):
    """The connection drops in mid-dump: a clear error, nothing under a final name, nothing left over."""
    line = Line(database.port, [1_000_000] * 3)
    workspace = make_workspace(tmp_path / "w", database.connection(line.port), {"store": "store", "sales": "sales"}, "    retries: 2\n    retry_delay: 100ms\n")
    done = dump(workspace, check=False)
    assert done.returncode == 1
    assert "table sales" in done.stderr and "the connection to shop was lost" in done.stderr
    assert Postgres.PASSWORD not in done.stderr
    assert line.connections == 3
    assert files_of(workspace) == []
    line.close()


def test_a_broken_dump_is_begun_again_as_a_whole(database, tmp_path):
    line = Line(database.port, [1_000_000])
    workspace = make_workspace(tmp_path / "w", database.connection(line.port), {"store": "store", "sales": "sales"}, "    retry_delay: 100ms\n")
    report = json.loads(dump(workspace).stdout)
    assert report["attempts"] == 2 and [t["rows"] for t in report["tables"]] == [3, 200_000]
    assert len(rows_of(workspace / "landing/chain/sales_2025-07-01.csv.gz")) == 200_001
    line.close()


def test_a_database_that_says_nothing_is_left(database, tmp_path):
    """silence_timeout: neither a log-in nor a dump waits for ever."""
    for limit in (10, 1_000_000):
        line = Line(database.port, [limit], freeze=True)
        workspace = make_workspace(tmp_path / f"w{limit}", database.connection(line.port), {"sales": "sales"}, "    retries: 0\n")
        began = time.monotonic()
        done = dump(workspace, check=False)
        assert done.returncode == 1 and "It has said nothing for too long" in done.stderr
        assert time.monotonic() - began < 30
        assert files_of(workspace) == []
        line.close()


def test_the_server_stops_in_the_middle(tmp_path):
    postgres = Postgres()
    try:
        postgres.sql("CREATE TABLE big AS SELECT i, md5(i::text) m FROM generate_series(1, 300000) i")
        workspace = make_workspace(tmp_path / "w", postgres.connection(), {"big": "SELECT i, m, pg_sleep(0.00001) FROM big"}, "    retries: 0\n")
        stopper = threading.Timer(2, postgres.stop, ["immediate"])
        stopper.start()
        done = dump(workspace, check=False)
        stopper.join()
        assert done.returncode == 1, done.stdout
        assert files_of(workspace) == []
        done = dump(workspace, check=False)
        assert done.returncode == 1 and "no connection to shop" in done.stderr
    finally:
        postgres.remove()


@pytest.mark.parametrize(
    "query, said",
    [
        ("SELECT * FROM nowhere", "does not exist"),
        ("SELEC 1", "syntax error"),
        ("DELETE FROM store RETURNING *", "read-only transaction"),
        ("SELECT 1) TO PROGRAM 'touch /tmp/tradewind-was-here' --", "syntax error"),
        ("SELECT 1; DELETE FROM store", "multiple commands"),
        ("SELECT 1 / (store_key - 2) FROM store", "division by zero"),
    ],
)
def test_sql_that_is_no_reading_is_refused_at_once(database, tmp_path, query, said):
    workspace = make_workspace(tmp_path / "w", database.connection(), {"store": query})
    done = dump(workspace, check=False)
    assert done.returncode == 1 and said in done.stderr and "table store" in done.stderr
    assert files_of(workspace) == []
    assert database.sql("SELECT count(*) FROM store") == "3"


def test_a_wrong_or_missing_password_is_said_and_not_shown(database, tmp_path):
    workspace = make_workspace(tmp_path / "w", database.connection(), {"store": "store"})
    done = dump(workspace, check=False, env={"SHOP_PASSWORD": "wr0ng"})
    assert done.returncode == 1 and "password authentication failed" in done.stderr and "wr0ng" not in done.stderr
    done = run("extract", "chain:dump", workspace=workspace, check=False)
    assert done.returncode == 1 and "the environment has no SHOP_PASSWORD" in done.stderr


def test_the_crawlers_view_of_a_database(database, tmp_path):
    workspace = make_workspace(tmp_path / "w", database.connection(), {"store": "store"})
    assert "shop" in run("connections", workspace=workspace).stdout
    tables = json.loads(run("connections", "shop", "--json", workspace=workspace, env=PASSWORD).stdout)["tables"]
    store = next(t for t in tables if t["table"] == "store")
    assert store["schema"] == "public" and store["columns"][0] == {"name": "store_key", "type": "integer", "nullable": False, "key": True}
    assert next(c for c in store["columns"] if c["name"] == "opened")["type"] == "timestamp with time zone"
    run("crawl", workspace=workspace, env=PASSWORD)
    listed = run(
        "query", "SELECT column_name, type, is_key FROM system.database_columns WHERE connection = 'shop' AND table_name = 'store' ORDER BY position",
        "--format", "csv", workspace=workspace,
    ).stdout.splitlines()[1:]
    assert listed == ["store_key,integer,1", "city,text,0", "opened,timestamp with time zone,0", "note,text,0"]
    assert run("crawl", workspace=workspace).returncode == 0  # without the password: it is logged, and what was known stays


SOURCE = """source: shop_{name}
kind: database
connection: shop
{what}
fields:
  id: {{type: bigint, required: true}}
  city: {{type: text}}
"""


def counts(workspace, source):
    out = run("query", f"SELECT count(*), coalesce(sum(id), 0), count(city) FROM raw.shop_{source}", "--format", "csv", workspace=workspace).stdout
    return [int(n) for n in out.splitlines()[1].split(",")]


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_a_source_reads_its_database(database, tmp_path, kind):
    """Whole: the newest read is the table. By a watermark: each row once, also when the read before was not confirmed."""
    if kind == "postgres":
        database.sql("DROP TABLE IF EXISTS orders; CREATE TABLE orders (id bigint, city text)")
        execute, connection = database.sql, database.connection()
    else:
        path = tmp_path / "shop.sqlite"

        def execute(statement):
            with sqlite3.connect(path) as opened:
                opened.execute(statement)

        execute("CREATE TABLE orders (id bigint, city text)")
        connection = f"{{kind: sqlite, path: {path}}}"
    sources = {
        "shop_all": SOURCE.format(name="all", what="load: snapshot\ntable: orders"),
        "shop_new": SOURCE.format(name="new", what="load: append\nquery: SELECT id, city FROM orders\nwatermark: id"),
    }
    workspace = make_workspace(tmp_path / "w", connection, {"orders": "orders"}, sources=sources)

    def read(name):
        return run("extract", "--source", f"shop_{name}", workspace=workspace, env=PASSWORD).stdout

    assert "nothing is new" in read("new")
    execute("INSERT INTO orders VALUES (1, 'a'), (2, ''), (3, NULL)")
    assert "succeeded, 3 rows" in read("new")
    assert "nothing is new" in read("new")
    assert "succeeded, 3 rows" in read("all")
    execute("INSERT INTO orders VALUES (4, 'b')")
    execute("DELETE FROM orders WHERE id = 1")
    assert "succeeded, 1 rows" in read("new")
    assert "succeeded, 3 rows" in read("all")
    assert counts(workspace, "new")[:2] == [4, 10]
    assert counts(workspace, "all")[:2] == [3, 9]
    assert not [p for p in (workspace / "data/extracts").rglob("*") if p.is_file()]


def test_sqlite_becomes_dated_files(tmp_path):
    with sqlite3.connect(tmp_path / "shop.sqlite") as shop:
        shop.execute("CREATE TABLE store (store_key INTEGER, city TEXT)")
        shop.execute("INSERT INTO store VALUES (1, 'Köln'), (2, NULL)")
    workspace = make_workspace(tmp_path / "w", f"{{kind: sqlite, path: {tmp_path / 'shop.sqlite'}}}", {"store": "store"})
    dump(workspace)
    assert rows_of(workspace / "landing/chain/store_2025-07-01.csv.gz") == [["store_key", "city"], ["1", "Köln"], ["2", ""]]
    done = run("extract", "chain:dmp", workspace=workspace, check=False)
    assert done.returncode == 1 and "chain:dump" in done.stderr
