"""Peers of a package as a whole: who is there, and whether what they made is what we made."""

import importlib.util
import shutil

import duckdb

MODULES = {"PySpark local[2]": "pyspark", "polars streaming": "polars", "pandas": "pandas", "DuckDB by hand": "duckdb"}


def mib(size):
    return f"{size / 2**20:,.0f}"


def peak_of(name, size):
    """Spark's memory is that of a program which it starts, and does not wait for."""
    return "" if "Spark" in name else mib(size)


def absent(name):
    """Why a peer is not measured; empty: it is."""
    module = MODULES[name]
    if importlib.util.find_spec(module) is None:
        return f"{module} is not installed"
    if module == "pyspark" and not shutil.which("java"):
        return "java is not installed"
    return ""


def same(columns):
    """Doubles may differ in the last bits, where sums are made in another order."""
    tests = []
    for name, kind in columns:
        close = f" OR abs(a.{name} - b.{name}) <= 1e-12 * greatest(abs(a.{name}), 1)" if kind == "DOUBLE" else ""
        tests.append(f"(a.{name} IS NOT DISTINCT FROM b.{name}{close})")
    return " AND ".join(tests)


def differences(tables):
    """What differs in (name, our rows, theirs, keys), rows as a table function; empty: nothing does."""
    engine = duckdb.connect(config={"threads": 2, "memory_limit": "8GB"})
    wrong = []
    columns = lambda source: [(row[0], row[1]) for row in engine.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: E731
    for name, ours, theirs, keys in tables:
        rows = [engine.execute(f"SELECT count(*) FROM {source}").fetchone()[0] for source in (ours, theirs)]
        mine = columns(ours)
        if rows[0] != rows[1] or sorted(c for c, _ in mine) != sorted(c for c, _ in columns(theirs)):
            wrong.append(f"{name}: {rows[0]:,} and {rows[1]:,} rows, or other columns")
            continue
        values = same([(c, kind) for c, kind in mine if c not in keys.split(", ")])
        equal = engine.execute(f"SELECT count(*) FROM {ours} a JOIN {theirs} b USING ({keys}) WHERE {values or 'true'}").fetchone()[0]
        if equal != rows[0]:
            wrong.append(f"{name}: {rows[0] - equal:,} rows differ")
    return wrong
