"""What a run costs over the engine that it embeds: the same SQL over the same files, by the platform and by DuckDB alone, each in
a process of its own, with as many threads and as much memory. Then a run with nothing to do, a table far larger than the memory
that it may take, a graph of a thousand assets, and one day's file from landing to clean."""

import datetime
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

from common import BINARY, DATA, QUICK, Server, note, run, scratch, table, timed

ROWS = 3_000_000 if QUICK else 30_000_000
TIMES = 3
BASE = f"""SELECT range AS id, (range * 7919) % 200000 AS customer, 'P' || ((range * 104729) % 5000) AS product,
    CAST((range * 1299709) % 100000 / 100.0 AS DECIMAL(12,2)) AS price, (range * 31) % 12 + 1 AS quantity,
    DATE '2024-01-01' + CAST((range * 17) % 730 AS INTEGER) AS day FROM range({ROWS})"""
ASSETS = {
    "by_customer": "SELECT customer, count(*) AS n, sum(price * quantity) AS spent, count(DISTINCT product) AS products, max(day) AS last FROM base GROUP BY customer",
    "ranked": "SELECT customer, product, spent, row_number() OVER (PARTITION BY customer ORDER BY spent DESC, product) AS place FROM (SELECT customer, product, sum(price * quantity) AS spent FROM base GROUP BY customer, product) t",
    "rewritten": "SELECT id, customer, lower(product) AS product, price * quantity AS amount, day FROM base WHERE quantity > 1",
}
ALONE = """
import duckdb, os, sys
sql, files, out = sys.argv[1:4]
engine = duckdb.connect(config={'threads': 2, 'memory_limit': sys.argv[4]})
engine.sql(f"CREATE VIEW base AS SELECT * FROM read_parquet({files})")
engine.sql(f"COPY ({sql}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
with open(out, 'rb') as written:
    os.fsync(written.fileno())
"""


def make_workspace(folder):
    workspace = folder / "workspace"
    run("init", workspace)
    package = workspace / "packages/bench"
    (package / "assets").mkdir(parents=True)
    (package / "package.yml").write_text("name: bench\ndescription: Large tables.\n")
    for name, sql in {"base": BASE, **ASSETS}.items():
        (package / f"assets/{name}.sql").write_text(sql + "\n")
    return workspace


def run_json(workspace, *arguments, env=None):
    made = subprocess.run([BINARY, "-C", workspace, "run", *arguments, "--json"], capture_output=True, text=True, env=os.environ | (env or {}))
    if made.returncode != 0:
        raise RuntimeError(made.stdout + made.stderr)
    return json.loads(made.stdout)


def overhead(workspace, folder):
    run_json(workspace, "bench:base")
    files = sorted(str(path) for path in (workspace / "data/lake/mart/bench/base").rglob("*.parquet"))
    rows = []
    for name, sql in ASSETS.items():
        ours, alone = [], []
        for _ in range(TIMES):
            ours.append(timed([BINARY, "-C", workspace, "run", f"bench:{name}", "--force", "--json"])[0])
            alone.append(timed([sys.executable, "-c", ALONE, sql, str(files), str(folder / "alone.parquet"), "8GB"])[0])
        rows.append([name, f"{statistics.median(ours):.2f}", f"{statistics.median(alone):.2f}", f"{statistics.median(ours) / statistics.median(alone):.2f}"])
    table(f"Assets over {ROWS:,} rows, whole processes: seconds, median of {TIMES}", ["asset", "Tradewind", "DuckDB alone", "ratio"], rows)


def nothing_to_do(workspace):
    run_json(workspace, "bench")
    with_server = Server(workspace)
    try:
        begun = time.perf_counter()
        run_json(workspace, "bench")
        note(f"\nA run that has nothing to do, by a server that is up, command included: {1000 * (time.perf_counter() - begun):.0f} ms")
    finally:
        with_server.stop()


def within_memory(workspace):
    limit = {"TRADEWIND_ENGINE_MEMORY_LIMIT": "1GiB", "TRADEWIND_ENGINE_QUERY_MEMORY_LIMIT": "256MiB"}
    took, peak = timed([BINARY, "-C", workspace, "run", "bench:ranked", "--force", "--json"], env=os.environ | limit)
    size = sum(path.stat().st_size for path in (workspace / "data/lake/mart/bench/base").rglob("*.parquet"))
    note(f"\nranked with an engine of 1 GiB (input {size / 2**20:,.0f} MiB of Parquet): {took:.1f} s, the process at most {peak / 2**20:,.0f} MiB")


def seconds_of(run):
    begun, ended = (datetime.datetime.fromisoformat(run[name].replace("Z", "+00:00")) for name in ("queued_at", "finished_at"))
    return (ended - begun).total_seconds()


def a_thousand_assets(folder):
    """Each reads the one before it and another: first made, a row each, then found up to date. What the runs did is read by another process."""
    count = 100 if QUICK else 1000
    workspace = folder / "many"
    run("init", workspace)
    assets = workspace / "packages/many/assets"
    assets.mkdir(parents=True)
    (assets.parent / "package.yml").write_text("name: many\ndescription: Many tables.\n")
    (assets / "t0000.sql").write_text("SELECT 1 AS n\n")
    for i in range(1, count):
        (assets / f"t{i:04}.sql").write_text(f"SELECT max(a.n) + max(b.n) % 2 AS n FROM t{i - 1:04} AS a CROSS JOIN t{i // 2:04} AS b\n")
    made, nothing = seconds_of(run_json(workspace, "many")), seconds_of(run_json(workspace, "many"))
    for number, state in [(1, "succeeded"), (2, "skipped")]:
        kept = run("query", f"SELECT count(*) FROM system.run_assets WHERE run_id = {number} AND state = '{state}'", "--format", "csv", workspace=workspace)
        if kept.split() != ["count_star()", str(count)]:
            raise RuntimeError(f"run {number} kept {kept}")
    note(f"\n{count:,} assets in one graph, for each: {1000 * nothing / count:.2f} ms when it is up to date, {1000 * made / count:.1f} ms to make a table of one row (published, synced)")


def clean_rows(server):
    answer = server.session.post(server.url + "/v1/query", json={"sql": "SELECT count(*) FROM online_retail.clean"})
    return answer.json()["rows"][0][0]


def one_day(folder):
    packed = DATA / "online_retail/data.iso8859-1.csv.gz"
    if not packed.exists():
        return note("\nOne day's file: the real data is not here (TRADEWIND_TEST_DATA).")
    real = folder / "real.csv"
    real.write_bytes(gzip.decompress(packed.read_bytes()))
    workspace = folder / "day"
    run("init", workspace, "--package", "online_retail")
    run("import", real, "--source", "online_retail", workspace=workspace)
    lines = real.read_bytes().splitlines()
    day = [line for line in lines[1:] if b"12/1/2010 " in line]
    times = []
    server = Server(workspace)
    try:
        before = clean_rows(server)
        for attempt in range(5):
            (workspace / "landing/online_retail").mkdir(parents=True, exist_ok=True)
            waiting = folder / f"day-{attempt}.csv"
            waiting.write_bytes(b"\n".join([lines[0], *(line.replace(b"12/1/2010", f"1/{attempt + 1}/2012".encode()) for line in day)]) + b"\n")
            begun = time.perf_counter()
            shutil.move(waiting, workspace / "landing/online_retail" / waiting.name)
            while (now := clean_rows(server)) == before:
                if time.perf_counter() - begun > 60:
                    raise RuntimeError("the day never came to clean")
                time.sleep(0.01)
            times.append(time.perf_counter() - begun)
            before = now
            time.sleep(3 if attempt % 2 else 10)
    finally:
        server.stop()
    note(f"\nOne day's file ({len(day):,} lines) beside 541,909 rows, from landing to clean, five of them 3 to 10 s apart: " + ", ".join(f"{t:.2f}" for t in times) + " s")


with scratch() as folder:
    workspace = make_workspace(folder)
    overhead(workspace, folder)
    nothing_to_do(workspace)
    within_memory(workspace)
    a_thousand_assets(folder)
    one_day(folder)
