"""Customers, products and invoices in a real browser: found, opened one from the other, by keys alone, and what is not there."""

import re

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture

NO_MODEL = "status of 404|status of 409"  # recommendations are asked for, and shown where a model answers


@pytest.fixture(scope="module")
def best(shop):
    [[customer, spent]] = shop.sql("SELECT customer_id, total_spent FROM online_retail.top_customers ORDER BY total_spent DESC NULLS LAST, customer_id LIMIT 1")
    return customer, f"£{float(spent):,.2f}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_customers_their_history_and_an_invoice_in_every_size_and_theme(shop, chromium_browser, best, size, theme):
    customer, spent = best
    with page_of(chromium_browser, shop.url, "/customers", size, theme) as page:
        page.get_by_role("row", name=re.compile(customer)).get_by_text(spent).wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "customers", size, theme)
        page.get_by_role("link", name=customer, exact=True).click()
        page.get_by_role("heading", name=f"Customer {customer}", level=1).wait_for()
        page.get_by_role("img", name="Spent by month").locator("canvas").wait_for()
        [[segment, rfm]] = shop.sql(f"SELECT segment, rfm FROM online_retail.customer_segments WHERE customer_id = '{customer}'")
        standing = page.get_by_role("list", name="Among all customers")
        standing.get_by_text(segment, exact=True).wait_for()
        standing.get_by_text(f"RFM {rfm}").wait_for()
        history = page.get_by_role("region", name="Purchase history")
        history.get_by_role("link").first.wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "customer", size, theme)
        number = history.get_by_role("link").first.text_content()
        history.get_by_role("link").first.click()
        page.get_by_role("heading", name=re.compile(f"Invoice {number}"), level=1).wait_for()
        page.get_by_role("region", name=f"Lines of invoice {number}").get_by_role("row").nth(1).wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page, besides=NO_MODEL)
        picture(page, "invoice", size, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_a_product_is_found_by_words_and_shows_who_buys_it(shop, chromium_browser, size, theme):
    [[code, name]] = shop.sql("SELECT stock_code, description FROM online_retail.popular_products WHERE description LIKE '% %' ORDER BY invoices DESC, stock_code LIMIT 1")
    with page_of(chromium_browser, shop.url, "/products", size, theme) as page:
        page.get_by_role("searchbox", name="Name or code").fill(" ".join(reversed(name.lower().split())))
        page.get_by_role("link", name=name, exact=True).first.click()
        page.get_by_role("heading", name=name, level=1).wait_for()
        page.get_by_role("img", name="Sales by month").locator("canvas").wait_for()
        page.get_by_role("region", name="Bought together").get_by_role("link").first.wait_for()
        page.get_by_role("region", name="Best customers").get_by_role("link").first.wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "product", size, theme)
        page.go_back()
        assert "q=" in page.url
        assert page.get_by_role("searchbox", name="Name or code").input_value() != ""


def test_the_total_of_an_invoice_is_the_sum_of_its_lines(shop, chromium_browser):
    [[number, total]] = shop.sql(
        "SELECT invoice_no, sum(quantity * unit_price) FROM raw.online_retail WHERE starts_with(invoice_no, 'C') AND customer_id IS NOT NULL GROUP BY invoice_no ORDER BY invoice_no LIMIT 1"
    )
    with page_of(chromium_browser, shop.url, f"/invoices/{number}") as page:
        page.get_by_text("cancellation").wait_for()
        page.locator("dd", has_text=f"−£{-float(total):,.2f}").wait_for()
        expect_quiet(page)


def test_a_customer_is_found_and_opened_by_keys_alone(shop, chromium_browser, best):
    with page_of(chromium_browser, shop.url) as page:
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.keyboard.press("g")
        page.keyboard.press("u")
        page.get_by_role("heading", name="Customers", level=1).wait_for()
        page.keyboard.press("/")
        page.keyboard.type(best[0])
        page.get_by_role("option", name=re.compile(f"Customer {best[0]}")).wait_for()
        page.keyboard.press("ArrowUp")
        while page.locator("[role=option][aria-selected=true]").filter(has_text=f"Customer {best[0]}").count() == 0:
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=f"Customer {best[0]}", level=1).wait_for()


def test_what_is_not_there_is_said(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, "/invoices/none") as page:
        page.get_by_role("alert").get_by_text("no invoice_no 'none'").wait_for()
        expect_accessible(page)
        page.goto("/customers/none")
        page.get_by_role("alert").get_by_text("no customer_id 'none'").wait_for()
        page.goto("/products/none")
        page.get_by_text("No product has the code none").wait_for()
        page.goto("/customers?q=o'nobody")
        page.get_by_text("No customer matches “o'nobody”").wait_for()
        expect_accessible(page)
        expect_quiet(page, besides=NO_MODEL)


def test_a_shop_without_sales_says_what_to_do(make_server, chromium_browser):
    server = make_server()
    with page_of(chromium_browser, server.url, "/customers", "phone") as page:
        page.get_by_text("Nobody bought anything yet").wait_for()
        page.get_by_role("link", name="Import order lines").wait_for()
        expect_accessible(page)
        expect_quiet(page)
