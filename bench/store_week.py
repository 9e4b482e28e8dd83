"""The package store_week as a whole: the five gzipped files of a night in, weekly metrics, stores, products and calendar out, checked and published;
and others beside it on the same files. Whoever does not have our metrics, to the last row, gets no time."""

import json
import os
import pathlib
import shutil
import sys

from common import BINARY, QUICK, note, run, scratch, table, timed
from compare import absent, differences, mib, peak_of

SCALE = os.environ.get("STORE_WEEK_SCALE", "0.1" if QUICK else "1")
TABLES = {"weekly_metrics": "yr_wk_num, store_key, prod_key", "store": "store_key", "product": "prod_key", "calendar": "cal_dt"}
MEMORY = {"TRADEWIND_ENGINE_MEMORY_LIMIT": "8GiB", "TRADEWIND_ENGINE_QUERY_MEMORY_LIMIT": "512MiB"}


def tradewind(workspace, files):
    """Import and run, each a process: seconds of both, and the greater peak."""
    run("init", workspace, "--package", "store_week")
    environment = os.environ | MEMORY
    imported, import_peak = timed([BINARY, "-C", workspace, "import", files, "--package", "store_week", "--json"], env=environment)
    made, run_peak = timed([BINARY, "-C", workspace, "run", "store_week", "--json"], env=environment)
    return imported, made, max(import_peak, run_peak)


def ours(workspace, name):
    files = sorted(str(path) for path in (workspace / f"data/lake/mart/store_week/{name}").glob("date=*/*.parquet"))
    return f"(SELECT * EXCLUDE (date) FROM read_parquet({files}, hive_partitioning = true))"


def theirs(out, name):
    path = out / f"{name}.parquet"
    return f"read_parquet('{path if path.is_file() else path / '*.parquet'}')"


def main():
    with scratch() as folder:
        files, workspace = folder / "files", folder / "workspace"
        made = json.loads(run("generate", "store_week", "--out", files, "--scale", SCALE, "--seed", "1", "--json"))
        rows_of = {pathlib.Path(file["path"]).name.partition("_")[0]: file["row_count"] for file in made["files"]}
        imported, ran, peak = tradewind(workspace, files)
        rows = [["Tradewind", f"{imported:.1f}", f"{ran:.1f}", f"{imported + ran:.1f}", "1.00", mib(peak)]]
        for name in ["DuckDB by hand", "PySpark local[2]"]:
            if reason := absent(name):
                note(f"  {name} was not measured: {reason}")
                continue
            out = folder / "peer"
            took, peak = timed([sys.executable, pathlib.Path(__file__).with_name("store_week_peers.py"), name, files, out])
            wrong = differences([(n, ours(workspace, n), theirs(out, n), keys) for n, keys in TABLES.items()])
            whole = [f"{took:.1f}", f"{took / (imported + ran):.2f}"] if not wrong else ["not equal: " + "; ".join(wrong), ""]
            rows.append([name, "", "", *whole, peak_of(name, peak)])
            shutil.rmtree(out)
    title = f"The package store_week at scale {SCALE}: {rows_of['inventory']:,} rows of inventory, {rows_of['sales']:,} of sales, five gzipped files in, four tables out"
    table(title, ["what", "import s", "run s", "all s", "of Tradewind's time", "peak MiB"], rows)


if __name__ == "__main__":
    main()
