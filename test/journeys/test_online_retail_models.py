"""The models of online_retail, on its own tables: from generated lines to lists with reasons, each measured beside its baselines on the last invoices."""

import json

import pytest

from conftest import query_csv, run

BASELINES = {"buy_again": {"user_top", "last_basket", "tifu_knn"}, "try_first": {"popular"}, "next_in_cart": {"popular", "co_count"}}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retail_models")
    run("generate", "online_retail", "--out", folder / "files", "--scale", "0.05", "--seed", "3")
    run("init", folder / "shop", "--package", "online_retail")
    run("import", folder / "files", "--package", "online_retail", workspace=folder / "shop")
    return folder / "shop"


@pytest.fixture(scope="module")
def trained(shop):
    """Each training makes what it reads, asked-for features included."""
    for model in BASELINES:
        told = json.loads(run("train", model, "--json", workspace=shop).stdout)
        assert told["state"] == "succeeded" and told["promoted"], told
    return shop


@pytest.mark.parametrize("model", BASELINES)
def test_each_model_is_measured_beside_its_baselines(trained, model):
    """On customers whose last invoice was held out, and on no others; whatever a model is measured by, its baselines are too."""
    report = json.loads(run("evaluate", model, "--json", workspace=trained).stdout)
    assert set(report["baselines"]) == BASELINES[model]
    assert all(values.keys() == report["metrics"].keys() for values in report["baselines"].values())
    assert all(0 <= value <= 1 for value in report["metrics"].values())
    if model == "buy_again":
        held_out = query_csv(trained, "SELECT count(DISTINCT customer_id) FROM online_retail.buy_again_features WHERE fold = 'test'")
        assert report["users"] == int(held_out[0][0])


def test_lists_are_of_this_customer(trained):
    """Bought before, never bought, and neither in the cart: by the invoices themselves, with the products' names."""
    (customer, _), *_ = query_csv(
        trained, "SELECT customer_id, count(*) FROM online_retail.interactions GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1")
    bought = {row[0] for row in query_csv(trained, f"SELECT DISTINCT stock_code FROM online_retail.interactions WHERE customer_id = '{customer}'")}
    names = dict(query_csv(trained, "SELECT stock_code, description FROM online_retail.product_names"))

    def listed(*arguments):
        found = json.loads(run("recommend", customer, "--json", *arguments, workspace=trained).stdout)["recommendations"]
        assert found and all(one["name"] == names[one["product_id"]] and one["reason"] for one in found)
        return {one["product_id"] for one in found}

    assert listed("--kind", "again") <= bought
    assert not listed("--kind", "new") & bought
    cart = sorted(bought)[:2]
    assert not listed("--kind", "next", "--basket", ",".join(cart)) & set(cart)
    rows = query_csv(trained, f"SELECT DISTINCT list FROM online_retail.recommendations WHERE user_id = '{customer}' ORDER BY 1")
    assert rows == [["again"], ["new"]]


def test_of_two_packages_the_one_with_data_is_meant(shop, tmp_path):
    """basket has models of the same names. While nothing came in for it, its name need not be said; what has no data is named in full."""
    folder = tmp_path / "both"
    run("init", folder, "--package", "online_retail", "--package", "basket")
    refused = run("train", "next_in_cart", workspace=folder, check=False)
    assert refused.returncode == 1 and "PACKAGE/next_in_cart" in refused.stderr
    run("import", shop.parent / "files", "--package", "online_retail", workspace=folder)
    told = json.loads(run("train", "next_in_cart", "--json", workspace=folder).stdout)
    assert (told["package"], told["state"]) == ("online_retail", "succeeded")
    listed = json.loads(run("models", "--json", workspace=folder).stdout)["models"]
    assert {(one["package"], one["has_data"]) for one in listed} == {("online_retail", True), ("basket", False)}


def test_segments_of_the_real_customers(real_csv, tmp_path):
    """A9 on the real file: the four numbers of each customer, in clusters with names; most lie well in theirs, and other seeds find the same."""
    folder = tmp_path / "real"
    run("init", folder, "--package", "online_retail")
    run("import", real_csv, "--source", "online_retail", workspace=folder)
    run("run", "online_retail:+customer_segments", workspace=folder)
    run("run", "online_retail:customer_segments_summary", workspace=folder)
    assert query_csv(folder, "SELECT count(*), count(segment) FROM online_retail.customer_segments JOIN online_retail.customer_features USING (customer_id)") == [["4372", "4372"]]
    told = query_csv(folder, "SELECT segment, size, mean_silhouette, stability FROM online_retail.customer_segments_summary ORDER BY cluster")
    assert [row[0] for row in told] == ["Typical Active", "Dormant / At-Risk", "Elite VIP", "Outlier"]
    assert sum(int(row[1]) for row in told) == 4372
    assert float(told[0][2]) > 0.55 and float(told[0][3]) > 0.98
