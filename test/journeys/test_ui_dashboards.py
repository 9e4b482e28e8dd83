"""Dashboards in a real browser over the real binary: tiles show the API's figures; filters, clicks and drill-down; the address is the state;
files, explanations, keys; what fails says why, and a server that comes back mends the page."""

import csv
import json
import re
import urllib.parse

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import Server, line, run

SALES = "/dashboards/online_retail/sales"


def answer(server, tile, filters=None):
    found = server.post(f"/v1/dashboards/online_retail/sales/tiles/{tile}", json={"filters": filters or {}})
    assert found.status_code == 200, found.text
    return found.json()


def figure(server, tile, filters=None):
    [[value]] = answer(server, tile, filters)["rows"]
    return value


def pounds(value):
    return f"£{float(value):,.0f}" if abs(float(value)) >= 1000 else f"£{float(value):,.2f}"


def linked(**state):
    return f"{SALES}?" + urllib.parse.urlencode(state, quote_via=urllib.parse.quote)


def tile_of(page, title):
    return page.get_by_role("article", name=title, exact=True)


def wait_for_canvas(page, *titles):
    for title in titles:
        tile_of(page, title).locator("canvas").first.wait_for()


def filters_in(page):
    return {k: v[0] for k, v in urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query).items() if k.startswith("f.")}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_a_dashboard_is_drawn_in_every_size_and_theme(shop, chromium_browser, size, theme):
    with page_of(chromium_browser, shop.url, linked(**{"f.period": "last_month"}), size, theme) as page:
        wait_for_canvas(page, "Daily sales", "Popular products", "Sales by country", "When customers buy")
        tile_of(page, "Top customers").get_by_role("row").nth(5).wait_for()
        tile_of(page, "Sales").get_by_text("against").wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "dashboard", size, theme)


@pytest.mark.parametrize("place", ["time", "products", "customers", "invoices"])
@pytest.mark.parametrize("size, theme", [("wide", "light"), ("phone", "dark")])
def test_every_page_of_it_is_drawn(shop, chromium_browser, place, size, theme):
    shown = shop.get("/v1/dashboards/online_retail/sales").json()
    [titles] = [[(tile["title"], tile["kind"]) for tile in one["tiles"]] for one in shown["pages"] if one["name"] == place]
    with page_of(chromium_browser, shop.url, f"{SALES}?page={place}", size, theme) as page:
        for title, kind in titles:
            inner = tile_of(page, title)
            (inner.get_by_role("row").nth(1) if kind == "table" else inner.locator("canvas").first).wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, f"dashboard-{place}", size, theme)


def test_figures_are_those_of_the_api_with_and_without_filters(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, SALES) as page:
        tile_of(page, "Sales").get_by_text(pounds(figure(shop, "overview/sales")), exact=True).wait_for()
        tile_of(page, "Invoices").get_by_text(f"{figure(shop, 'overview/invoices'):,}", exact=True).wait_for()
        filters = {"period": {"preset": "last_month"}, "country": ["france"]}
        page.get_by_label("Period").select_option("last_month")
        page.get_by_role("button", name="Country All").click()
        page.get_by_role("checkbox", name="france").check()
        told = answer(shop, "overview/sales", filters)
        sales = tile_of(page, "Sales")
        sales.get_by_text(pounds(told["rows"][0][0]), exact=True).wait_for()
        change = told["rows"][0][0] / told["compare"]["rows"][0][0] - 1
        sales.get_by_text(re.compile(r"^[+−]")).get_by_text(f"{abs(change):.1%}".replace(".0%", "%")).wait_for()
        sales.get_by_text(f"against {pounds(told['compare']['rows'][0][0])}").wait_for()
        rows = answer(shop, "overview/top_customers", filters)["rows"]
        cells = tile_of(page, "Top customers").get_by_role("row")
        cells.nth(1).get_by_text(rows[0][0], exact=True).wait_for()
        for i, (customer, spent, *_) in enumerate(rows):
            text = cells.nth(i + 1).inner_text()
            assert customer in text and f"£{spent:,.2f}".replace("£-", "−£") in text
        expect_quiet(page)


def test_filters_are_in_the_address_survive_a_reload_and_go_back(shop, chromium_browser):
    france = figure(shop, "overview/invoices", {"country": ["france"]})
    with page_of(chromium_browser, shop.url, SALES) as page:
        page.get_by_role("button", name="Country All").press("Enter")
        page.get_by_label("Search country").fill("fran")
        page.get_by_role("checkbox", name="france").check()
        page.keyboard.press("Escape")
        invoices = tile_of(page, "Invoices")
        invoices.get_by_text(f"{france:,}", exact=True).wait_for()
        assert filters_in(page) == {"f.country": "france"}
        page.reload()
        page.get_by_role("button", name="Country france").wait_for()
        invoices.get_by_text(f"{france:,}", exact=True).wait_for()
        page.get_by_role("tab", name="Customers").click()
        tile_of(page, "Segments").wait_for()
        assert filters_in(page) == {"f.country": "france"}
        page.go_back()
        invoices.get_by_text(f"{france:,}", exact=True).wait_for()
        page.get_by_role("button", name="Reset").click()
        page.get_by_role("button", name="Country All").wait_for()
        assert filters_in(page) == {}
        page.get_by_label("Period").select_option("last_month")
        page.get_by_label("Period").select_option("custom")
        page.get_by_label("First day").fill("2011-11-10")
        days = {"period": {"from": "2011-11-10", "to": "2011-11-30"}}
        invoices.get_by_text(f"{figure(shop, 'overview/invoices', days):,}", exact=True).wait_for()
        assert filters_in(page) == {"f.period": "2011-11-10..2011-11-30"}
        expect_quiet(page)


def test_long_lists_are_searched_at_the_server(shop, chromium_browser):
    [[code, name]] = shop.sql("SELECT stock_code, description FROM online_retail.popular_products ORDER BY quantity, stock_code LIMIT 1")
    with page_of(chromium_browser, shop.url, SALES) as page:
        page.get_by_role("button", name="Product All").click()
        page.get_by_text("There are more").wait_for()
        assert page.get_by_role("checkbox").count() <= 200
        page.get_by_label("Search product").fill(code)
        page.get_by_role("checkbox", name=re.compile(re.escape(name.strip()))).first.check()
        page.keyboard.press("Escape")
        page.get_by_role("button", name=re.compile("^Product " + re.escape(name.strip()[:8]))).wait_for()
        tile_of(page, "Sales").get_by_text("not by product").wait_for()
        expect_accessible(page)
        expect_quiet(page)


def test_a_click_on_a_chart_filters_everything_and_another_takes_it_back(shop, chromium_browser):
    [largest, *_] = answer(shop, "overview/sales_by_country")["rows"]
    with page_of(chromium_browser, shop.url, SALES) as page:
        chart = tile_of(page, "Sales by country").locator("canvas").first
        chart.wait_for()
        page.wait_for_function("document.querySelector('[data-tile=sales_by_country] article, [data-tile=sales_by_country]').getAttribute('aria-busy') === 'false'")
        chart.click(position={"x": 40, "y": 120})
        tile_of(page, "Sales").get_by_text(pounds(figure(shop, "overview/sales", {"country": [largest[0]]})), exact=True).wait_for()
        assert filters_in(page) == {"f.country": largest[0]}
        chart.click(position={"x": 40, "y": 120})
        page.get_by_role("button", name="Country All").wait_for()
        expect_quiet(page)


def test_a_bar_leads_to_the_page_of_its_product(shop, chromium_browser):
    [best, *_] = answer(shop, "overview/popular_products")["rows"]
    with page_of(chromium_browser, shop.url, SALES) as page:
        page.get_by_role("button", name="Popular products as a table").click()
        table = tile_of(page, "Popular products")
        table.get_by_role("link", name=best[0], exact=True).click()
        tile_of(page, "Pieces by day").wait_for()
        assert filters_in(page)["f.product"].strip('"') == best[0]
        tile_of(page, "Popular products").get_by_role("link", name=best[0], exact=True).click()
        page.get_by_role("heading", level=1, name=re.compile(re.escape(best[1].strip()))).wait_for()
        expect_quiet(page)


def test_a_row_leads_to_its_invoice(shop, chromium_browser):
    highest = answer(shop, "invoices/highest_invoices")["rows"][0][0]
    with page_of(chromium_browser, shop.url, f"{SALES}?page=invoices") as page:
        tile_of(page, "Highest invoices").get_by_role("link", name=highest, exact=True).click()
        page.get_by_role("heading", level=1, name=f"Invoice {highest}").wait_for()
        page.go_back()
        tile_of(page, "Highest invoices").wait_for()


def test_a_tile_is_saved_as_csv_as_a_workbook_and_as_a_picture(shop, chromium_browser, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    rows = answer(shop, "overview/sales_by_country", {"country": ["france", "germany"]})["rows"]
    with page_of(chromium_browser, shop.url, linked(**{"f.country": "france|germany"})) as page:
        wait_for_canvas(page, "Sales by country")

        def saved(title):
            page.get_by_role("button", name="More about Sales by country").click()
            with page.expect_download() as download:
                page.get_by_role("menuitem", name=title).click()
            path = tmp_path / download.value.suggested_filename
            download.value.save_as(path)
            return path

        with open(saved("Save as CSV")) as file:
            lines = list(csv.DictReader(file))
        assert [(one["country"], float(one["sales"])) for one in lines] == [(row[0], row[1]) for row in rows]
        sheet = list(openpyxl.load_workbook(saved("Save as Excel")).active.iter_rows(values_only=True))
        assert [row[0] for row in sheet[1:]] == [row[0] for row in rows]
        image = saved("Save as PNG")
        assert image.name == "sales-sales_by_country.png"
        assert image.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and image.stat().st_size > 5000
        expect_quiet(page)


@pytest.mark.parametrize("size", SIZES)
def test_why_this_number_has_the_sql_its_tables_and_how_fresh_they_are(shop, chromium_browser, size):
    with page_of(chromium_browser, shop.url, linked(**{"f.period": "last_month"}), size) as page:
        page.get_by_role("button", name="Why this number? Sales", exact=True).click()
        drawer = page.get_by_role("dialog", name="Why this number? Sales")
        told = answer(shop, "overview/sales", {"period": {"preset": "last_month"}})
        assert " ".join(drawer.get_by_role("region", name="SQL, as it ran").inner_text().split()) == " ".join(told["sql"].split())
        [table] = told["inputs"]
        drawer.get_by_role("link", name=table["table"]).wait_for()
        drawer.get_by_text(f"version {table['version']}, published").wait_for()
        drawer.get_by_text("when the newest of its tables was published").wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "dashboard-why", size, "light")
        page.reload()
        drawer.wait_for()
        page.keyboard.press("Escape")
        drawer.wait_for(state="detached")
        expect_quiet(page)


def test_everything_is_done_by_keys(shop, chromium_browser):
    with page_of(chromium_browser, shop.url) as page:
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.keyboard.press("g")
        page.keyboard.press("d")
        page.get_by_role("link", name="Sales", exact=True).press("Enter")
        wait_for_canvas(page, "Sales by country")
        page.get_by_role("button", name="Sales by country as a table").press("Enter")
        country = answer(shop, "overview/sales_by_country")["rows"][1][0]
        cell = tile_of(page, "Sales by country").get_by_role("button", name=country, exact=True)
        cell.press("Enter")
        tile_of(page, "Invoices").get_by_text(f"{figure(shop, 'overview/invoices', {'country': [country]}):,}", exact=True).wait_for()
        page.get_by_role("button", name="More about Sales by country").press("Enter")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_role("dialog", name="Why this number? Sales by country").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("tab", name="Overview").press("ArrowRight")
        tile_of(page, "Monthly sales").wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Over time"
        page.get_by_role("button", name="Full screen").press("Enter")
        page.wait_for_function("document.fullscreenElement !== null")
        expect_accessible(page)
        page.get_by_role("button", name="Full screen").press("Enter")
        page.wait_for_function("document.fullscreenElement === null")
        page.keyboard.press("/")
        page.keyboard.type("sales: prod")
        page.get_by_role("option", name=re.compile("Sales: Products")).wait_for()
        expect_quiet(page)


def test_tables_are_sorted_and_tiles_enlarged_in_the_address(shop, chromium_browser):
    rows = answer(shop, "customers/insights")["rows"]
    most = max(rows, key=lambda row: row[2])
    with page_of(chromium_browser, shop.url, f"{SALES}?page=customers") as page:
        insights = tile_of(page, "Customer insights")
        insights.get_by_role("button", name="Orders", exact=True).click()
        insights.get_by_role("row").nth(1).get_by_text(f"{most[2]:,}", exact=True).wait_for()
        assert "s.insights=-order_count" in page.url
        page.reload()
        insights.get_by_role("row").nth(1).get_by_text(f"{most[2]:,}", exact=True).wait_for()
        page.get_by_role("button", name="More about Orders and spending").click()
        page.get_by_role("menuitem", name="Enlarge").click()
        page.get_by_role("dialog", name="Orders and spending").locator("canvas").first.wait_for()
        expect_accessible(page)
        expect_quiet(page)


def test_a_tile_that_fails_says_why_and_spoils_no_other(shop, chromium_browser):
    problem = {"type": "about:blank", "title": "Too much", "status": 422, "detail": "the statement needs more memory than it may have", "hint": "Choose fewer days."}

    def refuse(route):
        route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(problem))

    with page_of(chromium_browser, shop.url, "/dashboards") as page:
        page.route("**/tiles/overview/daily_sales", refuse)
        page.get_by_role("link", name="Sales", exact=True).click()
        failed = tile_of(page, "Daily sales")
        failed.get_by_role("alert").get_by_text("the statement needs more memory").wait_for()
        failed.get_by_text("Choose fewer days.").wait_for()
        wait_for_canvas(page, "Popular products")
        expect_accessible(page)
        page.unroute("**/tiles/overview/daily_sales")
        failed.get_by_role("button", name="Try again").click()
        failed.locator("canvas").first.wait_for()
        expect_quiet(page, "422")


def test_what_the_server_refuses_and_what_is_empty_is_said(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, linked(**{"f.period": "last_century"})) as page:
        tile_of(page, "Daily sales").get_by_role("alert").get_by_text("last_century").first.wait_for()
        page.goto(linked(**{"f.country": "atlantis"}))
        tile_of(page, "Daily sales").get_by_text("The filters leave nothing to show.").wait_for()
        expect_accessible(page)
        tile_of(page, "Daily sales").get_by_role("button", name="Reset filters").click()
        tile_of(page, "Daily sales").locator("canvas").first.wait_for()
        page.goto("/dashboards/online_retail/sails")
        page.get_by_role("alert").get_by_text("sails").wait_for()
        expect_accessible(page)
        expect_quiet(page, "40[04]")


@pytest.mark.parametrize("size", SIZES)
def test_the_list_has_every_dashboard_and_what_is_wrong_with_a_file(make_server, workspace, chromium_browser, size):
    [shipped] = (workspace / "packages").rglob("dashboards/sales.yml")
    (shipped.parent / "broken.yml").write_text("title: Broken\npages:\n  - name: one\n    tilez: []\n")
    server = make_server()
    with page_of(chromium_browser, server.url, "/dashboards", size) as page:
        page.get_by_role("link", name="Sales", exact=True).wait_for()
        page.get_by_text("left out").wait_for()
        page.get_by_text(re.compile("broken.yml")).wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)


def test_new_data_are_seen_by_themselves_and_a_server_that_went_and_came_is_said(workspace, chromium_browser):
    server = Server(workspace).start()
    try:
        with page_of(chromium_browser, server.url, SALES) as page:
            daily = tile_of(page, "Daily sales")
            daily.get_by_text("There is nothing to show yet.").wait_for()
            expect_accessible(page)
            assert server.post_records([line(), line(InvoiceNo="536366", Quantity=1)]).status_code == 200
            assert server.wait_for_rows(2) == 2
            run("run", "online_retail", workspace=workspace)
            sales = tile_of(page, "Sales")
            sales.get_by_text("£17.85", exact=True).wait_for()
            daily.locator("canvas").first.wait_for()
            server.kill()
            page.get_by_role("alert").get_by_text("does not answer").wait_for()
            page.get_by_role("button", name="Refresh").click()
            sales.get_by_text(re.compile("^As of")).wait_for()
            sales.get_by_text("£17.85", exact=True).wait_for()
            expect_accessible(page)
            server.start()
            sales.get_by_text(re.compile("^As of")).wait_for(state="detached")
            sales.get_by_text("£17.85", exact=True).wait_for()
    finally:
        server.stop()


def test_it_is_printed_without_what_is_for_the_screen(shop, chromium_browser):
    with page_of(chromium_browser, shop.url, SALES) as page:
        wait_for_canvas(page, "Daily sales")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 720, "height": 1000})
        assert not page.get_by_role("button", name="Refresh").is_visible()
        assert not page.get_by_role("link", name="Home").is_visible()
        expect_fits(page)
