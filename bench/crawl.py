"""Crawling 100,000 small files in 1,000 partitions (quick: a tenth; CRAWL_PARTITIONS=10000: a million files), again without change,
and with one new file; beside DuckDB counting the rows of the same files, which looks at all of them each time."""

import json
import os
import subprocess
import sys
import time

import duckdb

from common import BINARY, MEASURED, QUICK, note, run, scratch

PARTITIONS = int(os.environ.get("CRAWL_PARTITIONS", 100 if QUICK else 1000))
FILES_EACH = 100
ROWS_EACH = 10
# What is promised of a crawl without change.
FASTER_MIN = 20


def make_files(root):
    for partition in range(PARTITIONS):
        folder = root / f"store={partition}"
        folder.mkdir(parents=True)
        for part in range(FILES_EACH):
            first = (partition * FILES_EACH + part) * ROWS_EACH
            lines = [f"{first + i},00{i},{i},{i}.25,2024-01-{i + 1:02d} 10:00:00\n" for i in range(ROWS_EACH)]
            (folder / f"part-{part}.csv").write_text("order_id,sku,quantity,unit_price,ordered_at\n" + "".join(lines))


def crawl(workspace, path):
    command = [sys.executable, "-I", "-c", MEASURED, str(BINARY), "-C", str(workspace), "crawl", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    report = json.loads(done.stdout)
    report["peak_bytes"] = int(done.stderr.split()[-1])
    assert not report["findings"], report["findings"]
    assert done.returncode == 0, done.stderr
    return report


def query_partition(workspace):
    """Rows of one partition, by a command that opens the workspace for it: seconds, and the most memory."""
    command = [sys.executable, "-I", "-c", MEASURED, str(BINARY), "-C", str(workspace), "query"]
    started = time.monotonic()
    done = subprocess.run([*command, "SELECT count(*) AS n FROM raw.orders WHERE store = 9", "--format", "csv"], capture_output=True, text=True)
    assert done.stdout.split() == ["n", str(FILES_EACH * ROWS_EACH)], done.stdout + done.stderr
    return time.monotonic() - started, int(done.stderr.split()[-1])



def main():
    files = PARTITIONS * FILES_EACH
    with scratch() as folder:
        root = folder / "orders"
        make_files(root)
        time.sleep(1)  # files as old as any that were not written this instant
        workspace = folder / "workspace"
        run("init", workspace)

        first = crawl(workspace, root)
        again = crawl(workspace, root)
        (root / "store=7/new.csv").write_text((root / "store=7/part-1.csv").read_text())
        new = crawl(workspace, root)
        assert first["files_read"] == files and again["files_read"] == 0 and new["files_read"] == 1
        assert first["tables"][0]["row_count"] == files * ROWS_EACH

        query_s, query_bytes = query_partition(workspace)
        started = time.monotonic()
        duckdb.sql(f"SELECT count(*) FROM read_csv('{root}/*/*.csv', hive_partitioning = true)").fetchall()
        peer_s = time.monotonic() - started

        def s(report):
            return report["elapsed_us"] / 1e6

        ratio = s(first) / s(again)
        note(f"\ncrawl: {files:,} files of {ROWS_EACH} rows in {PARTITIONS:,} partitions")
        note(f"  first                 {s(first):8.2f} s   {files / s(first):10,.0f} files/s")
        note(f"  again, nothing new    {s(again):8.2f} s   {ratio:10.1f} × faster (at least {FASTER_MIN})")
        note(f"  again, one new file   {s(new):8.2f} s   {new['files_read']:10} file read")
        note(f"  memory at most        {max(r['peak_bytes'] for r in (first, again, new)) / 2**20:8.0f} MiB")
        note(f"  query of a partition  {query_s:8.2f} s   {query_bytes / 2**20:10.0f} MiB, the workspace opened for it")
        note(f"  DuckDB counting rows  {peer_s:8.2f} s   {peer_s / s(first):10.2f} × the first crawl")
        assert QUICK or ratio >= FASTER_MIN, f"a crawl without change is only {ratio:.1f} × faster"


if __name__ == "__main__":
    main()
