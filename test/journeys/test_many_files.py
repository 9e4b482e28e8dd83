"""Very many tiny files: 5,000 here, a million in the nightly run (TRADEWIND_FILES). They become one table, in bounded
memory; looking again reads none of them, one that is new is found among them, and SQL reads it."""

import json
import os
import subprocess
import sys

import pytest

from conftest import BINARY, environment, run

FILES = int(os.environ.get("TRADEWIND_FILES") or 5_000)
FILES_EACH = 100
# What the program may hold for each file, its path and its statistics, besides what it always holds.
BYTES_EACH_MAX = 4096
BYTES_ALWAYS = 600 << 20
TIMEOUT_S = 1800


@pytest.fixture
def lines(tmp_path):
    """Files of one row, in folders by day and store; the row's number is in its file alone."""
    root = tmp_path / "lines"
    for number in range(FILES):
        folder = root / f"store={number // FILES_EACH}"
        if number % FILES_EACH == 0:
            folder.mkdir(parents=True)
        (folder / f"{number}.csv").write_bytes(b"line_no,sku,price\n%d,00%d,%d.25\n" % (number, number % 1000, number % 90))
    return root


# Starts a command and tells on stderr the most memory that it held. A process that is started inherits the peak of the
# one that starts it, and a whole test run may be large: this one is small.
MEASURED = "import resource as r, subprocess as s, sys; c = s.call(sys.argv[1:]); print(r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(c)"


def crawl(workspace, folder, peaks):
    """What the command says; the most memory that it held joins `peaks`."""
    command = [sys.executable, "-I", "-c", MEASURED, str(BINARY), "-C", str(workspace), "crawl", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr
    peaks.append(int(done.stderr.split()[-1]) * 1024)
    return json.loads(done.stdout)


def test_very_many_tiny_files_are_one_table(tmp_path, lines):
    workspace = tmp_path / "workspace"
    run("init", workspace)
    peaks = []
    first = crawl(workspace, lines, peaks)
    assert not first["findings"] and first["files_read"] == FILES
    assert [(t["table"], t["row_count"]) for t in first["tables"]] == [("lines", FILES)]
    again = crawl(workspace, lines, peaks)
    assert again["files_read"] == 0 and [t["change"] for t in again["tables"]] == ["unchanged"]
    (lines / "store=7/new.csv").write_text("line_no,sku,price\n-5,007,1.5\n")
    (lines / "store=8/broken.csv").write_bytes(b"\x1f\x8bnot gzip")
    new = crawl(workspace, lines, peaks)
    assert new["files_read"] <= 2 and [f["path"].endswith("broken.csv") for f in new["findings"]] == [True]
    told = json.loads(run("describe", "raw.lines", "--json", workspace=workspace, timeout=TIMEOUT_S).stdout)
    assert told["row_count"] == FILES + 1
    by_store = "SELECT count(*) AS n FROM raw.lines WHERE store = 7"
    assert run("query", by_store, "--format", "csv", workspace=workspace, timeout=TIMEOUT_S).stdout == f"n\n{FILES_EACH + 1}\n"
    bounds = {c["name"]: (c["min"], c["max"]) for c in told["columns"]}
    assert bounds["line_no"] == ("-5", str(FILES - 1)) and [c["type"] for c in told["columns"] if c["name"] == "sku"] == ["STRING"]
    assert max(peaks) < BYTES_ALWAYS + FILES * BYTES_EACH_MAX, f"{max(peaks) >> 20} MiB at most"
