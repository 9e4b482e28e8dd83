"""The catalog in a real browser over the real binary: layers, a table's columns, rows, profile, lineage, checks, versions."""

import re

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture

CLEAN = "/catalog/online_retail/clean"
RAW = re.compile(r"^raw\. ?online_retail$")  # a box of the graph


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_tables_stand_by_layer_in_every_size_and_theme(shop, chromium_browser, size, theme):
    with page_of(chromium_browser, shop.url, "/catalog", size, theme) as page:
        for layer in ("Raw", "Clean", "Mart"):
            page.get_by_role("heading", name=layer, exact=True).wait_for()
        rows = int(shop.sql("SELECT count(*) FROM online_retail.clean")[0][0])
        page.get_by_role("row", name=re.compile("online_retail.clean ")).get_by_text(f"{rows:,}").wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "catalog", size, theme)


def test_a_filter_is_part_of_the_address(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, "/catalog") as page:
        page.get_by_label("Filter tables").fill("sales country")
        page.get_by_role("link", name="online_retail.sales_by_country").wait_for()
        page.get_by_role("link", name="raw.online_retail").wait_for(state="detached")
        assert "q=sales" in page.url
        page.reload()
        page.get_by_role("link", name="online_retail.sales_by_country").wait_for()
        assert page.get_by_role("link", name="raw.online_retail").count() == 0
        page.get_by_label("Filter tables").fill("zzz")
        page.get_by_text("No table matches").wait_for()
        expect_accessible(page)


TABS = {
    "Columns": "What was bought|customer_id",
    "Preview": "rows, in no order",
    "Profile": "rows looked through",
    "Lineage": "From what it is made",
    "Checks": "checked",
    "Versions": "Newest first",
    "SQL": "SELECT",
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_each_tab_tells_its_part_in_every_size_and_theme(shop, chromium_browser, size, theme):
    with page_of(chromium_browser, shop.url, CLEAN, size, theme) as page:
        for tab, text in TABS.items():
            page.get_by_role("tab", name=tab).click()
            page.get_by_role("tabpanel").get_by_text(re.compile(text)).first.wait_for()
            if tab == "Lineage":
                page.get_by_role("link", name=RAW).wait_for()
            expect_accessible(page)
            expect_fits(page)
            if tab in ("Profile", "Lineage"):
                picture(page, f"catalog-{tab.lower()}", size, theme)
        expect_quiet(page)


def test_a_profile_has_the_figures_of_the_table(shop, chromium_browser):
    [[customers]] = shop.sql("SELECT count(DISTINCT customer_id) FROM online_retail.clean")
    with page_of(chromium_browser, shop.url, CLEAN + "?tab=profile") as page:
        column = page.locator("section", has=page.get_by_role("heading", name="customer_id"))
        column.get_by_text(f"{int(customers):,}", exact=True).wait_for()
        page.get_by_role("img", name="How the values of unit_price lie").wait_for()


def test_lineage_follows_one_column_and_leads_on(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, CLEAN + "?tab=lineage") as page:
        page.get_by_label("Column").select_option("unit_price")
        page.get_by_text("unit_price is computed from").wait_for()
        assert "column=unit_price" in page.url
        page.get_by_role("link", name=RAW).focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=re.compile("raw.online_retail"), level=1).wait_for()
        page.get_by_role("link", name=re.compile(r"^online_retail\. ?clean$")).first.wait_for()


def test_tabs_are_walked_by_arrow_keys_and_kept_in_the_address(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, CLEAN) as page:
        page.get_by_role("tab", name="Columns").focus()
        page.keyboard.press("ArrowRight")
        page.get_by_role("tab", name="Preview", selected=True).wait_for()
        page.keyboard.press("End")
        page.get_by_role("tab", name="SQL", selected=True).wait_for()
        assert "tab=sql" in page.url
        page.reload()
        page.get_by_role("tab", name="SQL", selected=True).wait_for()


def test_checks_are_run_from_their_tab(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, "/catalog/online_retail/daily_sales?tab=checks") as page:
        page.get_by_role("button", name="Check now").click()
        page.get_by_text("All checks hold.").wait_for()
        page.get_by_text(re.compile("checked just now")).wait_for()
        expect_quiet(page)


def test_a_table_that_is_not_there_is_said_with_what_to_do(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, "/catalog/raw/nothing") as page:
        page.get_by_role("alert").wait_for()
        page.get_by_role("button", name="Try again").wait_for()
        expect_accessible(page)
        expect_quiet(page, besides="404")
