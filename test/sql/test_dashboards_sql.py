"""The SQL of the packages' dashboards is SQL that DuckDB and Spark both run, as that of their assets and queries is."""

import pytest
import yaml

from conftest import ROOT
from package_sql import not_portable


def statements():
    for path in sorted((ROOT / "packages").glob("*/dashboards/*.yml")):
        dashboard = yaml.safe_load(path.read_text())
        where = f"{path.parents[1].name}/{path.stem}"
        for name, one in dashboard["filters"].items():
            yield f"{where}/filters/{name}", one["sql"]
        for page in dashboard["pages"]:
            for tile in page["tiles"]:
                yield f"{where}/{page['name']}/{tile['name']}", tile["sql"]
                if "sparkline" in tile:
                    yield f"{where}/{page['name']}/{tile['name']}/sparkline", tile["sparkline"]["sql"]


@pytest.mark.parametrize("name, sql", list(statements()))
def test_statement_runs_on_spark_too(name, sql):
    assert not not_portable(sql)
