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


def save_as(page, name, package="online_retail"):
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="Save the recipe")
    dialog.get_by_label("Package", exact=True).select_option(package)
    dialog.get_by_label("Name", exact=True).fill(name)
    return dialog


def test_a_recipe_is_saved_to_the_package_published_opened_and_made_by_runs(sold, chromium_browser, workspace):
    """From three steps in the browser to a table: saved, listed, opened again as it was, and after the next start a run makes it."""
    file = workspace / "packages/online_retail/recipes/pieces_by_country.yml"
    with page_of(chromium_browser, sold.url, "/recipes") as page:
        three_steps(page)
        dialog = save_as(page, "Pieces!")
        dialog.get_by_text("Small letters, digits and _").wait_for()
        assert dialog.get_by_role("button", name="Save as new").is_disabled()
        dialog.get_by_label("Name", exact=True).fill("pieces_by_country")
        dialog.get_by_label(re.compile("Publish as an asset")).check()
        expect_accessible(page)
        picture(page, "recipe-save", "wide", "light")
        dialog.get_by_role("button", name="Save as new").click()
        page.get_by_role("heading", name="online_retail/pieces_by_country", level=1).wait_for()
        page.get_by_text("runs take it up with the next start").first.wait_for()
        assert "asset: {layer: mart}" in file.read_text() and page.url.endswith("/recipes/online_retail/pieces_by_country")
        page.goto("/recipes")
        page.get_by_role("button", name="Open", exact=True).click()
        page.get_by_role("dialog", name="Open a recipe").get_by_role("link", name="online_retail/pieces_by_country").click()
        page.get_by_role("list", name="Steps").get_by_text("3 sort").wait_for()
        page.get_by_role("button", name=re.compile("1 filter")).click()
        page.get_by_role("textbox", name="Where").fill("quantity > 1")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("dialog").wait_for(state="detached")
        assert "quantity > 1" in file.read_text()
        expect_accessible(page)
        expect_quiet(page, besides=WRONG)
    sold.stop()
    sold.start()
    assert sold.get("/v1/packages/online_retail/recipes/pieces_by_country").json()["in_use"]
    sold.stop()
    run("run", "online_retail:pieces_by_country", workspace=workspace)
    assert run("query", "SELECT * FROM online_retail.pieces_by_country ORDER BY 1", "--format", "csv", workspace=workspace).stdout.splitlines() == ["country,pieces", "France,56", "Spain,21"]


def test_what_somebody_else_saved_is_not_written_over_unasked(sold, chromium_browser, workspace):
    """The file changes under an open editor: the save is refused and says so, and only what is asked for twice replaces it."""
    other = "recipe: theirs\ninput: raw.online_retail\nsteps: []\n"
    with page_of(chromium_browser, sold.url, "/recipes") as page:
        page.get_by_label("Input table").select_option("raw.online_retail")
        save_as(page, "theirs").get_by_role("button", name="Save as new").click()
        page.get_by_role("heading", name="online_retail/theirs", level=1).wait_for()
        file = workspace / "packages/online_retail/recipes/theirs.yml"
        file.write_text(other + "# by hand\n")
        page.get_by_role("button", name="Save", exact=True).click()
        dialog = page.get_by_role("dialog", name="Save the recipe")
        dialog.get_by_role("button", name="Save", exact=True).click()
        dialog.get_by_role("alert").get_by_text("changed since it was read").wait_for()
        expect_accessible(page)
        assert "# by hand" in file.read_text()
        dialog.get_by_role("button", name="Replace it all the same").click()
        dialog.wait_for(state="detached")
        assert "# by hand" not in file.read_text()
        page.goto("/recipes")
        page.get_by_label("Input table").select_option("raw.online_retail")
        dialog = save_as(page, "theirs")
        dialog.get_by_role("button", name="Save as new").click()
        dialog.get_by_role("alert").get_by_text("has a recipe theirs").wait_for()
        expect_quiet(page, besides="status of 4(00|09|12)")


def test_a_recipe_that_cannot_be_shown_or_is_not_there_says_so(sold, chromium_browser, workspace):
    folder = workspace / "packages/online_retail/recipes"
    folder.mkdir(exist_ok=True)
    (folder / "strange.yml").write_text("recipe: strange\ninput: raw.online_retail\nsteps:\n  - unheard_of: {x: 1}\n")
    with page_of(chromium_browser, sold.url, "/recipes/online_retail/strange", "phone") as page:
        page.get_by_text("The editor cannot show this file").wait_for()
        page.get_by_text("does not know: unheard_of").wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        page.goto("/recipes/online_retail/none")
        page.get_by_role("alert").get_by_text("has no recipe none").wait_for()
        expect_quiet(page, besides="status of 404")


def test_saving_is_guarded(sold, workspace):
    """Another site's page, a name that leads elsewhere, a recipe that does not fit, a name that is another's: refused, and nothing is written."""
    good = {"recipe": "recipe: r\ninput: raw.online_retail\nsteps: []\n"}
    path = "/v1/packages/online_retail/recipes/r"
    folder = workspace / "packages/online_retail/recipes"
    assert sold.request("PUT", path, json=good, headers={"Origin": "http://elsewhere.example"}).status_code == 403
    assert sold.request("PUT", "/v1/packages/online_retail/recipes/..%2Fr", json=good).status_code in (400, 404)
    assert sold.request("PUT", "/v1/packages/none/recipes/r", json=good).status_code == 404
    assert sold.request("PUT", "/v1/packages/online_retail/recipes/other", json=good).status_code == 400
    assert sold.request("PUT", "/v1/packages/online_retail/recipes/clean", json={"recipe": good["recipe"].replace(": r\n", ": clean\n")}).status_code == 400
    for wrong in ("input: raw.nowhere\nsteps: []\n", "input: raw.online_retail\nsteps: [{filter: {where: qantity > 0}}]\n", "steps: ["):
        refused = sold.request("PUT", path, json={"recipe": "recipe: r\n" + wrong})
        assert refused.status_code == 400 and refused.json()["detail"], refused.text
    assert not list(folder.glob("*")) if folder.exists() else True
    saved = sold.request("PUT", path, json=good)
    assert saved.status_code == 200 and saved.headers["ETag"] == f'"{saved.json()["etag"]}"' and not saved.json()["in_use"]
    assert sold.request("PUT", path, json=good).status_code == 409
    assert sold.request("PUT", path, json=good, headers={"If-Match": '"0"'}).status_code == 412
    assert sold.request("PUT", path, json=good, headers={"If-Match": saved.headers["ETag"]}).status_code == 200
    listed = sold.get("/v1/recipes").json()
    assert "online_retail" in listed["packages"] and [one["recipe"] for one in listed["recipes"] if one["package"] == "online_retail"] == ["r"]
