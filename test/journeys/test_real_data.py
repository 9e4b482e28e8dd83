"""System A on the real data: every figure of golden.json, from CSV, XLSX, daily files and the stream."""

import collections
import decimal
import json
import tarfile

import pytest

from conftest import query_csv, run
from orders import Orders, assert_serving


def assert_golden_raw(workspace, golden):
    """All raw answers, by SQL over what arrived."""
    table = "raw.online_retail"
    [[rows, quantity, amount, first, last]] = query_csv(
        workspace, f"SELECT count(*), sum(quantity), sum(quantity * unit_price), min(invoice_date), max(invoice_date) FROM {table}"
    )
    assert int(rows) == golden["rows"]
    assert int(quantity) == golden["sum_quantity"]
    assert decimal.Decimal(amount) == decimal.Decimal(golden["sum_amount"])
    assert (first, last) == (golden["min_ts"], golden["max_ts"])

    columns = ["invoice_no", "stock_code", "description", "quantity", "invoice_date", "unit_price", "customer_id", "country"]
    [counts] = query_csv(workspace, "SELECT " + ", ".join(f"count(DISTINCT {c})" for c in columns) + f" FROM {table}")
    assert dict(zip(golden["distinct"], map(int, counts))) == golden["distinct"]
    [nulls] = query_csv(workspace, "SELECT " + ", ".join(f"count(*) - count({c})" for c in columns) + f" FROM {table}")
    assert dict(zip(golden["null_counts"], map(int, nulls))) == golden["null_counts"]

    top = query_csv(workspace, f"SELECT stock_code, sum(quantity) q FROM {table} GROUP BY 1 ORDER BY q DESC, stock_code LIMIT 10")
    assert [[code, int(q)] for code, q in top] == golden["raw_top10_products_by_quantity_by_stockcode"]
    months = query_csv(
        workspace,
        f"SELECT strftime(invoice_date, '%Y-%m'), count(*), count(DISTINCT invoice_no), sum(quantity), sum(quantity * unit_price) FROM {table} GROUP BY 1",
    )
    found = {m: {"lines": int(n), "invoices": int(i), "quantity": int(q), "amount": a[: a.index(".") + 4]} for m, n, i, q, a in months}
    assert found == golden["raw_monthly_sales"]
    [[pounds]] = query_csv(workspace, f"SELECT count(*) FROM {table} WHERE description LIKE '%£%'")
    assert int(pounds) == golden["quirks"]["non_ascii_description_lines"]


def assert_key_value_tables(server, orders):
    """Every invoice and every customer, and the invoice that golden.json knows by its path and as an argument."""
    invoice = server.get("/v1/invoices/536365").json(parse_float=str)
    assert len(invoice["items"]) == 7 and invoice["total"] == "139.12"
    assert server.get("/v1/invoices?invoice_no=536365").json(parse_float=str) == invoice
    assert_serving(server, orders)


@pytest.fixture(scope="session")
def orders(real_csv, golden):
    expected = Orders(real_csv, "latin-1")
    assert (expected.rows, len(expected.invoices)) == (golden["rows"], golden["distinct"]["InvoiceNo"])
    assert sum(total for _, total, _ in expected.invoices.values()) == decimal.Decimal(golden["sum_amount"])
    return expected


def test_latin1_csv_gives_every_golden_answer(workspace, make_server, online_retail, golden, orders):
    done = run("import", online_retail / "data.iso8859-1.csv.gz", "--source", "online_retail", "--json", workspace=workspace)
    [report] = json.loads(done.stdout)["imports"]
    assert (report["state"], report["row_count"], report["rejected_count"]) == ("succeeded", golden["rows"], 0)
    assert_golden_raw(workspace, golden)
    assert_key_value_tables(make_server(), orders)


def test_workbook_gives_every_golden_answer(workspace, online_retail, golden):
    run("import", online_retail / "Online Retail.xlsx", "--source", "online_retail", workspace=workspace)
    assert_golden_raw(workspace, golden)


def test_daily_files_give_the_same(workspace, online_retail, golden, tmp_path):
    """305 split files with other dates and customer ids like 17850.0 are the same records."""
    with tarfile.open(online_retail / "by-day.tar.gz") as archive:
        archive.extractall(tmp_path / "days")
    done = run("import", tmp_path / "days", "--source", "online_retail", "--json", workspace=workspace)
    states = collections.Counter(i["state"] for i in json.loads(done.stdout)["imports"])
    assert states == {"succeeded": 305}
    assert_golden_raw(workspace, golden)


def test_first_half_streamed_second_half_imported(workspace, make_server, real_csv, golden, orders, tmp_path):
    half = golden["rows"] // 2
    lines = real_csv.read_bytes().split(b"\r\n")
    second = tmp_path / "second.csv"
    second.write_bytes(b"\r\n".join([lines[0], *lines[1 + half :]]))
    server = make_server()
    run("send", real_csv, "--stream", "online_retail", "--url", server.url, "--count", str(half), "--batch", "1000")
    run("import", second, "--source", "online_retail", workspace=workspace)
    assert server.wait_for_rows(golden["rows"]) == golden["rows"]
    assert_key_value_tables(server, orders)
    server.stop()
    assert_golden_raw(workspace, golden)


@pytest.mark.parametrize("customer, invoices", [("17850", 35), ("12346", 2)])
def test_purchase_history(workspace, make_server, online_retail, customer, invoices):
    run("import", online_retail / "data.iso8859-1.csv.gz", "--source", "online_retail", workspace=workspace)
    server = make_server()
    seen, cursor = [], None
    while True:
        page = server.get(f"/v1/customers/{customer}/invoices", params={"limit": 10} | ({"cursor": cursor} if cursor else {})).json()
        seen += page["invoices"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == invoices
    keys = [(-int(i["invoice_date"].replace("-", "").replace(":", "").replace("T", "")), i["invoice_no"]) for i in seen]
    assert keys == sorted(keys)
    summary = server.get(f"/v1/customers/{customer}").json()
    assert summary["invoices"] == invoices
    assert server.get("/v1/customers/nobody").status_code == 404
