"""Recipes in a real browser: three steps without code, rows and statistics after each, moved, undone, wrong, and saved as a file."""

import csv
import re

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import line, run

WRONG = "status of 400"  # a recipe that does not fit is answered so


@pytest.fixture
def sold(server, tmp_path):
    records = [line(InvoiceNo=str(536365 + n), Quantity=n + 1, Country="France" if n % 3 else "Spain") for n in range(12)]
    with open(tmp_path / "sold.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(line()))
        writer.writeheader()
        writer.writerows([*records, line(InvoiceNo="C536400", Quantity=-5)])
    with open(tmp_path / "sold.csv", "rb") as file:
        assert server.post("/v1/imports", data={"source": "online_retail"}, files={"file": file}).status_code == 202
    assert server.wait_for_rows(13) == 13
    return server


def add(page, words):
    """A step, by keys alone: the first that the words find."""
    page.get_by_role("button", name="Add a step").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Add a step").get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for(state="detached")


def three_steps(page):
    page.get_by_label("Input table").select_option("raw.online_retail")
    add(page, "filter")
    page.get_by_label("Where").fill("quantity > 0")
    page.get_by_text("12 rows after this step").wait_for()
    add(page, "group")
    page.get_by_role("checkbox", name="country").check()
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("New column").fill("pieces")
    page.get_by_label("Function").select_option("sum")
    page.get_by_label("Of column").select_option("quantity")
    page.get_by_text("2 rows after this step").wait_for()
    add(page, "sort")
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Column", exact=True).select_option("pieces")
    page.get_by_label("Order", exact=True).select_option("desc")
    page.get_by_role("region", name="Sample rows").get_by_role("row").nth(1).get_by_text("France").wait_for()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_three_steps_show_rows_statistics_and_sql(sold, chromium_browser, size, theme):
    with page_of(chromium_browser, sold.url, "/recipes", size, theme) as page:
        page.get_by_text("Choose an input table.").wait_for()
        expect_accessible(page)
        three_steps(page)
        expect_accessible(page)
        expect_fits(page)
        picture(page, "recipes", size, theme)
        page.get_by_role("tab", name="Columns").click()
        page.get_by_role("region", name="Column statistics").get_by_text("pieces").wait_for()
        expect_accessible(page)
        page.get_by_role("tab", name="SQL", exact=True).click()
        page.get_by_role("region", name="The recipe as SQL").get_by_text("GROUP BY").first.wait_for()
        expect_accessible(page)
        expect_fits(page)
        page.reload()
        page.get_by_role("list", name="Steps").get_by_text("3 sort").wait_for()
        expect_quiet(page, besides=WRONG)


def test_steps_are_moved_by_keys_and_by_dragging_and_undone(sold, chromium_browser):
    with page_of(chromium_browser, sold.url, "/recipes") as page:
        three_steps(page)
        steps = page.get_by_role("list", name="Steps")
        steps.get_by_role("button", name=re.compile("3 sort")).focus()
        page.keyboard.press("Alt+ArrowUp")
        steps.get_by_text("2 sort").wait_for()
        page.get_by_role("alert").get_by_text(re.compile("pieces")).first.wait_for()  # not made yet, at that place
        page.get_by_role("button", name="Undo").click()
        steps.get_by_text("3 sort").wait_for()
        page.get_by_role("listitem").filter(has_text="1 filter").drag_to(page.get_by_role("listitem").filter(has_text="2 group"))
        steps.get_by_text("2 filter").wait_for()
        page.get_by_role("heading", name="Recipes", level=1).click()
        page.keyboard.press("Control+z")
        steps.get_by_text("1 filter").wait_for()
        page.keyboard.press("Control+Shift+z")
        steps.get_by_text("2 filter").wait_for()


def test_a_step_that_does_not_fit_says_why(sold, chromium_browser):
    with page_of(chromium_browser, sold.url, "/recipes") as page:
        page.get_by_label("Input table").select_option("raw.online_retail")
        add(page, "filter")
        page.get_by_text("Step 1 (filter) still wants: where.").wait_for()
        page.get_by_label("Where").fill("qantity > 0")
        page.get_by_role("alert").get_by_text("Did you mean 'quantity'?").wait_for()
        expect_accessible(page)
        picture(page, "recipe-wrong", "wide", "light")
        page.get_by_label("Where").fill("quantity > 0")
        page.get_by_text("12 rows after this step").wait_for()


def test_a_saved_recipe_is_one_that_the_program_reads(sold, chromium_browser, tmp_path, workspace):
    with page_of(chromium_browser, sold.url, "/recipes") as page:
        three_steps(page)
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_label(re.compile("Publish as an asset")).check()
        expect_accessible(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download my_recipe.yml").click()
        file = tmp_path / "my_recipe.yml"
        download.value.save_as(file)
        assert "asset: {layer: mart}" in file.read_text()
    sold.stop()
    told = run("recipe", "run", file, "--out", tmp_path / "out.csv", workspace=workspace)
    assert (tmp_path / "out.csv").read_text().splitlines() == ["country,pieces", "France,56", "Spain,22"], told.stdout
