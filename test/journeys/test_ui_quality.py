"""Quality in a real browser over the real binary: audits over time, failing rows, and a dead letter that is repaired and sent."""

import re

import pytest

from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import line, run
from test_runs import package

CHECKED = """/* asset:
  checks:
    - not_null: n
    - max: {column: n, value: 2}
*/
SELECT range AS n FROM range(5)"""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_audits_in_every_size_and_theme(shop, chromium_browser, size, theme):
    with page_of(chromium_browser, shop.url, "/quality", size, theme) as page:
        page.get_by_role("img", name="Checks over time").locator("canvas").wait_for()
        page.get_by_text("online_retail.daily_sales", exact=True).locator("visible=true").first.wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "quality", size, theme)


@pytest.mark.parametrize("size", SIZES)
def test_a_dead_letter_is_found_repaired_and_sent_by_keys(make_server, chromium_browser, size):
    server = make_server()
    server.post("/v1/streams/online_retail/records?on_invalid=deadletter", json=line(InvoiceNo="700001", Quantity="six"))
    with page_of(chromium_browser, server.url, "/quality?tab=letters", size) as page:
        page.get_by_role("button", name=re.compile("is not an integer")).press("Enter")
        drawer = page.get_by_role("dialog", name="Dead letter")
        drawer.get_by_text(re.compile("Look at line")).wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "letter", size, "light")
        record = drawer.get_by_role("textbox", name="Record")
        text = record.input_value()
        record.fill(text[:-1])
        drawer.get_by_text(re.compile("no JSON yet")).wait_for()
        record.fill(text)
        drawer.get_by_role("button", name="Send the repaired record").press("Enter")
        drawer.get_by_role("alert").get_by_text(re.compile("not an integer")).first.wait_for()  # still broken, still open
        expect_accessible(page)
        record.fill(text.replace('"six"', "6"))
        drawer.get_by_role("button", name="Send the repaired record").press("Enter")
        page.get_by_text("Nothing to repair").wait_for()
        assert server.wait_for_rows(1) == 1
        assert server.get("/v1/invoices/700001").json()["items"][0]["quantity"] == 6
        expect_quiet(page, "400")


def test_rows_that_break_a_check_are_shown_with_the_reason(tmp_path, make_server, chromium_browser):
    folder = tmp_path / "shop"
    run("init", folder)
    package(folder, {"numbers": CHECKED})
    server = make_server(folder=folder)
    with page_of(chromium_browser, server.url, "/quality") as page:
        page.get_by_text("Nothing was checked yet").wait_for()
        server.post("/v1/packages/shop/runs", json={})
        page.get_by_text("1 of 2 do not hold").wait_for()
        page.get_by_role("link", name="Failing rows").click()
        page.get_by_role("region", name="Failing rows").get_by_role("cell", name=re.compile("more than 2")).first.wait_for()
        expect_accessible(page)
        expect_quiet(page)
