"""The PySpark script of every recipe gives what the platform's SQL gives. Needs pyspark 4 and Java, which set-up does not install: skipped without them."""

import datetime
import decimal
import math
import pathlib
import re
import sys

import pytest

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'pyspark>=4,<5' (and a Java) to compare with Spark")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from odd_data import FIELDS, PARTNER_FIELDS, PARTNERS, rows  # noqa: E402
from recipe_oracle import CASES  # noqa: E402
from test_recipes import binary, odd, plain, recipe_of, sort_key, write_parquet  # noqa: E402, F401


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spark")
    write_parquet(folder / "odd.parquet", FIELDS, rows())
    write_parquet(folder / "partners.parquet", PARTNER_FIELDS, PARTNERS)
    return {"raw.odd": folder / "odd.parquet", "raw.partners": folder / "partners.parquet"}


@pytest.fixture(scope="module", autouse=True)
def session():
    from pyspark.sql import SparkSession

    made = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1").getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()


def run_script(script, files, monkeypatch):
    """The script as it stands, in this process; what it would show is left out."""
    inputs = [part for table, path in files.items() for part in ("--input", f"{table}={path}")]
    monkeypatch.setattr(sys, "argv", ["recipe.py", *inputs])
    names = {}
    exec(compile(re.sub(r"result\.show\(.*\)", "pass", script), "recipe.py", "exec"), names)
    return names["result"]


def close(a, b):
    if isinstance(a, (float, decimal.Decimal)) and isinstance(b, (float, int, decimal.Decimal)):
        return math.isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-9)
    return a == b


@pytest.mark.parametrize("name", sorted(CASES))
def test_script_equals_sql(odd, files, monkeypatch, name):  # noqa: F811
    recipe = recipe_of(CASES[name][0])
    columns, want = odd.ask(recipe)
    result = run_script(odd.compile(recipe)["pyspark"], files, monkeypatch)
    assert result.columns == columns
    got = [[plain(v) if isinstance(v, (datetime.date, datetime.datetime)) else v for v in row] for row in result.collect()]
    assert len(got) == len(want)
    got, want = sorted(got, key=sort_key), sorted(want, key=sort_key)
    wrong = [(g, w) for g, w in zip(got, want) if not all(map(close, g, w))]
    assert not wrong, f"{len(wrong)} of {len(got)} rows differ (Spark, here): {wrong[:2]}"
