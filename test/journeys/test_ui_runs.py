"""Runs in a real browser over the real binary: packages as graphs, a run from its start to its resumption, backfills by calendar, schedules."""

import re

import pytest

from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import run
from test_runs import package

SLOW = "SELECT count(*) AS n FROM range(3000000000) a JOIN range(3000) b ON a.range % 3001 = b.range * 2"
HISTORY = """/* asset:
  materialize: insert_overwrite
  partition_by: [day]
*/
SELECT CAST(value AS DATE) AS day, 1 AS n FROM run.params WHERE name = 'date'"""
MANIFEST = """name: shop
description: A shop of a test.
timezone: Europe/Berlin
schedules:
  nightly:
    cron: "30 2 * * *"
    steps: [{run: {assets: [totals]}}]
sensors:
  dump:
    kind: files
    scans: ["0 3 * * *"]
    files: {orders: "orders_{date}.csv"}
    steps: [run]
"""


@pytest.fixture
def made_to_try(tmp_path, make_server):
    """A package with an asset that is slow, one that fails, one with a history, a schedule and a sensor."""
    folder = tmp_path / "shop"
    run("init", folder)
    package(folder, {"totals": "SELECT 1 AS n", "slow": SLOW, "broken": "SELECT CAST(concat('six', n) AS INTEGER) AS n FROM shop.totals", "history": HISTORY})
    (folder / "packages/shop/package.yml").write_text(MANIFEST)
    return make_server(folder=folder)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_packages_and_a_run_in_every_size_and_theme(shop, chromium_browser, size, theme):
    with page_of(chromium_browser, shop.url, "/runs", size, theme) as page:
        graph = page.get_by_role("group", name="Assets of online_retail")
        graph.get_by_role("link", name=re.compile("^clean ?(succeeded|up to date)")).wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "runs", size, theme)
        page.goto("/runs/1")
        page.get_by_role("button", name=re.compile("daily_sales")).wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "run", size, theme)
        expect_quiet(page)


def test_a_run_is_started_watched_cancelled_and_resumed_by_keys(made_to_try, chromium_browser):
    with page_of(chromium_browser, made_to_try.url) as page:
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.keyboard.press("g")
        page.keyboard.press("r")
        page.get_by_role("button", name="Run shop").press("Enter")
        dialog = page.get_by_role("dialog", name="Start a run")
        dialog.get_by_role("checkbox", name="slow").press("Space")
        expect_accessible(page)
        dialog.get_by_role("button", name="Start", exact=True).press("Enter")
        page.get_by_role("heading", name=re.compile("shop #1 ?running"), level=1).wait_for()
        page.get_by_role("button", name="Cancel").press("Enter")
        page.get_by_role("heading", name=re.compile("shop #1 ?cancelled"), level=1).wait_for()
        expect_accessible(page)
        page.get_by_role("button", name="Resume").press("Enter")
        page.get_by_role("heading", name=re.compile("shop #1 ?running"), level=1).wait_for()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("heading", name=re.compile("shop #1 ?cancelled"), level=1).wait_for()
        expect_quiet(page)


def test_a_run_that_fails_says_where_and_with_what_sql(made_to_try, chromium_browser):
    made_to_try.post("/v1/packages/shop/runs", json={"assets": ["totals", "broken"]})
    with page_of(chromium_browser, made_to_try.url, "/runs/1") as page:
        page.get_by_role("heading", name=re.compile("shop #1 ?failed"), level=1).wait_for()
        page.get_by_role("button", name=re.compile("broken")).click()
        drawer = page.get_by_role("dialog", name="shop.broken")
        drawer.get_by_text("concat('six', n)").or_(drawer.get_by_role("region", name="SQL of shop.broken")).first.wait_for()
        expect_accessible(page)
        page.keyboard.press("Escape")
        page.get_by_role("tab", name="Log").click()
        page.get_by_role("log").get_by_text(re.compile("failed in")).wait_for()
        expect_accessible(page)
        expect_quiet(page)


def test_days_are_picked_in_a_calendar_and_made_anew(made_to_try, chromium_browser):
    with page_of(chromium_browser, made_to_try.url, "/runs?backfill=shop") as page:
        dialog = page.get_by_role("dialog", name=re.compile("Backfill"))
        dialog.get_by_role("checkbox", name="history").check()
        dialog.get_by_label("First day").fill("2026-01-30")
        dialog.get_by_label("Last day").fill("2026-02-02")
        dialog.get_by_text("4 days").wait_for()
        expect_accessible(page)
        dialog.get_by_role("button", name="Begin").click()
        page.get_by_role("heading", name=re.compile("Backfill 1 of shop ?succeeded"), level=1).wait_for()
        page.get_by_role("button", name=re.compile("30 Jan 2026: succeeded")).wait_for()
        expect_accessible(page)
        expect_fits(page)
        page.get_by_role("button", name=re.compile("2 Feb 2026: succeeded")).click()
        page.get_by_role("heading", name=re.compile("shop #4"), level=1).wait_for()
        page.goto("/runs?backfill=shop")
        dialog.get_by_label("First day").fill("2026-01-30")
        dialog.get_by_role("checkbox", name="totals").check()
        dialog.get_by_role("button", name="Begin").click()
        page.get_by_text(re.compile("interval: COLUMN")).wait_for()  # what is refused says why, and nothing begins
        expect_quiet(page, "400")


@pytest.mark.parametrize("size", SIZES)
def test_schedules_and_sensors_say_what_they_wait_for(made_to_try, chromium_browser, size):
    with page_of(chromium_browser, made_to_try.url, "/runs?tab=schedules", size) as page:
        page.get_by_text("All its files, whole; it looks in").wait_for()
        page.get_by_text("Its time, in").wait_for()
        expect_accessible(page)
        expect_fits(page)
        picture(page, "schedules", size, "light")
        page.get_by_role("button", name="Start now: shop:nightly").click()
        page.get_by_role("button", name="Jobs of shop:nightly").click()
        drawer = page.get_by_role("dialog", name="Jobs of shop:nightly")
        drawer.get_by_role("link", name="run 1").wait_for()
        expect_accessible(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Pause shop:nightly").click()
        page.get_by_role("button", name="Resume shop:nightly").wait_for()
        expect_quiet(page)


def test_nothing_yet_and_a_run_that_is_not_there(make_server, chromium_browser):
    server = make_server()
    with page_of(chromium_browser, server.url, "/runs?tab=runs") as page:
        page.get_by_text("Nothing ran yet").wait_for()
        page.goto("/runs/77")
        page.get_by_role("alert").get_by_text("77").wait_for()
        expect_accessible(page)
        expect_quiet(page, "404")
