"""Tables of a workspace beside what pandas makes of the same lines."""

import decimal
import json

from conftest import run
from reference import TABLES, clean_of


def ask(workspace, sql):
    """Columns, as (name, type), and rows; decimals exactly, doubles as such."""
    out = run("query", sql, "--format", "json", "--limit", "1000000", workspace=workspace).stdout
    answer = json.loads(out, parse_float=decimal.Decimal)
    assert not answer["truncated"]
    doubles = [column["type"] == "DOUBLE" for column in answer["columns"]]
    rows = [[float(v) if double and v is not None else v for v, double in zip(row, doubles)] for row in answer["rows"]]
    return [(column["name"], column["type"]) for column in answer["columns"]], rows


def in_one_order(rows):
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row])


def assert_same_rows(rows, expected, what):
    assert len(rows) == len(expected) > 0, f"{what}: {len(rows)} rows, expected {len(expected)}"
    wrong = [(row, want) for row, want in zip(rows, expected) if row != want]
    assert not wrong, f"{what}: {len(wrong)} rows differ (answer, expected): {wrong[:3]}"


def assert_tables(workspace, lines):
    """Every table that the package makes, every row and every column, exactly."""
    clean = clean_of(lines)
    for name, answer in TABLES.items():
        rows = ask(workspace, f"SELECT * FROM online_retail.{name}")[1]
        assert_same_rows(in_one_order(rows), in_one_order(answer(lines, clean)), name)
