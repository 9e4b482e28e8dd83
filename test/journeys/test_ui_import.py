"""Import in a real browser: a file is looked at before it is sent, followed until it is done, and its bad rows are told by line."""

import contextlib
import csv
import gzip
import io

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import line
from playwright.sync_api import TimeoutError as NothingCame


def written(*records):
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(line()))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


def choose(page, name, content):
    page.get_by_role("button", name="Choose a file").wait_for()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_a_file_is_seen_sent_and_its_problems_are_told_by_row(server, chromium_browser, size, theme):
    with page_of(chromium_browser, server.url, "/import", size, theme) as page:
        page.get_by_text("No file came in yet").wait_for()
        expect_accessible(page)
        picture(page, "import", size, theme)
        choose(page, "monday.csv", written(line(), line(Quantity="six"), line(InvoiceDate="never")))
        page.get_by_text("Its columns fit best").wait_for()
        page.get_by_role("region", name="Detected schema").get_by_text("InvoiceNo", exact=True).wait_for()
        page.get_by_role("region", name="Preview of the file").get_by_text("six").wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "import-preview", size, theme)
        page.get_by_role("button", name="Import", exact=True).click()
        problems = page.get_by_role("region", name="Problems by row")
        problems.get_by_text('"six" is not an integer').wait_for()
        assert problems.get_by_role("row").nth(1).get_by_role("cell").first.text_content() == "3"
        page.get_by_role("region", name="Rows that came in").get_by_text("85123A").wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "import-done", size, theme)
        assert "id=1" in page.url
        assert server.wait_for_rows(1) == 1


def test_a_packed_file_is_looked_at_too_and_the_same_bytes_are_not_taken_twice(server, chromium_browser):
    content = gzip.compress(written(line(InvoiceNo="700001")))
    with page_of(chromium_browser, server.url, "/import") as page:
        for _ in range(2):
            choose(page, "tuesday.csv.gz", content)
            page.get_by_role("region", name="Preview of the file").get_by_text("700001").wait_for()
            page.get_by_role("button", name="Import", exact=True).click()
            page.get_by_text("CSV, utf-8, parted by “,”, packed with gzip").or_(page.get_by_text("the same bytes were delivered")).first.wait_for()
            page.get_by_role("button", name="Import another file").click()
        lately = page.get_by_role("region", name="Imported lately")
        again = page.get_by_label("Also what came again unchanged (1)")
        again.wait_for()
        assert not lately.get_by_text("skipped").count()
        again.check()
        lately.get_by_text("skipped").wait_for()
        assert server.wait_for_rows(1) == 1


def test_a_file_of_something_else_is_refused_with_what_to_do(server, chromium_browser):
    with page_of(chromium_browser, server.url, "/import") as page:
        choose(page, "wrong.csv", b"a,b\n1,2\n")
        page.get_by_text("No source has most of these columns").wait_for()
        assert page.get_by_role("button", name="Import", exact=True).is_disabled()
        page.get_by_label("Into the source").select_option("online_retail")
        page.get_by_role("button", name="Import", exact=True).click()
        page.get_by_role("alert").get_by_text("the header does not fit source online_retail").wait_for()
        expect_accessible(page)
        page.goto("/import?id=77")
        page.get_by_role("alert").wait_for()
        expect_quiet(page, besides="404")


def test_the_page_is_reached_and_left_by_keys(server, chromium_browser):
    with page_of(chromium_browser, server.url) as page:
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.keyboard.press("g")
        page.keyboard.press("i")
        button = page.get_by_role("button", name="Choose a file")
        button.wait_for()
        chooser = None
        # What came in meanwhile may move the focus; who presses keys goes on then.
        for _ in range(4):
            for _ in range(80):
                if page.evaluate("document.activeElement.textContent") == "Choose a file":
                    break
                page.keyboard.press("Tab")
            with contextlib.suppress(NothingCame):
                with page.expect_file_chooser(timeout=5000) as opened:
                    page.keyboard.press("Enter")
                chooser = opened.value
                break
        chooser.set_files({"name": "one.csv", "mimeType": "text/csv", "buffer": written(line())})
        page.get_by_text("Its columns fit best").wait_for()
