"""Streams in a real browser: what they hold, records as they come, a test record, one that is refused, a sink that is held."""

import re

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import line


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_records_are_seen_as_they_come_in_every_size_and_theme(server, chromium_browser, size, theme):
    assert server.post_records([line(InvoiceNo=str(536365 + n)) for n in range(40)]).status_code == 200
    with page_of(chromium_browser, server.url, "/streams", size, theme) as page:
        page.get_by_role("link", name="online_retail").click()
        page.get_by_role("heading", name="online_retail", level=1).wait_for()
        tail = page.get_by_role("region", name="Live records")
        tail.get_by_text('"536404"').wait_for()
        page.get_by_role("region", name="Sinks").get_by_text("serving").wait_for()
        assert server.post_records([line(InvoiceNo="777777")]).status_code == 200
        tail.get_by_text('"777777"').wait_for()
        assert tail.get_by_role("row").nth(1).get_by_text('"777777"').count() == 1
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "streams", size, theme)


def test_a_test_record_is_sent_by_keys_and_a_wrong_one_says_why(server, chromium_browser):
    assert server.post_records([line()]).status_code == 200
    with page_of(chromium_browser, server.url, "/streams/online_retail") as page:
        page.get_by_role("button", name="Send a test record").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Send a test record to online_retail")
        text = dialog.get_by_label("Record", exact=True)
        text.wait_for()
        assert '"536365"' in text.input_value()
        good = text.input_value()
        text.fill("{")
        assert dialog.get_by_role("button", name="Send").is_disabled()
        text.fill(good.replace('"Quantity": 6', '"Quantity": "six"'))
        dialog.get_by_role("button", name="Send").click()
        dialog.get_by_role("alert").get_by_text(re.compile("six")).wait_for()
        expect_accessible(page)
        picture(page, "stream-record-refused", "wide", "light")
        text.fill(good.replace("536365", "888888"))
        dialog.get_by_role("button", name="Send").focus()
        page.keyboard.press("Enter")
        page.get_by_text(re.compile("Durable at offset")).wait_for()
        page.get_by_role("region", name="Live records").get_by_text('"888888"').wait_for()
        expect_quiet(page, besides="400")
        assert server.wait_for_rows(2) == 2


def test_a_held_sink_falls_behind_and_goes_on(server, chromium_browser):
    with page_of(chromium_browser, server.url, "/streams/online_retail") as page:
        page.get_by_text("No records yet").wait_for()
        page.get_by_role("button", name="Hold: table").click()
        sinks = page.get_by_role("region", name="Sinks")
        sinks.get_by_text("held").wait_for()
        assert server.post_records([line()]).status_code == 200
        sinks.get_by_role("row", name=re.compile(r"^table 0 1 ")).wait_for()
        expect_accessible(page)
        page.get_by_role("button", name="Let go on: table").click()
        sinks.get_by_role("row", name=re.compile(r"^table 1 0 ")).wait_for()


def test_a_stream_that_is_not_there_is_said(server, chromium_browser):
    with page_of(chromium_browser, server.url, "/streams/none", "phone") as page:
        page.get_by_text("There is no stream none").wait_for()
        expect_accessible(page)
        expect_quiet(page)
