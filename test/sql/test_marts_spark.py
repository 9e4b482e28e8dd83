"""The package's SQL gives on Spark what it gives here. Needs pyspark 4 and Java, which set-up does not install: skipped without them."""

import datetime
import decimal
import math
import pathlib
import re
import sys

import pyarrow
import pyarrow.parquet
import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'pyspark>=4,<5' (and a Java) to compare with Spark")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from test_marts_and_queries import ASSETS as ALL_ASSETS, ON_REQUEST, QUERIES, VIEWS, binary, extreme, generated  # noqa: E402, F401
from tables import in_one_order  # noqa: E402

ASSETS = {name: sql for name, sql in ALL_ASSETS.items() if name not in ON_REQUEST}

RAW = pyarrow.schema([
    ("invoice_no", pyarrow.string()), ("stock_code", pyarrow.string()), ("description", pyarrow.string()), ("quantity", pyarrow.int32()),
    ("invoice_date", pyarrow.timestamp("us", "UTC")), ("unit_price", pyarrow.decimal128(12, 4)), ("customer_id", pyarrow.string()),
    ("country", pyarrow.string()),
])


def dependencies(sql):
    return set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\b(?!\.)", sql)) & set(ASSETS)


def in_order():
    """Every asset after those that it reads."""
    made = []
    while len(made) < len(ASSETS):
        made += [name for name in sorted(ASSETS) if name not in made and dependencies(ASSETS[name]) <= set(made)]
    return made


def write_raw(lines, path):
    columns = [
        lines["invoice"], lines["stock"], lines["description"].replace("", None), lines["quantity"],
        lines["at"].map(lambda text: datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)),
        lines["price"].map(lambda text: decimal.Decimal(text).quantize(decimal.Decimal("0.0001"))), lines["customer"].replace("", None), lines["country"],
    ]
    arrays = [pyarrow.array(list(column), type=field.type) for column, field in zip(columns, RAW)]
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=RAW), path)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    made = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        made = made.config(name, value)
    made = made.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    for schema in ["raw", "online_retail"]:
        made.sql(f"CREATE DATABASE {schema}")
    made.sql("USE online_retail")
    yield made
    made.stop()


@pytest.fixture(scope="module", params=["generated", "extreme"])
def shop(request, session, tmp_path_factory):
    """The platform's workspace, and in Spark's catalog every table as Spark makes it from the same lines."""
    imported = request.getfixturevalue(request.param)
    path = tmp_path_factory.mktemp("lines") / "raw.parquet"
    write_raw(imported.lines, path)
    session.read.parquet(str(path)).write.mode("overwrite").saveAsTable("raw.online_retail")
    for name in in_order():
        made = session.sql(re.sub(r"/\*.*?\*/", " ", ASSETS[name], flags=re.DOTALL))
        made.createOrReplaceTempView(name) if name in VIEWS else made.write.mode("overwrite").saveAsTable(f"online_retail.{name}")
    return imported


def rows_of(frame):
    """As the platform's JSON says it: times as ISO texts."""
    from pyspark.sql import functions as f

    times = {name for name, type in frame.dtypes if type in ("timestamp", "timestamp_ntz", "date")}
    frame = frame.select(*[f.col(name).cast("string").alias(name) if name in times else f.col(name) for name in frame.columns])
    return [[v.replace(" ", "T") if name in times and v else v for name, v in row.asDict().items()] for row in frame.collect()]


def same(a, b):
    return math.isclose(a, b, rel_tol=1e-15) if isinstance(a, float) and isinstance(b, float) else a == b


def assert_same(found, expected):
    assert len(found) == len(expected) > 0
    wrong = [(g, w) for g, w in zip(found, expected) if not all(map(same, g, w))]
    assert not wrong, f"{len(wrong)} of {len(found)} rows differ (Spark, here): {wrong[:2]}"


@pytest.mark.parametrize("name", sorted(set(ASSETS) - VIEWS))
def test_table_equals_that_of_spark(shop, session, name):
    columns, rows = shop.ask(f"SELECT * FROM online_retail.{name}")
    frame = session.sql(f"SELECT * FROM online_retail.{name}")
    types = {n: {"int": "INTEGER"}.get(type, type.upper()) for n, type in frame.dtypes}
    assert types == {n: type for n, type in columns}
    assert_same(in_one_order(rows_of(frame)), in_one_order(rows))


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_saved_query_equals_that_of_spark(shop, session, name):
    columns, rows = shop.ask(QUERIES[name])
    frame = session.sql(re.sub(r"/\*.*?\*/", " ", QUERIES[name], flags=re.DOTALL))
    assert frame.columns == [n for n, _ in columns]
    assert_same(rows_of(frame), rows)
