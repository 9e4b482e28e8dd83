"""Recommend in a real browser: lists, single predictions, a basket that grows, models that are trained, measured, promoted and rolled back; and what is not there."""

import re

import pytest
from browser import SIZES, THEMES, expect_accessible, expect_fits, expect_quiet, page_of, picture
from conftest import Server, run
from test_models import BUY_AGAIN, make_lines, make_shop
from test_recommendations import LIVE, NEXT, STREAM, TRY_FIRST

REFUSED = "status of 40[049]"
GONE = "ERR_|Failed to load|status of"
SHOP_NEXT = """kind: next_in_cart
interactions: {table: interactions, user: customer_id, item: stock_code, basket: invoice_no, sequence: invoice_number, position: place, day: days_since_start}
items: {table: product_names, item: stock_code, name: description}
"""


def make_package(folder, models):
    made = make_shop(folder, make_lines(), models)
    (made / "packages/shop/sources/shop_orders.yml").write_text(STREAM)
    (made / "packages/shop/assets/live_lines.sql").write_text(LIVE)
    return made


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    models = {"buy_again": BUY_AGAIN, "try_first": TRY_FIRST, "next_in_cart": NEXT}
    folder = make_package(tmp_path_factory.mktemp("recommend") / "shop", models)
    for model in models:
        run("train", model, workspace=folder)
    server = Server(folder).start()
    yield server
    server.stop()


def choose(page, label, text, option):
    page.get_by_role("combobox", name=label).fill(text)
    page.get_by_role("option", name=option).first.click()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_lists_a_prediction_and_a_basket_in_every_size_and_theme(trained, chromium_browser, size, theme):
    """One customer's three lists with reasons; the first of them as a prediction; a basket that begins with it."""
    with page_of(chromium_browser, trained.url, "/recommend", size, theme) as page:
        page.get_by_text("For whom?").wait_for()
        choose(page, "Customer", "7", "7")
        for name in ("Buy again", "Try for the first time", "Add to the basket next"):
            page.get_by_role("list", name=name).get_by_role("listitem").nth(4).wait_for()
        first = page.get_by_role("list", name="Buy again").get_by_role("listitem").first
        assert re.search("of their orders|orders ago", first.text_content())
        expect_accessible(page)
        expect_fits(page)
        picture(page, "recommend", size, theme)
        share = re.search(r"\d+%", first.text_content())[0]
        first.get_by_role("link").click()
        page.get_by_role("list", name="Reasons, strongest first").wait_for()
        assert round(float(re.search(r"([\d.]+)%", page.locator("strong").first.text_content())[1])) == int(share[:-1])
        expect_accessible(page)
        expect_fits(page)
        picture(page, "recommend-prediction", size, theme)
        page.goto("/recommend?tab=basket&user=7")
        choose(page, "Add a product", "product 3", re.compile("Product 3"))
        page.get_by_role("list", name="Products in the basket").get_by_text("Product 3").wait_for()
        page.get_by_role("list", name="Suggested next").get_by_role("listitem").nth(4).wait_for()
        expect_accessible(page)
        expect_fits(page)
        expect_quiet(page)
        picture(page, "recommend-basket", size, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_a_model_shows_how_good_it_is(trained, chromium_browser, size, theme):
    with page_of(chromium_browser, trained.url, "/recommend?tab=models", size, theme) as page:
        page.get_by_role("link", name="shop/buy_again").click()
        page.get_by_role("heading", name="shop/buy_again", level=1).wait_for()
        report = trained.get("/v1/models/shop/buy_again/report").json()
        figures = page.get_by_role("region", name="Measured")
        figures.get_by_text(f"{round(report['metrics']['recall@10'] * 100, 1):g}%", exact=True).first.wait_for()
        for name in ("Recall beside the baselines", "Recall of products bought before and not", "What was predicted beside what happened"):
            page.get_by_role("img", name=name).locator("canvas").wait_for()
        page.get_by_text("of all products are on a list").wait_for()
        assert page.get_by_role("list", name="Features").get_by_role("listitem").count() == 3
        expect_accessible(page)
        expect_fits(page)
        picture(page, "recommend-model", size, theme)
        page.get_by_role("radio", name="Hit rate").check(force=True)
        page.get_by_role("img", name="Hit rate beside the baselines").locator("canvas").wait_for()
        assert "metric=hit_rate" in page.url
        expect_quiet(page)


def test_the_basket_decides_what_is_suggested(trained, chromium_browser):
    """What is added is suggested no longer, the suggestions are those of the API, and the address holds the basket."""
    with page_of(chromium_browser, trained.url, "/recommend?tab=basket") as page:
        suggested = page.get_by_role("list", name="Suggested next")
        names = []
        for _ in range(3):
            suggested.get_by_role("button").first.wait_for()
            name = suggested.get_by_role("listitem").first.locator("span span").first.text_content()
            suggested.get_by_role("button", name=f"Add {name}", exact=True).click()
            page.get_by_role("button", name=f"Take {name} out", exact=True).wait_for()
            suggested.get_by_text(name, exact=True).wait_for(state="detached")
            names.append(name)
        products = [f"P{int(name.split()[1]):03}" for name in names]
        told = trained.get("/v1/recommendations/-", params={"kind": "next", "basket": ",".join(products), "limit": 8, "package": "shop"}).json()
        assert [entry.text_content() for entry in suggested.locator("span span:first-child").all()] == [one["name"] for one in told["recommendations"]]
        page.reload()
        page.get_by_role("button", name=f"Take {names[1]} out", exact=True).click()
        page.get_by_role("button", name=f"Take {names[1]} out", exact=True).wait_for(state="detached")
        assert page.get_by_role("list", name="Products in the basket").get_by_role("listitem").count() == 2
        expect_quiet(page)


def test_a_prediction_by_keys_alone(trained, chromium_browser):
    bought = trained.get("/v1/recommendations/7?kind=again&limit=1").json()["recommendations"][0]
    with page_of(chromium_browser, trained.url) as page:
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.keyboard.press("g")
        page.keyboard.press("m")
        page.get_by_role("heading", name="Recommend", level=1).wait_for()
        page.get_by_role("tab", name="For a customer").focus()
        page.keyboard.press("ArrowRight")
        page.get_by_role("combobox", name="Product").wait_for()
        page.get_by_role("combobox", name="Customer").focus()
        page.keyboard.type("7")
        page.get_by_role("option", name="7", exact=True).wait_for()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type(bought["name"])
        page.keyboard.press("Enter")  # at once: it is looked up before it is taken
        page.get_by_role("list", name="Reasons, strongest first").wait_for()
        page.get_by_text(f"{round(bought['score'] * 100, 1):g}%", exact=True).first.wait_for()
        expect_quiet(page)


def test_raw_features_by_form_and_as_json(trained, chromium_browser):
    with page_of(chromium_browser, trained.url, "/recommend?tab=predict&by=features") as page:
        page.get_by_label("orders_with", exact=True).fill("7")
        page.get_by_label("order_rate", exact=True).fill("1")
        page.get_by_role("list", name="Reasons, strongest first").get_by_text("in 100 % of their orders").wait_for()
        told = trained.post("/v1/predictions/reorder", json={"features": {"orders_with": 7, "order_rate": 1}, "package": "shop"}).json()
        page.get_by_text(f"{round(told['probability'] * 100, 1):g}%", exact=True).first.wait_for()
        expect_accessible(page)
        page.get_by_role("radio", name="JSON").check(force=True)
        written = page.get_by_label("Features as JSON")
        assert written.input_value() == '{"orders_with":7,"order_rate":1}'
        written.fill('{"orders_with": ')
        page.get_by_text("This is not JSON").wait_for()
        expect_quiet(page)
        written.fill('{"nonsense": 1}')
        page.get_by_role("alert").get_by_text("the model has no feature 'nonsense'").wait_for()
        expect_accessible(page)
        expect_quiet(page, besides=REFUSED)


def test_who_and_what_nobody_knows_is_said(trained, chromium_browser):
    with page_of(chromium_browser, trained.url, "/recommend?user=stranger") as page:
        page.get_by_text("Nothing is known of stranger").first.wait_for()
        page.get_by_role("list", name="Buy again").get_by_text("popular").first.wait_for()
        expect_quiet(page)
        page.goto("/recommend?tab=predict&user=7")
        page.get_by_role("combobox", name="Product").fill("unheard of")
        page.get_by_text("Nothing is called so").wait_for()
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("there is no product unheard of").wait_for()
        page.goto("/recommend?tab=basket&basket=unheard_of")
        page.get_by_role("alert").get_by_text("unheard_of").wait_for()
        page.get_by_role("button", name="Take unheard_of out").click()
        page.get_by_role("list", name="Suggested next").get_by_role("listitem").first.wait_for()
        page.goto("/recommend/models/shop/none")
        page.get_by_text("There is no model shop/none").wait_for()
        expect_accessible(page)
        expect_quiet(page, besides=REFUSED)


def test_a_model_is_trained_promoted_and_rolled_back(tmp_path, chromium_browser):
    """From nothing trained to a second version, all in the browser; what serves is what the API says."""
    server = Server(make_package(tmp_path / "shop", {"buy_again": BUY_AGAIN})).start()
    served = lambda: server.get("/v1/models/shop/buy_again").json()["served_version"]  # noqa: E731
    try:
        with page_of(chromium_browser, server.url, "/recommend?tab=predict") as page:
            page.get_by_text("Buy again: nothing is trained yet").wait_for()
            expect_accessible(page)
            picture(page, "recommend-untrained", "wide", "light")
            page.get_by_role("button", name="Train buy_again").click()
            page.get_by_role("combobox", name="Product").wait_for()
            assert served() == 1
            page.goto("/recommend/models/shop/buy_again")
            page.get_by_role("button", name="Train", exact=True).click()
            page.get_by_role("button", name="Let version 2 serve").or_(page.get_by_role("button", name="Let version 1 serve")).wait_for()
            other = 3 - served()
            page.get_by_role("button", name=f"Let version {other} serve").click()
            page.get_by_role("button", name=f"Let version {3 - other} serve").wait_for()
            assert served() == other
            page.get_by_role("button", name="Roll back").click()
            page.get_by_role("button", name=f"Let version {other} serve").wait_for()
            assert served() == 3 - other
            page.get_by_role("button", name="Evaluate").click()
            page.get_by_text("is measured on the data of now").wait_for()
            server.wait_until(lambda: server.get("/v1/trainings?limit=1").json()["trainings"][0]["state"] == "succeeded")
            expect_quiet(page)
    finally:
        server.stop()


def test_a_failed_training_says_why(tmp_path, chromium_browser):
    """The table that the model learns from cannot be made: the page has the reason, and the button again."""
    folder = make_package(tmp_path / "shop", {"buy_again": BUY_AGAIN})
    (folder / "packages/shop/assets/features.sql").write_text("/* asset: {layer: mart} */\nSELECT fold, user_id, product, label / 0 AS broken FROM nowhere\n")
    server = Server(folder).start()
    try:
        with page_of(chromium_browser, server.url, "/recommend/models/shop/buy_again", "phone") as page:
            page.get_by_role("button", name="Train buy_again").click()
            page.get_by_text(re.compile("The last training failed")).or_(page.get_by_role("alert")).first.wait_for()
            expect_accessible(page)
            expect_fits(page)
    finally:
        server.stop()


def test_a_server_that_stops_and_comes_back(trained, chromium_browser):
    with page_of(chromium_browser, trained.url, "/recommend?tab=basket") as page:
        page.get_by_role("list", name="Suggested next").get_by_role("listitem").first.wait_for()
        trained.stop()
        page.get_by_role("list", name="Suggested next").get_by_role("button").first.click()
        page.get_by_role("alert").get_by_text("does not answer").or_(page.get_by_text("does not answer")).first.wait_for()
        trained.start()
        page.get_by_role("button", name="Try again").or_(page.get_by_text("live", exact=True)).first.wait_for()
        page.reload()
        page.get_by_role("list", name="Suggested next").get_by_role("listitem").first.wait_for()
        expect_quiet(page, besides=GONE)


def test_a_package_without_models_says_so(make_server, chromium_browser):
    server = make_server()
    for path in (server.workspace / "packages/online_retail/models").glob("*.yml"):
        path.unlink()
    server.stop()
    server.start()
    with page_of(chromium_browser, server.url, "/recommend", "phone") as page:
        page.get_by_text("No package of this workspace has models").wait_for()
        expect_accessible(page)
        expect_quiet(page)


def test_a_customers_page_has_the_lists_that_are_served(tmp_path, chromium_browser):
    """A model of the shop's own package: its list stands on the customer's page with reasons, and lists that nobody serves are not asked for."""
    folder = tmp_path / "workspace"
    run("init", folder, "--package", "online_retail")
    models = folder / "packages/online_retail/models"
    models.mkdir(exist_ok=True)
    (models / "next_in_cart.yml").write_text(SHOP_NEXT)
    run("generate", "online_retail", "--out", tmp_path / "generated", "--scale", "0.02", "--seed", "7")
    run("import", tmp_path / "generated", "--package", "online_retail", workspace=folder)
    run("run", "online_retail", workspace=folder)
    run("train", "online_retail/next_in_cart", workspace=folder)
    server = Server(folder).start()
    try:
        [[customer]] = server.sql("SELECT customer_id FROM online_retail.top_customers ORDER BY total_spent DESC NULLS LAST, customer_id LIMIT 1")
        told = server.get(f"/v1/recommendations/{customer}?kind=next&limit=6&package=online_retail").json()["recommendations"]
        with page_of(chromium_browser, server.url, f"/customers/{customer}") as page:
            listed = page.get_by_role("list", name="Add to the cart next").get_by_role("listitem")
            listed.nth(5).wait_for()
            assert [one["reason"] for one in told] == [entry.locator("p").text_content() for entry in listed.all()]
            assert page.get_by_text("Try for the first time").count() == 0
            expect_accessible(page)
            expect_quiet(page)
    finally:
        server.stop()
