"""A8: every table and every saved query of online_retail, against pandas on the same file, and their SQL against what Spark also runs."""

import decimal
import json
import pathlib
import re
import sys

import pytest
import yaml

# The journeys' fixtures serve here as they are. A second conftest.py would take their module's name.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "journeys"))
import extremes  # noqa: E402
from conftest import ROOT, Server, binary, golden, online_retail, real_csv, run  # noqa: E402, F401
from reference import ANSWERS, TABLES, clean_of, read_lines  # noqa: E402
from tables import ask, assert_same_rows, in_one_order  # noqa: E402

PACKAGE = ROOT / "packages/online_retail"
QUERIES = {path.stem: path.read_text() for path in sorted((PACKAGE / "queries").glob("*.sql"))}
ASSETS = {path.stem: path.read_text() for path in sorted((PACKAGE / "assets").rglob("*.sql"))}
VIEWS = {"lines", "clean_batch", "interactions", "cutoffs"}
# Made when they are asked for, and tested in test_online_retail_features.py and test_invoice_starts.py.
ON_REQUEST = {"buy_again_features", "invoice_starts"}
STATEMENTS = [*(("queries/" + name, sql) for name, sql in QUERIES.items()), *(("assets/" + name, sql) for name, sql in ASSETS.items())]


class Imported:
    """A workspace with one imported file, served, and the same file as pandas reads it. The import brings clean and the marts along. A command
    that finds a server asks it, and starts no engine of its own: there are many of them here."""

    def __init__(self, folder, path, encoding):
        self.workspace = folder / "workspace"
        run("init", self.workspace, "--package", "online_retail")
        run("import", path, "--source", "online_retail", workspace=self.workspace)
        self.server = Server(self.workspace).start()
        self.lines = read_lines(path, encoding)
        self.clean = clean_of(self.lines)
        self.answers = {}

    def ask(self, sql):
        if sql not in self.answers:
            self.answers[sql] = ask(self.workspace, sql)
        return self.answers[sql]


@pytest.fixture(scope="session")
def real(real_csv, tmp_path_factory):  # noqa: F811
    made = Imported(tmp_path_factory.mktemp("real_sql"), real_csv, "latin-1")
    yield made
    made.server.stop()


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated_sql")
    out = run("generate", "online_retail", "--out", folder / "made", "--scale", "0.05", "--json").stdout
    made = Imported(folder, json.loads(out)["files"][0]["path"], "utf-8")
    yield made
    made.server.stop()


@pytest.fixture(scope="session")
def extreme(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extreme_sql")
    made = Imported(folder, extremes.write_csv(folder / "extreme.csv"), "utf-8")
    yield made
    made.server.stop()


@pytest.fixture(scope="session", params=["real", "generated", "extreme"])
def imported(request):
    """Where the real data is not at hand its tests are skipped and say so; the other files are always there."""
    return request.getfixturevalue(request.param)


def test_every_table_and_every_saved_query_has_a_reference():
    assert set(QUERIES) == set(ANSWERS)
    assert set(ASSETS) - VIEWS - ON_REQUEST == set(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_table_equals_pandas(imported, name):
    """Every row and every column, every figure exactly: sums as decimals, averages to the last bit."""
    _, rows = imported.ask(f"SELECT * FROM online_retail.{name}")
    assert_same_rows(in_one_order(rows), in_one_order(TABLES[name](imported.lines, imported.clean)), name)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_saved_query_equals_pandas(imported, name):
    """Every row, in its order, every figure exactly."""
    _, rows = imported.ask(QUERIES[name])
    assert_same_rows(rows, ANSWERS[name](imported.lines, imported.clean), name)


def test_money_is_decimal_and_wide_enough(imported):
    """Amounts of any accepted quantities and prices can be summed, over more rows than there are."""
    money = {"amount", "sales", "gross_sales", "cancelled_sales", "total_spent", "total"}
    types = {(name, c): type for name in {*TABLES, "lines"} for c, type in imported.ask(f"SELECT * FROM online_retail.{name} LIMIT 1")[0] if c in money}
    assert types.pop(("lines", "amount")) == "DECIMAL(32,4)"
    assert len(types) == 23 and set(types.values()) == {"DECIMAL(38,4)"}, types


def test_clean_totals_of_golden(real, golden):  # noqa: F811
    columns, rows = real.ask(QUERIES["daily_sales"])
    names = [name for name, _ in columns]
    total = {name: sum(row[names.index(name)] for row in rows) for name in ["lines", "quantity", "sales"]}
    assert total["lines"] == golden["clean_rows"]
    assert total["quantity"] == golden["clean_sum_quantity"]
    assert total["sales"] == decimal.Decimal(golden["clean_sum_amount"])
    assert len(real.ask(QUERIES["customer_insights"])[1]) == golden["clean_distinct_customers"]
    columns, rows = real.ask(QUERIES["yearly_sales"])
    assert sum(row[[name for name, _ in columns].index("invoices")] for row in rows) == golden["clean_distinct_invoices"]


def test_everything_checks_out(imported):
    assert run("check", "online_retail", workspace=imported.workspace).returncode == 0
    assert run("validate", workspace=imported.workspace).returncode == 0


# What DuckDB runs and Spark does not, or runs with another meaning.
ONLY_ONE_ENGINE = [
    r"\bQUALIFY\b", r"\bEXCLUDE\b", r"\bDISTINCT\s+ON\b", r"\bGROUP\s+BY\s+ALL\b", r"\bORDER\s+BY\s+ALL\b", r"\bUSING\s+SAMPLE\b",
    r"\b(arg_max|arg_min|max_by|min_by|mode|quantile\w*|list\w*|string_agg|struct_pack)\s*\(",
    r"\b(strftime|strptime|epoch\w*|date_diff|datediff|date_part|dayofweek|isodow|weekday|time_bucket)\s*\(",
    r"\bEXTRACT\s*\(\s*(DOW|ISODOW|DAYOFWEEK|EPOCH)\b",  # a week begins on another day there
    r"\bVARCHAR\b(?!\s*\()", r"::", r"//", r'"', r"\*\*", r"\bNOW\s*\(", r"\bCURRENT_\w+",
]


def code_of(sql):
    """Without comments and without what stands in quotes."""
    return re.sub(r"'[^']*'", "''", re.sub(r"/\*.*?\*/|--[^\n]*", " ", sql, flags=re.DOTALL))


def not_portable(sql):
    return [m.group(0) for pattern in ONLY_ONE_ENGINE if (m := re.search(pattern, code_of(sql), re.IGNORECASE))]


def nullable_columns():
    fields = yaml.safe_load((PACKAGE / "sources/online_retail.yml").read_text())["fields"]
    return {name for name, field in fields.items() if not field.get("required")}


def sort_keys(code):
    """What stands in each ORDER BY, up to its closing bracket, LIMIT or the end."""
    for begin in re.finditer(r"\bORDER\s+BY\b", code, re.IGNORECASE):
        depth, key = 0, ""
        for part in re.findall(r"\bLIMIT\b|.", code[begin.end() :], re.IGNORECASE | re.DOTALL):
            depth += {"(": 1, ")": -1}.get(part, 0)
            if depth < 0 or part.upper() == "LIMIT":
                break
            if part == "," and depth == 0:
                yield key.strip()
                key = ""
            else:
                key += part
        yield key.strip()


def sorts_nulls_by_chance(sql):
    """Sort keys that can be null and do not say where nulls go: the engines differ. In clean and in the marts they are not null."""
    code = code_of(sql)
    unsure = nullable_columns() if re.search(r"\braw\.", code) else set()
    return [k for k in sort_keys(code) if unsure & set(re.findall(r"\w+", k)) and not re.search(r"\bNULLS\s+(FIRST|LAST)\b", k, re.IGNORECASE)]


@pytest.mark.parametrize("name, sql", STATEMENTS)
def test_statement_runs_on_spark_too(name, sql):
    assert not not_portable(sql)
    assert not sorts_nulls_by_chance(sql)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_nothing_sorted_by_is_null(imported, name):
    """The same for computed columns, which the text does not tell: no null where the order depends on it."""
    columns, rows = imported.ask(QUERIES[name])
    columns = [column for column, _ in columns]
    *_, last = re.split(r"\bORDER\s+BY\b", code_of(QUERIES[name]), flags=re.IGNORECASE)
    for key in sort_keys("ORDER BY " + last):
        column = re.match(r"(?:\w+\.)?(\w+)", key).group(1)
        if column in columns and not re.search(r"\bNULLS\s+(FIRST|LAST)\b", key, re.IGNORECASE):
            assert all(row[columns.index(column)] is not None for row in rows), key


@pytest.mark.parametrize("sql, found", [
    ("SELECT * EXCLUDE (a) FROM t", "EXCLUDE"),
    ("SELECT a FROM t qualify row_number() OVER (ORDER BY a) = 1", "qualify"),
    ("SELECT CAST(a AS VARCHAR) FROM t", "VARCHAR"),
    ("SELECT a::VARCHAR FROM t", "VARCHAR"),
    ("SELECT arg_max (a, b) FROM t", "arg_max ("),
    ("SELECT DISTINCT\n ON (a) a FROM t", "DISTINCT\n ON"),
    ("SELECT strftime(a, '%Y') FROM t", "strftime("),
    ("SELECT epoch_ms(a) FROM t", "epoch_ms("),
    ("SELECT date_diff('day', a, b) FROM t", "date_diff("),
    ('SELECT "a" FROM t', '"'),
])
def test_the_portability_check_sees(sql, found):
    assert found in not_portable(sql)


def test_the_portability_check_reads_code_alone():
    assert not not_portable("/* QUALIFY, 1::INT */ SELECT CAST(a AS VARCHAR(10)), 'EXCLUDE' -- epoch(a)\nFROM t")
    assert sorts_nulls_by_chance("SELECT a FROM raw.t ORDER BY a, customer_id DESC LIMIT 3") == ["customer_id DESC"]
    assert sorts_nulls_by_chance("SELECT row_number() OVER (ORDER BY f(description, 1)) FROM raw.t") == ["f(description, 1)"]
    assert not sorts_nulls_by_chance("SELECT a FROM raw.t ORDER BY customer_id DESC NULLS LAST, a LIMIT 3")
