"""A package's SQL on an engine alone, DuckDB here or Spark, without the platform: what its statements mean is tested apart from what
the platform does with them. Raw tables get the columns of their contracts, and provenance as the platform writes it."""

import datetime
import pathlib
import re
import tempfile

import duckdb
import pyarrow
import yaml

PROVENANCE = {
    "_source": pyarrow.string(), "_partition": pyarrow.int32(), "_offset": pyarrow.int64(), "_import": pyarrow.int64(), "_row": pyarrow.int64(),
    "_received_at": pyarrow.timestamp("us"),
}
TYPES = {
    "text": pyarrow.string(), "json": pyarrow.string(), "bigint": pyarrow.int64(), "integer": pyarrow.int32(), "double": pyarrow.float64(),
    "boolean": pyarrow.bool_(), "date": pyarrow.date32(), "timestamp": pyarrow.timestamp("us"),
}
# Spark's names for what DuckDB calls otherwise: src/engine/duckdb_macros.cc.
MACROS = [
    "get_json_object(json_text, json_path) AS json_extract_string(json_text, json_path)",
    "explode(elements) AS unnest(elements)",
    "sequence(low, high) AS generate_series(CAST(low AS BIGINT), CAST(high AS BIGINT))",
    "from_utc_timestamp(instant, zone) AS timezone(zone, timezone('UTC', CAST(instant AS TIMESTAMP)))",
    "unix_date(day) AS date_diff('day', DATE '1970-01-01', day)",
    "unix_micros(instant) AS epoch_us(instant)",
]
# What DuckDB runs and Spark does not, or runs with another meaning.
ONLY_ONE_ENGINE = [
    r"\bQUALIFY\b", r"\bEXCLUDE\b", r"\bDISTINCT\s+ON\b", r"\bGROUP\s+BY\s+ALL\b", r"\bORDER\s+BY\s+ALL\b", r"\bUSING\s+SAMPLE\b",
    r"\b(arg_max|arg_min|mode|quantile\w*|list\w*|string_agg|struct_pack|unnest|generate_series|range)\s*\(",
    r"\b(strftime|strptime|epoch\w*|date_diff|datediff|date_part|dayofweek|isodow|weekday|time_bucket)\s*\(",
    r"\bEXTRACT\s*\(\s*(DOW|ISODOW|DAYOFWEEK|EPOCH)\b", r"\bVARCHAR\b(?!\s*\()", r"::", r"//", r'"', r"\*\*", r"\bNOW\s*\(", r"\bCURRENT_(?!ROW|DATE\b)\w+",
    r"\bDATE\s*[+-]\s*INTERVAL\b",
]


def code_of(sql):
    """Without comments and without what stands in quotes."""
    return re.sub(r"'[^']*'", "''", re.sub(r"/\*.*?\*/|--[^\n]*", " ", sql, flags=re.DOTALL))


def not_portable(sql):
    return [m.group(0) for pattern in ONLY_ONE_ENGINE if (m := re.search(pattern, code_of(sql), re.IGNORECASE))]


def type_of(field):
    decimal = re.fullmatch(r"decimal\((\d+),(\d+)\)", field["type"])
    return pyarrow.decimal128(int(decimal.group(1)), int(decimal.group(2))) if decimal else TYPES[field["type"]]


LEARNT = {"segments", "forecast"}


def statements_of(path):
    """The tables of a file of kind interaction_features: their SQL as the program prints it."""
    from conftest import run

    with tempfile.TemporaryDirectory() as folder:
        workspace = pathlib.Path(folder) / "workspace"
        run("init", workspace)
        script = run("recipe", "sql", path, workspace=workspace).stdout
    return dict(re.findall(r"/\* (\w+) \*/\n(.*?);\n", script, re.DOTALL))


class PackageSql:
    """The files of a package: what its raw tables are, what its statements are, in which order."""

    def __init__(self, folder):
        self.name = folder.name
        self.sources = {}
        for path in sorted((folder / "sources").glob("*.yml")):
            source = yaml.safe_load(path.read_text())
            self.sources[source["source"]] = source
        self.assets = {path.stem: path.read_text() for path in sorted((folder / "assets").rglob("*.sql"))}
        for path in sorted((folder / "assets").rglob("*.yml")):
            # Statements of other kinds are written by each run, with what it has learnt.
            if yaml.safe_load(path.read_text()).get("kind") not in LEARNT:
                self.assets |= statements_of(path)
        self.queries = {path.stem: path.read_text() for path in sorted((folder / "queries").glob("*.sql"))}
        self.headers = {}
        for name, sql in self.assets.items():
            header = re.match(r"/\*(\s*asset:.*?)\*/", sql, re.DOTALL)
            self.headers[name] = yaml.safe_load(header.group(1))["asset"] if header else {}

    def schema(self, source):
        fields = [(name, type_of(field)) for name, field in self.sources[source]["fields"].items()]
        return pyarrow.schema(fields + list(PROVENANCE.items()))

    def materialize(self, name):
        return self.headers[name].get("materialize", "table")

    def reads(self, sql):
        named = set(re.findall(rf"\b(?:FROM|JOIN)\s+(?:{self.name}\.)?(\w+)\b(?!\.)", code_of(sql)))
        return named & set(self.assets)

    def in_order(self):
        made = []
        while len(made) < len(self.assets):
            ready = [name for name in sorted(self.assets) if name not in made and self.reads(self.assets[name]) <= {*made, name}]
            assert ready, f"a circle: {set(self.assets) - set(made)}"
            made += ready
        return made

    def statement(self, name):
        return re.sub(r"/\*.*?\*/", " ", self.assets[name], flags=re.DOTALL)


def latest(rows, key):
    """Of rows with equal keys the one received last, as the platform shows a table whose source has a key."""
    def rank(row):
        imported = row.get("_import") is not None
        return (row["_received_at"], imported, row.get("_import") or 0, row.get("_row") or 0, row.get("_partition") or 0, row.get("_offset") or 0)

    if not key:
        return rows
    found = {}
    for row in rows:
        named = tuple(row[column] for column in ([key] if isinstance(key, str) else key))
        if named not in found or rank(row) > rank(found[named]):
            found[named] = row
    return list(found.values())


class OnDuckdb:
    def __init__(self, package):
        self.package = package
        self.engine = duckdb.connect(config={"threads": 2})
        self.engine.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw; CREATE SCHEMA run;")
        self.engine.execute(f"CREATE SCHEMA {package.name}; SET search_path = '{package.name},main'")
        for macro in MACROS:
            self.engine.execute(f"CREATE MACRO main.{macro}")

    def make(self, raw, params=None):
        """raw: rows by source, as dicts with provenance. Makes every asset but exports and what is made on request; what they give is asked by `rows`."""
        for source in self.package.sources:
            table = pyarrow.Table.from_pylist(latest(raw.get(source, []), self.package.sources[source].get("key")), self.package.schema(source))
            self.engine.register("incoming", table)
            self.engine.execute(f"CREATE OR REPLACE TABLE raw.{source} AS SELECT * FROM incoming")
            self.engine.unregister("incoming")
        names = pyarrow.Table.from_pylist(
            [{"name": n, "value": v} for n, v in (params or {}).items()], pyarrow.schema([("name", pyarrow.string()), ("value", pyarrow.string())])
        )
        self.engine.register("incoming", names)
        self.engine.execute("CREATE OR REPLACE TABLE run.params AS SELECT * FROM incoming")
        self.engine.unregister("incoming")
        for name in self.package.in_order():
            how = self.package.materialize(name)
            if how != "export" and not self.package.headers[name].get("on_request"):
                self.make_asset(name, how)
        return self

    def make_asset(self, name, how):
        table, statement = f"{self.package.name}.{name}", self.package.statement(name)
        if how == "insert_overwrite" and self.exists(name):
            by = ", ".join(self.package.headers[name]["partition_by"])
            self.engine.execute(f"CREATE OR REPLACE TEMP TABLE made AS {statement}")
            self.engine.execute(f"DELETE FROM {table} WHERE ({by}) IN (SELECT {by} FROM made); INSERT INTO {table} BY NAME SELECT * FROM made")
        else:
            self.engine.execute(f"CREATE OR REPLACE {'VIEW' if how == 'view' else 'TABLE'} {table} AS {statement}")

    def exists(self, name):
        return self.engine.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?", [self.package.name, name]).fetchone()[0]

    def rows(self, sql):
        found = self.engine.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row)) for row in found.fetchall()]


def moment(text):
    return datetime.datetime.fromisoformat(text)
