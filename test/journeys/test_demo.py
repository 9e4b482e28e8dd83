"""The demo, from nothing to its last line: what it says of models, segments and sales to come is there and is what the workspace it leaves behind has."""

import json

import pytest

from conftest import query_csv, run

MODELS = {"buy_again": ["user_top", "last_basket", "tifu_knn"], "try_first": ["popular"], "next_in_cart": ["popular", "co_count"]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "shop"
    return folder / "workspace", run("demo", folder, "--scale", "0.05", "--exit").stdout


def block(told, begin):
    """Rows of the table below the line that begins so: header, rule and rows end at an empty line."""
    lines = told[told.index(begin):].split("\n\n")[0].splitlines()
    return lines[1], lines[3:]


def test_every_model_is_trained_and_shown_beside_its_baselines(demo):
    """What is printed are the figures of the report that the registry keeps, and the version serves."""
    workspace, told = demo
    header, rows = block(told, "models beside their baselines")
    assert header.split() == ["model", "measured", "on", "f1", "recall@10", "ndcg@10", "hit_rate@10"]
    cells = [row.split() for row in rows]
    expected = []
    for model, baselines in MODELS.items():
        assert f"train {model}" in told and "is promoted and serves" in told
        report = json.loads(run("evaluate", f"online_retail/{model}", "--json", workspace=workspace).stdout)
        figures = lambda of: [f"{of[name]:.4f}" for name in ("f1", "recall@10", "ndcg@10", "hit_rate@10")]
        expected.append((model, figures(report["metrics"])))
        expected += [(name, figures(report["baselines"][name])) for name in baselines]
    assert [(row[0] if row[0] in MODELS else row[1], row[-4:]) for row in cells] == expected


def test_recommendations_come_with_reasons(demo):
    """Three lists of one customer, three products each, each with a reason; and whether he will buy one of them."""
    _, told = demo
    header, rows = block(told, "GET /v1/recommendations/")
    assert [row.split()[0] for row in rows if not row.startswith(" ")] == ["again", "new", "next"]
    because = header.index("because")
    assert len(rows) == 9 and all(row[because:].strip() for row in rows)
    assert "POST /v1/predictions/reorder: customer " in told and "above all: " in told


def test_segments_and_forecast_are_those_of_the_tables(demo):
    workspace, told = demo
    _, segments = block(told, "segments of customers")
    sizes = query_csv(workspace, "SELECT segment, size FROM online_retail.customer_segments_summary ORDER BY cluster")
    assert len(segments) == len(sizes) > 1
    assert all(row.startswith(name) and f" {size} " in row for row, (name, size) in zip(segments, sizes))
    _, days = block(told, "sales forecast of the country")
    assert len(days) == 7 and len({row.split()[-4] for row in days}) == 7
    for row in days:
        forecast, low, high = (float(cell) for cell in row.split()[-3:])
        assert low <= forecast <= high


def test_one_letter_waits_for_a_person_and_every_check_holds(demo):
    """What is left to repair is one honest example; nothing else needs anybody."""
    workspace, told = demo
    assert "1 dead letter" in told
    (letter,) = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    assert letter["stream"] == "online_retail" and "2 pcs" in letter["reason"]
    assert query_csv(workspace, "SELECT table_name, check_name FROM system.checks WHERE state <> 'passed'") == []
