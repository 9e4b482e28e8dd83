"""A package's assets, from raw lines to marts: by command, by HTTP, by themselves; on the real data
against the known answers; through crashes."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from decimal import Decimal

import extremes
from conftest import BINARY, ROOT, environment, line, query_csv, run
from orders import Orders, assert_serving, assert_sql

sys.path.insert(0, str(ROOT / "test/sql"))
from reference import read_lines  # noqa: E402
from tables import assert_tables  # noqa: E402

KILLS = int(os.environ.get("TRADEWIND_KILLS", "10"))
MARTS = [
    "hourly_sales", "daily_sales", "monthly_sales", "yearly_sales", "average_sales", "popular_products",
    "top_products_by_period", "sales_by_country", "top_customers", "highest_invoices",
]


def one(workspace, sql):
    return query_csv(workspace, sql)[0]


def generated(workspace, tmp_path, scale=0.02, seed=1, name="orders.csv"):
    folder = tmp_path / f"generated{seed}"
    run("generate", "online_retail", "--out", folder, "--scale", scale, "--seed", seed, workspace=workspace)
    made = next(folder.glob("*.csv"))
    target = tmp_path / name
    made.rename(target)
    return target


def bring_up_to_date(server):
    """A run of the whole package, to its end."""
    asked = server.post("/v1/packages/online_retail/runs", json={})
    assert asked.status_code == 202, asked.text
    done = server.get(f"/v1/runs/{asked.json()['id']}?wait_ms=30000").json()
    assert done["state"] in ("succeeded", "skipped"), done
    return done


def test_real_data_comes_clean(workspace, real_csv, golden):
    """An import alone brings clean and the marts up to date, and they say what is known of them. Row by row they meet
    pandas in test/sql."""
    run("import", real_csv, "--source", "online_retail", workspace=workspace)
    clean = one(workspace, """
        SELECT count(*), sum(quantity), sum(quantity * unit_price), count(DISTINCT customer_id),
               count(DISTINCT invoice_no), count(DISTINCT country)
        FROM online_retail.clean""")
    assert [int(clean[0]), int(clean[1]), int(clean[3]), int(clean[4])] == [
        golden["clean_rows"], golden["clean_sum_quantity"],
        golden["clean_distinct_customers"], golden["clean_distinct_invoices"],
    ]
    assert Decimal(clean[2]) == Decimal(str(golden["clean_sum_amount"]))
    for mart in MARTS:
        assert int(one(workspace, f"SELECT count(*) FROM online_retail.{mart}")[0]) > 0, mart
    for mart in ["hourly_sales", "daily_sales", "monthly_sales", "yearly_sales"]:
        lines, quantity, sales = one(workspace, f"SELECT sum(lines), sum(quantity), sum(sales) FROM online_retail.{mart}")
        assert (int(lines), int(quantity)) == (golden["clean_rows"], golden["clean_sum_quantity"]), mart
        assert Decimal(sales) == Decimal(str(golden["clean_sum_amount"])), mart
    dropped = dict(query_csv(workspace, "SELECT reason, lines FROM online_retail.dropped_lines"))
    assert sum(map(int, dropped.values())) == golden["rows"] - golden["clean_rows"]
    total = one(workspace, "SELECT sum(total), count(*) FROM online_retail.highest_invoices")
    assert Decimal(total[0]) == Decimal(str(golden["sum_amount"])) and int(total[1]) == golden["distinct"]["InvoiceNo"]
    assert run("check", "online_retail", workspace=workspace).returncode == 0
    assert run("validate", workspace=workspace).returncode == 0


def test_queries_written_for_the_export(workspace, tmp_path):
    """The view clean_batch has the export's names, so that queries written for it run unedited. The text of the original's
    four Athena queries is not at hand: these are reconstructions of their four questions, in the export's names and in
    the forms that Athena's engine takes, with and without the schema. Their answers are those of the marts."""
    run("import", extremes.write_csv(tmp_path / "extreme.csv"), "--source", "online_retail", workspace=workspace)
    run("import", generated(workspace, tmp_path), "--source", "online_retail", workspace=workspace)
    queries = {
        """SELECT DATE(invoicedate) AS day, country, SUM(quantity * unitprice) AS total_sales FROM clean_batch
           GROUP BY DATE(invoicedate), country ORDER BY day, country""":
        "SELECT period, country, sales FROM online_retail.daily_sales ORDER BY period, country",
        """SELECT stockcode, SUM(quantity) AS total_quantity FROM online_retail.clean_batch
           GROUP BY stockcode ORDER BY total_quantity DESC, stockcode LIMIT 10""":
        "SELECT stock_code, quantity FROM online_retail.popular_products ORDER BY quantity DESC, stock_code LIMIT 10",
        "SELECT country, SUM(quantity * unitprice) AS sales FROM online_retail.clean_batch GROUP BY country ORDER BY sales DESC, country":
        "SELECT country, sales FROM online_retail.sales_by_country ORDER BY sales DESC, country",
        """SELECT customerid, COUNT(DISTINCT invoiceno) AS invoices, SUM(quantity * unitprice) AS spent
           FROM online_retail.clean_batch GROUP BY customerid ORDER BY spent DESC, customerid LIMIT 10""":
        "SELECT customer_id, invoices, total_spent FROM online_retail.top_customers ORDER BY total_spent DESC, customer_id LIMIT 10",
    }
    for sql, mart in queries.items():
        assert query_csv(workspace, sql) == query_csv(workspace, mart) != [], sql


def test_extreme_values_go_through_everything(make_server, workspace, tmp_path):
    """Lines at the edge of what the contract takes, by stream: no sum overflows, in serving, marts, queries and checks."""
    path = extremes.write_csv(tmp_path / "extreme.csv")
    server = make_server()
    answer = server.post_records(extremes.lines())
    assert (answer.status_code, answer.json()["accepted"]) == (200, len(extremes.lines())), answer.text
    assert server.wait_for_rows(len(extremes.lines())) == len(extremes.lines())
    bring_up_to_date(server)
    expected = Orders(path, "utf-8")
    assert_sql(server, expected)
    assert_serving(server, expected)
    assert_tables(workspace, read_lines(path, "utf-8"))
    queries = server.get("/v1/queries").json()["queries"]
    assert len(queries) == 16
    for query in queries:
        answer = server.post(f"/v1/queries/online_retail/{query['name']}")
        assert answer.status_code == 200 and answer.json()["rows"], (query["name"], answer.text)
    assert run("check", "online_retail", workspace=workspace).returncode == 0
    server.stop()
    server.start()
    assert_serving(server, expected)


def test_correction_restates_only_what_it_touches(workspace, tmp_path):
    """A corrected file changes its partitions; the others keep their files, as the versions say."""
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    rows = {
        "a.csv": ["1,A,THING,1,12/1/2010 8:26,1.00,7,France", "2,A,THING,2,12/1/2010 8:27,1.00,8,Germany"],
        "b.csv": ["3,B,OTHER,3,12/2/2010 8:26,1.00,7,France", "4,B,OTHER,4,12/2/2010 8:27,1.00,9,Spain"],
    }
    for name, lines in rows.items():
        (tmp_path / name).write_text(header + "\n".join(lines) + "\n")
        run("import", tmp_path / name, "--source", "online_retail", workspace=workspace)
    partitions = lambda: {  # noqa: E731
        partition.removeprefix("country="): int(files)
        for partition, files in query_csv(workspace, """
            SELECT partition, file_count FROM system.partitions WHERE schema_name = 'online_retail' AND table_name = 'clean'""")
    }
    assert partitions() == {"france": 2, "germany": 1, "spain": 1}
    (tmp_path / "b.csv").write_text(header + "3,B,OTHER,30,12/2/2010 8:26,1.00,7,France\n5,B,OTHER,5,12/2/2010 9:00,1.00,9,Italy\n")
    run("import", tmp_path / "b.csv", "--source", "online_retail", workspace=workspace)
    got = query_csv(workspace, "SELECT invoice_no, quantity, country FROM online_retail.clean ORDER BY invoice_no")
    assert got == [["1", "1", "france"], ["2", "2", "germany"], ["3", "30", "france"], ["5", "5", "italy"]]
    assert partitions() == {"france": 2, "germany": 1, "italy": 1}
    before = query_csv(workspace, "SELECT count(*), sum(quantity) FROM online_retail.clean AT (VERSION => 2)")
    assert before == [["4", "10"]]


def test_streamed_lines_reach_clean(make_server):
    """Streamed records reach clean by micro-batch, and the marts follow."""
    server = make_server()
    server.post_records([line(InvoiceNo=str(i), Quantity=i) for i in range(1, 51)])
    answer = server.post("/v1/packages/online_retail/runs", json={"assets": ["clean+"]})
    assert answer.status_code == 202, answer.text
    done = server.get(f"/v1/runs/{answer.json()['id']}?wait_ms=30000").json()
    assert done["state"] == "succeeded", done
    assert server.sql("SELECT count(*), sum(quantity) FROM online_retail.clean") == [[50, 1275]]
    server.post_records([line(InvoiceNo=str(i), Quantity=1) for i in range(51, 61)])
    again = server.post("/v1/packages/online_retail/runs", json={}).json()
    server.get(f"/v1/runs/{again['id']}?wait_ms=30000")
    assert server.sql("SELECT sum(lines) FROM online_retail.daily_sales") == [[60]]


def test_micro_batch_comes_by_itself(workspace, make_server):
    """With a short interval in the asset, nobody has to ask."""
    asset = workspace / "packages/online_retail/assets/clean/clean.sql"
    asset.write_text(asset.read_text().replace("every: 60s", "every: 1s"))
    server = make_server()
    server.post_records([line(InvoiceNo=str(i)) for i in range(20)])
    server.wait_until(lambda: server.sql("SELECT count(*) FROM online_retail.clean") == [[20]], seconds=60)
    server.wait_until(lambda: server.sql("SELECT sum(lines) FROM online_retail.daily_sales") == [[20]], seconds=60)
    assert server.get("/v1/runs?limit=1").json()["runs"][0]["reason"] == "refresh"


# What every table holds, and all its versions.
STATE = " UNION ALL ".join(
    f"SELECT 'table' AS kind, '{table}' AS name, count(*) AS number, CAST(sum(hash(CAST(t AS STRING))) AS STRING) AS content FROM online_retail.{table} t"
    for table in [*MARTS, "clean", "product_names", "dropped_lines"]
) + " UNION ALL SELECT 'version', table_name, version, '' FROM system.table_versions WHERE schema_name = 'online_retail' ORDER BY kind, name, number"


def state_of(workspace):
    """(contents, newest version) of each table, by one command; no version is left out on the way."""
    contents, versions = {}, {}
    for kind, name, number, content in query_csv(workspace, STATE):
        if kind == "table":
            contents[name] = (number, content)
            continue
        assert int(number) == versions.get(name, int(number) - 1) + 1, (name, number)
        versions[name] = int(number)
    return contents, versions


def without_refresh(workspace):
    """Nothing is made but by `run`, so that what a killed one left can be looked at."""
    for asset in (workspace / "packages/online_retail/assets").rglob("*.sql"):
        asset.write_text(re.sub(r"  refresh: .*\n", "", asset.read_text()))


def test_kill_never_publishes_half(workspace, tmp_path):
    """SIGKILL at any moment of a run over other input: each table is whole as it was before, or whole as it becomes."""
    without_refresh(workspace)
    path = tmp_path / "orders.csv"
    inputs = [generated(workspace, tmp_path, scale=0.01, seed=seed, name=f"{seed}.csv").read_bytes() for seed in (1, 2)]
    command = [str(BINARY), "-C", str(workspace), "run", "online_retail"]
    states, seconds = [], 0.0

    def bring(content):
        path.write_bytes(content)
        run("import", path, "--source", "online_retail", workspace=workspace)

    for content in [*inputs, inputs[0]]:
        bring(content)
        begin = time.monotonic()
        subprocess.run(command, check=True, capture_output=True, env=environment())
        seconds = time.monotonic() - begin
        made, versions = state_of(workspace)
        states.append(made)
    first, second, again = states
    assert first == again and all(first[table] != second[table] for table in first), "the inputs differ in every table"
    rng = random.Random(5)
    mixed = 0
    for i in range(KILLS):
        before, after = (first, second) if i % 2 == 0 else (second, first)
        bring(inputs[(i + 1) % 2])
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        time.sleep(rng.uniform(0.05, seconds))  # the moment of the crash, not a synchronisation
        process.send_signal(signal.SIGKILL)
        process.wait()
        left, moved = state_of(workspace)
        for table in left:
            published = moved[table] - versions[table]
            assert published in (0, 1) and left[table] == (after if published else before)[table], (table, published)
        mixed += len({moved[table] - versions[table] for table in left}) == 2
        assert run("run", "online_retail", workspace=workspace).returncode == 0
        assert state_of(workspace) == (after, {table: version + 1 for table, version in versions.items()})
        versions = {table: version + 1 for table, version in versions.items()}
    assert mixed > 0 or KILLS < 10, "no kill came between two publications"
    assert run("verify", workspace=workspace).returncode == 0
    assert "failed" in run("runs", "--limit", "1000", workspace=workspace).stdout


def test_run_tells_what_is_wrong(workspace):
    """Unknown packages and assets and failing SQL end with 1, wrong use with 2, and say what to do."""
    for arguments, code, expected in [
        (["run", "online_retial"], 1, "Did you mean online_retail?"),
        (["run", "online_retail:daily_sale"], 1, "Did you mean daily_sales?"),
        (["run", "online_retail", "--from", "yesterday"], 2, "dates such as"),
        (["run", "online_retail", "--from", "2026-02-01", "--to", "2026-01-01"], 2, "--from is not before --to"),
    ]:
        done = run(*arguments, workspace=workspace, check=False)
        assert done.returncode == code and expected in done.stderr, done.stderr
    broken = workspace / "packages/online_retail/assets/mart/broken.sql"
    broken.write_text("SELECT invoice_no,\n  ammount\nFROM clean\n")
    done = run("validate", workspace=workspace, check=False)
    assert done.returncode == 1 and "broken.sql:2" in done.stdout + done.stderr, done.stdout + done.stderr
    broken.write_text("SELECT * FROM nowhere\n")
    done = run("validate", workspace=workspace, check=False)
    assert done.returncode == 1 and "nowhere" in done.stdout + done.stderr
