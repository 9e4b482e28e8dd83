"""Explore in a real browser over the real binary: SQL with completion, rows as they come, charts, files, history; what is refused says why."""

import csv
import re
import urllib.parse

import pytest

from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture

BY_MONTH = "SELECT CAST(date_trunc('month', invoice_date) AS DATE) AS month, sum(quantity * unit_price) AS sales, count(*) AS n FROM raw.online_retail GROUP BY 1 ORDER BY 1"
SLOW = "SELECT count(*) AS n FROM range(3000000000) a JOIN range(3000) b ON a.range % 3001 = b.range * 2"


def asked(sql, **state):
    return "/explore?" + urllib.parse.urlencode({"sql": sql} | state, quote_via=urllib.parse.quote)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_a_linked_question_is_answered_and_drawn_in_every_size_and_theme(shop, chromium_browser, size, theme):
    with page_of(chromium_browser, shop.url, asked(BY_MONTH, view="chart"), size, theme) as page:
        page.get_by_role("img", name="sales by month").locator("canvas").wait_for()
        page.get_by_role("textbox", name="SQL").wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "explore", size, theme)


def test_a_question_is_written_with_completion_asked_and_kept_by_keys(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, "/explore") as page:
        editor = page.get_by_role("textbox", name="SQL")
        page.get_by_text("raw.online_retail", exact=True).wait_for()
        editor.press("Control+a")
        page.keyboard.type("SELECT stock_code FROM raw.onl", delay=15)
        page.get_by_role("option", name=re.compile("online_retail")).first.click()
        page.keyboard.type(" LIMIT 7")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Enter")
        page.get_by_role("status").get_by_text("7 rows").wait_for()
        page.get_by_role("tab", name="History").press("Enter")
        page.get_by_role("list", name="Asked before").get_by_text("LIMIT 7").wait_for()
        expect_accessible(page)
        page.get_by_role("button", name="Save").press("Enter")
        page.get_by_role("dialog").get_by_label("Name").fill("Seven codes")
        page.keyboard.press("Enter")
        page.reload()
        page.get_by_role("tab", name="Questions").click()
        page.get_by_role("button", name="Seven codes", exact=True).wait_for()
        expect_accessible(page)
        expect_quiet(page)


def test_a_hundred_thousand_rows_come_and_scroll(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, asked("SELECT range AS n, range * 2 AS twice FROM range(150000)")) as page:
        page.get_by_role("status").get_by_text("100,000 of more rows").wait_for()
        table = page.get_by_role("region", name="Answer")
        table.evaluate("it => { it.scrollTop = it.scrollHeight }")
        table.get_by_role("cell", name="199998").wait_for()
        assert table.get_by_role("row").count() < 100
        expect_quiet(page)


def test_all_rows_are_exported_whatever_the_page_keeps(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, asked("SELECT range AS n FROM range(120000)")) as page:
        with page.expect_download() as download:
            page.get_by_label("Export all rows").select_option("csv")
        with open(download.value.path()) as file:
            assert len(list(csv.reader(file))) == 120_001


def test_what_is_refused_says_why_and_what_is_slow_is_cancelled(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, asked("SELECT nothing FROM raw.online_retail")) as page:
        page.get_by_role("alert").get_by_text("nothing").first.wait_for()
        expect_accessible(page)
        page.goto(asked(SLOW))
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("status").get_by_text("cancelled").wait_for()
        expect_accessible(page)
        expect_quiet(page, "400")
