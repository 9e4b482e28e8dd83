"""The SQL of basket and store_week gives on Spark what it gives on DuckDB, types and rows. Needs pyspark 4 and Java, which set-up does not
install: skipped without them."""

import math
import pathlib
import random
import sys

import pyarrow
import pyarrow.parquet
import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'pyspark>=4,<5' (and a Java) to compare with Spark")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import test_basket_sql as test_basket  # noqa: E402
import test_store_week_sql as test_store_week  # noqa: E402
from package_sql import OnDuckdb, latest  # noqa: E402
from test_basket_sql import binary  # noqa: E402, F401


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.sql.session.timeZone": "UTC", "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.ansi.doubleQuotedIdentifiers": "true", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    made = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        made = made.config(name, value)
    made = made.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    for schema in ["raw", "run", "basket", "store_week"]:
        made.sql(f"CREATE DATABASE IF NOT EXISTS {schema}")
    yield made
    made.stop()


class OnSpark:
    """As OnDuckdb, every table by Spark's own hands."""

    def __init__(self, package, session, folder):
        self.package, self.session, self.folder = package, session, folder

    def save(self, name, rows, schema):
        path = str(self.folder / f"{name}.parquet")
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema), path)
        self.session.read.parquet(path).write.mode("overwrite").saveAsTable(name)

    def make(self, raw, params=None):
        for source in self.package.sources:
            self.save(f"raw.{source}", latest(raw.get(source, []), self.package.sources[source].get("key")), self.package.schema(source))
        named = [{"name": n, "value": v} for n, v in (params or {}).items()]
        self.save("run.params", named, pyarrow.schema([("name", pyarrow.string()), ("value", pyarrow.string())]))
        self.session.sql(f"USE {self.package.name}")
        for name in self.package.in_order():
            how = self.package.materialize(name)
            made = self.session.sql(self.package.statement(name))
            if how == "view":
                self.session.sql(f"CREATE OR REPLACE VIEW {self.package.name}.{name} AS {self.package.statement(name)}")
            elif how != "export":
                made.write.mode("overwrite").saveAsTable(f"{self.package.name}.{name}")
        return self

    def rows(self, sql):
        import re
        return [row.asDict() for row in self.session.sql(re.sub(r"/\*.*?\*/", " ", sql, flags=re.DOTALL)).collect()]


def in_one_order(rows):
    return sorted(rows, key=lambda row: [(v is not None, v if not isinstance(v, float) else round(v, 6)) for v in row.values()])


def same(a, b):
    return math.isclose(a, b, rel_tol=1e-14, abs_tol=1e-12) if isinstance(a, float) and isinstance(b, float) else a == b and type(a) is type(b)


def assert_same(found, expected, what, ordered=False):
    if not ordered:
        found, expected = in_one_order(found), in_one_order(expected)
    assert len(found) == len(expected), what
    wrong = [(g, w) for g, w in zip(found, expected) if list(g) != list(w) or not all(map(same, g.values(), w.values()))]
    assert not wrong, f"{what}: {len(wrong)} of {len(found)} rows differ (Spark, DuckDB): {wrong[:2]}"


def assert_package(package, raw, params, session, folder):
    spark, duck = OnSpark(package, session, folder).make(raw, params), OnDuckdb(package).make(raw, params)
    for name in package.in_order():
        if package.headers[name].get("on_request"):
            duck.make_asset(name, package.materialize(name))
        sql = package.statement(name) if package.materialize(name) == "export" else f"SELECT * FROM {package.name}.{name}"
        assert_same(spark.rows(sql), duck.rows(sql), name)
    for name, sql in package.queries.items():
        if "system." not in sql:
            assert_same(spark.rows(sql), duck.rows(sql), name, ordered=True)


def test_basket_is_the_same_on_spark(session, tmp_path):
    """Files and streamed orders in every mixture: derived columns, items, zones, features."""
    chance = random.Random(3)
    deliveries = test_basket.one_user()
    for number in range(100, 140):
        user, day = chance.randrange(1, 6), 1 + number % 28
        items = [chance.choice([product, {"product_id": str(product)}, {"product_id": product, "add_to_cart_order": 5}]) for product in range(chance.randrange(4))]
        deliveries.send(number - chance.randrange(3), user, f"2026-11-{day:02}T{chance.randrange(24):02}:30:00" if number % 9 else None, items)
        if number % 7 == 0:
            deliveries.file_lines((number, 1, 1, 0), (number - 3, 2, 2, 1))
    raw = deliveries.raw()
    raw["basket_products"] = [
        {"product_id": n, "product_name": f"Product {n}", "aisle_id": 1, "department_id": n % 2} | deliveries.provenance(n) for n in range(10)
    ]
    raw["basket_aisles"] = [{"aisle_id": 1, "aisle": "fruit"} | deliveries.provenance(1)]
    raw["basket_departments"] = [{"department_id": n, "department": f"d{n}"} | deliveries.provenance(n) for n in range(2)]
    assert_package(test_basket.PACKAGE, raw, {"timezone": "America/New_York"}, session, tmp_path)


def test_store_week_is_the_same_on_spark(session, tmp_path):
    chance = random.Random(5)
    dump = test_store_week.Dump(days=40)
    for row in dump.tables["calendar"]:
        day = row["cal_dt"].isoformat()
        for store in (1, 2):
            for product in (7, 8, 9):
                for _ in range(chance.choice([0, 1, 2])):
                    dump.sold(day, chance.choice([None, -2, 0, 1, 3, 7]), f"{chance.randrange(3000) / 100:.2f}", "1.23", store, product)
                if chance.random() < 0.8:
                    dump.stock(day, chance.choice([None, -3, 0, 1, 5, 40]), chance.choice([None, 0, 1]), chance.choice([None, 6]), store, product)
    dump.stock("2025-01-09", 1, product=99).stock("2025-01-09", 1, product=99).sold("2031-01-01", 1, "1")
    assert_package(test_store_week.PACKAGE, dump.raw(), {"date": "2025-07-01"}, session, tmp_path)
