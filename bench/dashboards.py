"""The dashboard of online_retail over all of its real data: each page's tiles asked for at once, as a browser does, cold and warm, and after
a filter was changed; beside DuckDB alone running the same SQL over the same Parquet files."""

import concurrent.futures
import datetime
import gzip
import itertools
import statistics
import threading
import time

import duckdb
import requests

from common import DATA, QUICK, Server, note, run, scratch, table

BASE = "/v1/dashboards/online_retail/sales"
CONNECTIONS = 6  # as many as a browser opens
ROUNDS = 5 if QUICK else 15
SETTLED = 11  # seconds after which what was read is kept
CHANGES = [{"country": ["france"]}, {"country": ["germany", "eire"]}, {"country": ["united kingdom"]}, {"segment": ["champion", "loyal"]}]


class Browser:
    """Tiles over connections that stay open."""

    def __init__(self, server):
        self.server = server
        self.url = server.url
        self.pool = concurrent.futures.ThreadPoolExecutor(CONNECTIONS)
        self.sessions = {}

    def tile(self, name, filters):
        session = self.sessions.setdefault(threading.get_ident(), requests.Session())
        session.trust_env = False
        answer = session.post(f"{self.url}{BASE}/tiles/{name}", json={"filters": filters})
        answer.raise_for_status()
        return answer.json()

    def all(self, names, filters):
        """Milliseconds until the last of them is there, and their answers."""
        begin = time.perf_counter()
        answers = list(self.pool.map(lambda name: self.tile(name, filters), names))
        return (time.perf_counter() - begin) * 1000, answers


def alone(server, files, answers):
    """Milliseconds of DuckDB alone for the same statements, one after another, each on both cores: nothing waits for anything."""
    engine = duckdb.connect(config={"threads": 2})
    engine.execute("CREATE SCHEMA online_retail")
    for name, paths in files.items():
        engine.execute(f"CREATE VIEW online_retail.{name} AS SELECT * FROM read_parquet({[str(p) for p in paths]}, hive_partitioning = false)")
    for macro in ["unix_date(day) AS date_diff('day', DATE '1970-01-01', day)", "unix_micros(instant) AS epoch_us(instant)"]:
        engine.execute(f"CREATE MACRO {macro}")
    statements = [sql for a in answers for sql in [a["sql"]]]
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for sql in statements:
            engine.execute(sql).fetchall()
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took)


def files_of(workspace):
    """Each table's newest files: a workspace that was made once has no others."""
    found = {}
    for folder in (workspace / "data/lake").glob("*/online_retail/*"):
        if paths := sorted(folder.rglob("*.parquet")):
            found[folder.name] = paths
    return found


def measure(browser, names, filters_of):
    """Median, worst, and processor time of the server, each in milliseconds for all tiles once; the last answers."""
    took, answers = [], []
    busy = browser.server.cpu()
    for n in range(ROUNDS):
        elapsed, answers = browser.all(names, filters_of(n))
        took.append(elapsed)
    busy = (browser.server.cpu() - busy) * 1000 / ROUNDS
    return statistics.median(took), max(took), busy, answers


DAYS = itertools.count(datetime.date(1900, 1, 1).toordinal())


def long_ago():
    """Another day each time, so that nothing was asked before; all rows are later."""
    return datetime.date.fromordinal(next(DAYS)).isoformat()


def cold_filters(n):
    return {"period": {"from": long_ago()}}


def changed_filters(n):
    return CHANGES[n % len(CHANGES)] | {"period": {"from": long_ago()}}


def rows_of(server, browser, workspace):
    shown = server.session.get(server.url + BASE).json()
    pages = {page["name"]: [f"{page['name']}/{t['name']}" for t in page["tiles"]] for page in shown["pages"]}
    pages["all pages"] = [name for names in pages.values() for name in names]
    files = files_of(workspace)
    for page, names in pages.items():
        cold, worst, busy, answers = measure(browser, names, cold_filters)
        changed, _, changed_busy, _ = measure(browser, names, changed_filters)
        browser.all(names, {})
        warm, _, _, again = measure(browser, names, lambda n: {})
        assert all(a["cached"] for a in again), "what did not change is not read again"
        peer = alone(server, files, answers)
        yield [
            page, len(names), f"{cold:.0f} ms", f"{worst:.0f} ms", f"{busy:.0f} ms", f"{changed:.0f} ms", f"{changed_busy:.0f} ms", f"{warm:.0f} ms",
            f"{peer:.0f} ms", f"{cold / peer:.2f}",
        ]


def main():
    with scratch() as folder:
        workspace = folder / "workspace"
        source = folder / "data.csv"
        source.write_bytes(gzip.decompress((DATA / "online_retail/data.iso8859-1.csv.gz").read_bytes()))
        run("init", workspace, "--package", "online_retail")
        run("import", source, "--source", "online_retail", workspace=workspace)
        server = Server(workspace)
        try:
            time.sleep(SETTLED)
            rows = list(rows_of(server, Browser(server), workspace))
        finally:
            server.stop()
    head = ["page", "tiles", "cold", "worst", "of processors", "a filter changed", "of processors", "warm", "DuckDB alone, cold", "cold: times DuckDB"]
    table(f"Dashboard of 541,909 lines, {CONNECTIONS} connections, median of {ROUNDS}", head, rows)
    note("\nAims on two quiet cores: all tiles of a page ≤ 300 ms, a filter change ≤ 150 ms.")


main()
