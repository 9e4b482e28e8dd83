"""The class of the wrong number: what a profile, a crawl and SQL say of the real shop's lines is what pandas and exact decimals say."""

import decimal
import json

import pandas as pd
import pytest

from conftest import DATA, query_csv, run

FILE = DATA / "online_retail/data.iso8859-1.csv.gz"
COLUMNS = ["invoice_no", "stock_code", "description", "quantity", "invoice_date", "unit_price", "customer_id", "country"]
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"needs the real data, {FILE}")


@pytest.fixture(scope="module")
def lines():
    """The file as pandas reads it: text, and from that the types of the contract."""
    text = pd.read_csv(FILE, encoding="iso-8859-1", dtype=str, keep_default_na=False)
    text.columns = COLUMNS
    table = text.replace("", pd.NA)
    table["quantity"] = text["quantity"].astype(int)
    table["exact_price"] = text["unit_price"].map(decimal.Decimal)
    table["unit_price"] = text["unit_price"].astype(float)
    table["invoice_date"] = pd.to_datetime(text["invoice_date"], format="%m/%d/%Y %H:%M")
    return table


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    workspace = tmp_path_factory.mktemp("numbers") / "shop"
    run("init", workspace, "--package", "online_retail")
    run("import", FILE, "--source", "online_retail", workspace=workspace)
    return workspace


@pytest.fixture(scope="module")
def profile(shop):
    told = json.loads(run("profile", "raw.online_retail", "--json", workspace=shop).stdout)
    return told | {"by_name": {column["name"]: column for column in told["columns"]}}


def test_counts_of_a_profile_are_those_of_pandas(profile, lines):
    """Rows, nulls, distinct values, most frequent values and lengths of every column."""
    assert profile["row_count"] == len(lines) and profile["quantiles_exact"]
    for name in COLUMNS:
        told, column = profile["by_name"][name], lines[name]
        assert told["nulls"] == column.isna().sum(), name
        assert told["distinct"] == column.nunique() and told["distinct_exact"], name
        counts = column.value_counts()
        assert [top["rows"] for top in told["top"]] == list(counts.head(len(told["top"]))), name
        if told["type"] != "STRING":
            continue
        for top in told["top"]:
            assert counts[top["value"]] == top["rows"], (name, top)
        present = column.dropna()
        assert (told["min"], told["max"]) == (present.min(), present.max()), name
        lengths = present.str.len()
        assert (told["length_min"], told["length_max"]) == (lengths.min(), lengths.max()), name
        assert told["length_mean"] == pytest.approx(lengths.mean()), name


@pytest.mark.parametrize("name", ["quantity", "unit_price"])
def test_distributions_of_a_profile_are_those_of_pandas(profile, lines, name):
    """Mean, deviation, quantiles, histogram and the correlation of the two numbers."""
    told, column = profile["by_name"][name], lines[name]
    assert told["mean"] == pytest.approx(column.mean(), rel=1e-9)
    assert told["deviation"] == pytest.approx(column.std(), rel=1e-9)
    for share, value in told["quantiles"].items():
        assert float(value) == pytest.approx(column.quantile(float(share)), rel=1e-12), share
    bars = told["histogram"]
    assert (bars[0]["from"], bars[-1]["to"]) == (column.min(), column.max())
    assert sum(bar["rows"] for bar in bars) == len(column)
    for bar in bars:
        last = bar is bars[-1]
        inside = (column >= bar["from"]) & ((column <= bar["to"]) if last else (column < bar["to"]))
        assert bar["rows"] == inside.sum(), bar
    [pair] = [one for one in profile["correlations"] if {one["a"], one["b"]} == {"quantity", "unit_price"}]
    assert pair["pearson"] == pytest.approx(lines["quantity"].corr(lines["unit_price"]), rel=1e-9)


def test_sums_of_money_are_exact(shop, lines):
    """Types, and each country's turnover to the last digit, beside sums of Python's decimals."""
    amounts = lines["exact_price"] * lines["quantity"]
    expected = {country: total for country, total in amounts.groupby(lines["country"]).sum().items()}
    told = query_csv(
        shop,
        "SELECT country, sum(quantity * CAST(unit_price AS DECIMAL(22,4))), count(*), typeof(unit_price) FROM raw.online_retail GROUP BY ALL",
    )
    assert {country: decimal.Decimal(total) for country, total, _, _ in told} == expected
    assert {country: int(count) for country, _, count, _ in told} == lines["country"].value_counts().to_dict()
    assert {kind for *_, kind in told} == {"DECIMAL(12,4)"}


def test_a_crawl_tells_the_same_of_the_file_itself(tmp_path, lines):
    """Types, rows, nulls, least and greatest values of the packed file, read in place; distinct values within some percent."""
    workspace, folder = tmp_path / "plain", tmp_path / "lines"
    run("init", workspace)
    folder.mkdir()
    (folder / FILE.name).write_bytes(FILE.read_bytes())
    run("crawl", folder, workspace=workspace)
    told = json.loads(run("describe", "raw.lines", "--json", workspace=workspace).stdout)
    columns = {column["name"]: column for column in told["columns"]}
    expected = ["STRING", "STRING", "STRING", "BIGINT", "TIMESTAMP", "DECIMAL(18,3)", "BIGINT", "STRING"]
    assert [columns[name]["type"] for name in COLUMNS] == expected
    for name in COLUMNS:
        assert columns[name]["null_count"] == lines[name].isna().sum(), name
        assert columns[name]["distinct_approx"] == pytest.approx(lines[name].nunique(), rel=0.05), name
    assert query_csv(workspace, "SELECT count(*), sum(quantity), sum(quantity * unit_price) FROM raw.lines") == [
        [str(len(lines)), str(lines["quantity"].sum()), str((lines["exact_price"] * lines["quantity"]).sum())]
    ]
