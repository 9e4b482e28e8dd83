"""Exports as workbooks: what a spreadsheet's reader finds in them, by file and by mail; what no sheet can hold."""

import datetime
import io
import os
import time

import openpyxl
import pytest
from aiosmtpd.controller import Controller

from conftest import Server, free_port, run
from test_notices import Mailbox, mail_settings
from test_store_week import METRICS, chain, first_dump  # noqa: F401

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def shop(tmp_path):
    workspace = tmp_path / "shop"
    run("init", workspace)
    folder = workspace / "packages/shop/assets"
    folder.mkdir(parents=True)
    (folder.parent / "package.yml").write_text("name: shop\ndescription: Exports of a test.\n")
    return workspace


def export(workspace, sql, more=""):
    asset = workspace / "packages/shop/assets/report.sql"
    asset.write_text(f"/* asset:\n  materialize: export\n  export: {{format: xlsx{more}}}\n*/\n{sql}\n")
    return run("run", "shop", "--force", workspace=workspace, check=False)


def cells(source):
    sheet = openpyxl.load_workbook(source, read_only=True).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_what_a_reader_finds(shop):
    """Ids are text with their zeros, decimals the nearest double, dates are dates, null is an empty cell, the rest is text; the same rows are the same bytes."""
    done = export(shop, """
        SELECT * FROM (VALUES
          ('C536379', '00123', 1234567.8900::DECIMAL(18,4), 3::BIGINT, DATE '2025-07-01', TIMESTAMP '2025-07-01 13:30:15.250', true, 0.1::DOUBLE, [1, 2], 'Bär & <b> 😀'),
          ('85123A', '007', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '=1+1')
        ) AS v(invoice_no, id, amount, pieces, day, moment, ok, rate, list, note)""")
    assert done.returncode == 0, done.stdout + done.stderr
    path = shop / "exports/shop/report.xlsx"
    header, first, second = cells(path)
    assert header == ["invoice_no", "id", "amount", "pieces", "day", "moment", "ok", "rate", "list", "note"]
    assert first == ["C536379", "00123", 1234567.89, 3, datetime.datetime(2025, 7, 1), datetime.datetime(2025, 7, 1, 13, 30, 15, 250000), True, 0.1, "[1,2]", "Bär & <b> 😀"]
    assert second == ["85123A", "007", None, None, None, None, None, None, None, "=1+1"]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["report"] and book.active["B2"].data_type == "s" and book.active["J3"].data_type == "s" and book.active["E2"].is_date
    before = path.read_bytes()
    time.sleep(1.1)  # a clock in the file would show
    run("run", "shop", "--force", workspace=shop)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["report.xlsx"]


REFUSED = {
    "too many rows": ("SELECT range AS n FROM range(1048576)", ["1,048,576", "csv"]),
    "a text that is too long": ("SELECT string_agg('12345678', '') AS note FROM range(4096)", ["column note", "32,767"]),
    "not a number": ("SELECT 'nan'::DOUBLE AS rate", ["column rate", "NaN"]),
    "a date before sheets begin": ("SELECT DATE '1899-12-31' AS born", ["column born", "1900-03-01"]),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_no_sheet_can_hold(shop, what):
    """The run says which column, and what to do; the file of the run before stays, and nothing is beside it."""
    assert export(shop, "SELECT 1 AS n").returncode == 0
    before = (shop / "exports/shop/report.xlsx").read_bytes()
    sql, words = REFUSED[what]
    done = export(shop, sql)
    assert done.returncode == 1 and all(word in done.stdout + done.stderr for word in words), done.stdout + done.stderr
    assert (shop / "exports/shop/report.xlsx").read_bytes() == before
    assert os.listdir(shop / "exports/shop") == ["report.xlsx"]


def test_a_workbook_is_not_packed_again(shop):
    export(shop, "SELECT 1 AS n", ", compression: gzip")
    told = run("validate", workspace=shop, check=False)
    assert told.returncode == 1 and "report.sql:3" in told.stdout and "packed" in told.stdout, told.stdout


def test_the_weekly_metrics_by_mail(chain, tmp_path):  # noqa: F811
    """A night's metrics reach a mail server as a workbook, with the numbers of the reference in it; the file of an earlier format is not taken for it."""
    asset = chain / "packages/store_week/assets/mart/weekly_metrics_csv.sql"
    asset.write_text(asset.read_text().replace("format: csv", "format: xlsx"))
    (chain / "exports/store_week").mkdir(parents=True)
    (chain / "exports/store_week/weekly_metrics.csv").write_text("of long ago\n")
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    (chain / "tradewind.yml").write_text(mail_settings(f"127.0.0.1:{controller.port}", tls="none"))
    server = Server(chain).start()
    try:
        for path in first_dump().write(chain / "landing/store_week").values():
            os.utime(path, (time.time() - 60, time.time() - 60))
        run("schedules", "start", "store_week:todays_files", "--date", first_dump().date, workspace=chain)
        server.wait_until(lambda: mailbox.mails, seconds=60)
    finally:
        server.stop()
        controller.stop()
    _, mail, _, _ = mailbox.mails[0]
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "weekly_metrics.xlsx" and attached.get_content_type() == XLSX
    assert attached.get_content() == (chain / "exports/store_week/weekly_metrics.xlsx").read_bytes()
    header, *rows = cells(io.BytesIO(attached.get_content()))
    assert header == METRICS[:-1]
    expected = first_dump().expected()
    assert len(rows) == len(expected) > 0
    for row, want in zip(rows, expected):
        for name, value in zip(header, row):
            right = want[name]
            if isinstance(right, datetime.date):
                right = datetime.datetime.combine(right, datetime.time())
            assert value == right or abs(value - float(right)) <= 1e-9 * max(1, abs(float(right))), (name, value, right)
