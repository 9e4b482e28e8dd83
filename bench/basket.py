"""The package basket as a whole, CSV files in, all tables and data.csv out: by the kernel, by SQL, in 2 GB, and others beside it on the same files.
Whoever does not have our tables, to the last row and with data.csv value by value, gets no time. QUICK=1: a tenth of the users, and pandas too."""

import os
import pathlib
import shutil
import sys

from common import BINARY, QUICK, note, run, scratch, table, timed
from compare import absent, differences, mib, peak_of

SCALE = os.environ.get("BASKET_SCALE", "0.1" if QUICK else "1")
TABLES = {
    "order_products_prior": "order_id, product_id", "user_features_1": "user_id", "user_features_2": "user_id", "up_features": "user_id, product_id", "prd_features": "product_id",
}
BIG = {"TRADEWIND_ENGINE_MEMORY_LIMIT": "8GiB", "TRADEWIND_ENGINE_QUERY_MEMORY_LIMIT": "512MiB"}
SMALL = {"TRADEWIND_ENGINE_MEMORY_LIMIT": "2GB", "TRADEWIND_ENGINE_QUERY_MEMORY_LIMIT": "256MiB", "TRADEWIND_ENGINE_TEMP_LIMIT": "64GiB"}
WAYS = {
    "Tradewind": BIG,
    "Tradewind, kernels off": BIG | {"TRADEWIND_PIPELINE_KERNELS": "off"},
    "Tradewind, 2 GB": SMALL,
    "Tradewind, kernels off, 2 GB": SMALL | {"TRADEWIND_PIPELINE_KERNELS": "off"},
}


def tradewind(folder, files, name, settings):
    """Import and run, each a process; the workspace."""
    workspace = folder / name
    run("init", workspace, "--package", "basket")
    environment = os.environ | settings | {"TRADEWIND_PIPELINE_REFRESH": "off"}
    imported, import_peak = timed([BINARY, "-C", workspace, "import", files, "--package", "basket", "--json"], env=environment)
    made, run_peak = timed([BINARY, "-C", workspace, "run", "basket", "--json"], env=environment)
    return workspace, imported, made, max(import_peak, run_peak)


def sources(workspace):
    """Where each table's files and data.csv are."""
    lake = workspace / "data/lake/mart/basket"
    newest = {}
    for name in TABLES:
        newest[name] = sorted(str(path) for path in (lake / name).glob("run-*.parquet"))
    return newest, workspace / "exports/basket/data.csv"


def peer_sources(out):
    found = {name: [str(p) for p in ([out / f"{name}.parquet"] if (out / f"{name}.parquet").is_file() else sorted((out / f"{name}.parquet").glob("*.parquet")))] for name in TABLES}
    csv = out / "data.csv"
    return found, csv if csv.is_file() else next(csv.glob("*.csv"))


def pairs(ours, theirs):
    tables = [(name, f"read_parquet({ours[0][name]})", f"read_parquet({theirs[0][name]})", keys) for name, keys in TABLES.items()]
    return [*tables, ("data.csv", f"read_csv('{ours[1]}')", f"read_csv('{theirs[1]}')", "user_id, product_id")]


def left_out(name):
    if name == "pandas" and float(SCALE) > 0.1:
        return "its tables do not fit the memory at this size; QUICK=1 has it"
    return absent(name)


def main():
    with scratch() as folder:
        files = folder / "files"
        run("generate", "basket", "--out", files, "--scale", SCALE, "--seed", "1")
        rows, ours = [], None
        for name, settings in WAYS.items():
            workspace, imported, made, peak = tradewind(folder, files, name, settings)
            found = sources(workspace)
            wrong = differences(pairs(ours, found)) if ours else []
            if wrong:
                raise RuntimeError(f"{name}: {wrong}")
            ours = ours or found
            rows.append([name, f"{imported:.1f}", f"{made:.1f}", f"{imported + made:.1f}", mib(peak)])
            if found is not ours:
                shutil.rmtree(workspace)
        for name in ["DuckDB by hand", "polars streaming", "pandas", "PySpark local[2]"]:
            if reason := left_out(name):
                note(f"  {name} was not measured: {reason}")
                continue
            out = folder / "peer"
            took, peak = timed([sys.executable, pathlib.Path(__file__).with_name("basket_peers.py"), name, files, out])
            wrong = differences(pairs(ours, peer_sources(out)))
            rows.append([name, "", "", f"{took:.1f}" if not wrong else "not equal: " + "; ".join(wrong), peak_of(name, peak)])
            shutil.rmtree(out)
    table(f"The package basket at scale {SCALE}, CSV in, six tables and data.csv out", ["what", "import s", "run s", "all s", "peak MiB"], rows)


if __name__ == "__main__":
    main()
