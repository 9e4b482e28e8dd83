"""Home in a real browser over the real binary: live figures, runs, sales, concerns; an empty workspace; a server that goes and comes."""

import re

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import Server, line, run


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_home_shows_what_happens_in_every_size_and_theme(shop, chromium_browser, size, theme):
    with page_of(chromium_browser, shop.url, "/", size, theme) as page:
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.get_by_role("link", name=re.compile("online_retail #1")).wait_for()
        page.get_by_role("region", name="Now").or_(page.locator("section[aria-label=Now]")).get_by_text("since the start").wait_for()
        page.get_by_role("img", name="Net sales by day").locator("canvas").wait_for()
        page.get_by_role("table").first.wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "home", size, theme)


def test_sales_of_the_last_day_are_those_of_the_mart(shop, chromium_browser):
    [[sales]] = shop.sql("SELECT sum(sales) FROM online_retail.daily_sales WHERE period = (SELECT max(period) FROM online_retail.daily_sales)")
    with page_of(chromium_browser, shop.url) as page:
        page.get_by_text(f"£{round(float(sales)):,}").wait_for()


def test_what_comes_in_is_seen_at_once_and_dead_letters_need_attention(make_server, chromium_browser):
    server = make_server()
    with page_of(chromium_browser, server.url) as page:
        page.get_by_text("0 since the start").wait_for()
        assert server.post_records([line(), line(InvoiceNo="536366")]).status_code == 200
        page.get_by_text("2 since the start").wait_for()
        server.post("/v1/streams/online_retail/records?on_invalid=deadletter", json=line(Quantity="six"))
        page.get_by_role("link", name=re.compile("1 dead letter to repair")).wait_for()
        expect_quiet(page)


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_workspace_says_what_to_do_next(make_server, chromium_browser, size):
    server = make_server()
    with page_of(chromium_browser, server.url, "/", size) as page:
        page.get_by_role("heading", name="Bring in files").wait_for()
        page.get_by_text("Nothing ran yet").wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "home-empty", size, "light")


def test_a_server_that_is_gone_is_said_and_its_return_mends_the_page(workspace, chromium_browser):
    server = Server(workspace).start()
    try:
        with page_of(chromium_browser, server.url) as page:
            page.get_by_text("0 since the start").wait_for()
            server.kill()
            page.get_by_role("alert").get_by_text("does not answer").first.wait_for()
            expect_accessible(page)
            server.start()
            page.get_by_text("The server is back.").wait_for()
            page.get_by_role("alert").wait_for(state="detached")
            assert server.post_records([line()]).status_code == 200
            page.get_by_text("1 since the start").wait_for()
    finally:
        server.stop()


def test_everything_is_reached_by_keys(shop, chromium_browser):
    with page_of(chromium_browser, shop.url) as page:
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
        page.keyboard.press("g")
        page.keyboard.press("c")
        page.get_by_role("heading", name="Catalog", level=1).wait_for()
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keys").wait_for()
        expect_accessible(page)
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("top_cust")
        page.get_by_role("option", name=re.compile("online_retail.top_customers")).wait_for()
        expect_accessible(page)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=re.compile("online_retail.top_customers"), level=1).wait_for()
        page.go_back()
        page.get_by_role("heading", name="Catalog", level=1).wait_for()
        page.keyboard.press("g")
        page.keyboard.press("h")
        page.get_by_role("heading", name="Home", level=1).wait_for()


def test_the_theme_is_kept(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, theme="light") as page:
        page.get_by_role("button", name="Dark theme").click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.reload()
        page.get_by_role("button", name="Light theme").wait_for()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_an_address_that_is_no_page_says_so(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, "/no/such/page") as page:
        page.get_by_text("There is nothing at this address").wait_for()
        expect_accessible(page)
