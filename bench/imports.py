"""Bulk import of the real workbook and CSV: to raw files, serving tables and the SQL table, with contracts.
Beside it others that only read the file and write one Parquet file. And a large file in bounded memory."""

import gzip
import os
import shutil
import statistics
import sys

from common import BINARY, DATA, QUICK, note, run, scratch, table, timed

READ = {
    "csv": {
        "pandas": "import pandas; pandas.read_csv({path!r}, encoding='latin-1', dtype={{'InvoiceNo': str, 'StockCode': str}}, parse_dates=['InvoiceDate'], date_format='%m/%d/%Y %H:%M').to_parquet({out!r})",
        "polars": "import polars; polars.read_csv(open({path!r}, 'rb').read().decode('latin-1').encode(), schema_overrides={{'InvoiceNo': polars.String, 'StockCode': polars.String, 'CustomerID': polars.String}}).write_parquet({out!r})",
        "DuckDB": "import duckdb; duckdb.sql(\"COPY (FROM read_csv({path!r}, encoding='latin-1', types={{'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR'}})) TO {out!r} (FORMAT parquet)\")",
    },
    "xlsx": {
        "openpyxl + pandas": "import pandas; pandas.read_excel({path!r}, engine='openpyxl', dtype={{'InvoiceNo': str, 'StockCode': str, 'Description': str}}).to_parquet({out!r})",
        "calamine + pandas": "import pandas; pandas.read_excel({path!r}, engine='calamine', dtype={{'InvoiceNo': str, 'StockCode': str, 'Description': str}}).to_parquet({out!r})",
        "DuckDB": "import duckdb; duckdb.sql(\"INSTALL excel; LOAD excel; COPY (FROM read_xlsx({path!r}, all_varchar=true)) TO {out!r} (FORMAT parquet)\")",
    },
}


def excel_extension(code):
    """DuckDB's extension lies beside the program's library: no network is asked."""
    extension = BINARY.parent / "excel.duckdb_extension"
    if not extension.exists():
        extension = BINARY.parents[2] / ".deps/duckdb/excel.duckdb_extension"
    return code.replace("INSTALL excel; LOAD excel", f"LOAD '{extension}'")


# The command ends when its rows are in raw, table and serving; by default it brings clean and marts up to
# date before.
ROWS_ONLY = os.environ | {"TRADEWIND_PIPELINE_REFRESH": "off"}


def measure_tradewind(folder, path, times, environment=ROWS_ONLY):
    results = []
    for attempt in range(times):
        workspace = folder / f"workspace-{attempt}"
        run("init", workspace, "--package", "online_retail")
        results.append(timed([BINARY, "-C", workspace, "import", path, "--source", "online_retail", "--json"], env=environment))
        shutil.rmtree(workspace)
    return statistics.median(r[0] for r in results), max(r[1] for r in results)


def measure_peer(folder, name, code, path):
    times = 1 if "openpyxl" in name else 3
    code = excel_extension(code.format(path=str(path), out=str(folder / "peer.parquet")))
    results = [timed([sys.executable, "-c", code]) for _ in range(times)]
    return statistics.median(r[0] for r in results), max(r[1] for r in results)


def mib(size):
    return f"{size / 2**20:,.0f}"


def real_files(folder):
    if not (DATA / "online_retail").exists():
        note(f"the real data is not at {DATA}: nothing is imported")
        return
    csv = folder / "online_retail.csv"
    csv.write_bytes(gzip.decompress((DATA / "online_retail/data.iso8859-1.csv.gz").read_bytes()))
    rows = []
    for kind, path in (("csv", csv), ("xlsx", DATA / "online_retail/Online Retail.xlsx")):
        own, memory = measure_tradewind(folder, path, 3)
        rows.append([kind.upper(), "Tradewind: raw + table + serving", f"{own:.2f}", "1.00", mib(memory)])
        whole, memory = measure_tradewind(folder, path, 3, dict(os.environ))
        rows.append([kind.upper(), "and clean, and all marts", f"{whole:.2f}", f"{whole / own:.2f}", mib(memory)])
        for name, code in READ[kind].items():
            if QUICK and "openpyxl" in name:
                continue
            try:
                took, memory = measure_peer(folder, name, code, path)
            except RuntimeError as error:
                note(f"  {name} did not do it: {str(error).splitlines()[-1]}")
                continue
            rows.append([kind.upper(), f"{name}: read, write Parquet", f"{took:.2f}", f"{took / own:.2f}", mib(memory)])
    table("Import of 541,909 real rows (median of 3)", ["file", "what", "seconds", "of Tradewind's time", "peak MiB"], rows)


def large_file(folder):
    """The same shop's lines over and over until the file is large; every part other invoices."""
    target = (1 if QUICK else 5) << 30
    path = folder / "large.csv"
    run("generate", "online_retail", "--out", folder / "part", "--scale", "1")
    parts = sorted((folder / "part").glob("*.csv"))
    with path.open("wb") as out:
        number = 0
        while out.tell() < target:
            for part in parts:
                head, _, body = part.read_bytes().partition(b"\n")
                if out.tell() == 0:
                    out.write(head + b"\n")
                out.write(body.replace(b"\n5", b"\n%d-5" % number).replace(b"\nC5", b"\nC%d-5" % number))
                number += 1
    workspace = folder / "large"
    run("init", workspace, "--package", "online_retail")
    took, memory = timed([BINARY, "-C", workspace, "import", path, "--source", "online_retail", "--json"])
    count = run("query", "SELECT count(*) FROM raw.online_retail", "--format", "csv", workspace=workspace).split()[-1]
    size = path.stat().st_size
    rows = [[f"{size / 2**30:.1f} GiB", f"{int(count):,}", f"{took:.0f}", f"{int(count) / took:,.0f}", f"{size / 2**20 / took:.0f}", mib(memory)]]
    table("A large CSV", ["size", "rows", "seconds", "rows/s", "MiB/s", "peak MiB (aim: 1,024)"], rows)


def main():
    with scratch() as folder:
        real_files(folder)
        large_file(folder)


if __name__ == "__main__":
    main()
