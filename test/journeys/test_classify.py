"""Models of kind classify: high-value invoices of generated lines, and tables that cannot be learnt from."""

import json

import pytest

from conftest import Server, line, query_csv, run

PACKAGE = """name: odd
description: Rows to classify.
"""
MODEL = """kind: classify
rows: {{table: cases, id: n, label: label, time: at{more}}}
parameters: {{rounds: {rounds}, depth: 3}}
"""
# Two thirds of the labels follow x; noise says nothing; half of gaps is NaN or null.
CASES = """SELECT i AS n, i AS at, CAST({label} AS INTEGER) AS label, CAST((i * 7919) % 1000 AS DOUBLE) AS x,
       CAST((i * 104729) % 997 AS DOUBLE) AS noise, CASE WHEN i % 4 = 0 THEN CAST('NaN' AS DOUBLE) WHEN i % 4 = 1 THEN NULL ELSE CAST(i % 10 AS DOUBLE) END AS gaps
FROM (SELECT unnest(range({rows})) AS i) AS r
"""
FOLLOWS = "CASE WHEN (i * 31) % 3 = 0 THEN i % 2 WHEN (i * 7919) % 1000 > 600 THEN 1 ELSE 0 END"


def odd(folder, label=FOLLOWS, rows=3000, more="", rounds=40):
    run("init", folder)
    package = folder / "packages/odd"
    (package / "assets").mkdir(parents=True)
    (package / "models").mkdir()
    (package / "package.yml").write_text(PACKAGE)
    (package / "assets/cases.sql").write_text(CASES.format(label=label, rows=rows))
    (package / "models/verdict.yml").write_text(MODEL.format(more=more, rounds=rounds))
    return folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classify")
    run("generate", "online_retail", "--out", folder / "files", "--scale", "0.05", "--seed", "3")
    run("init", folder / "shop", "--package", "online_retail")
    run("import", folder / "files", "--package", "online_retail", workspace=folder / "shop")
    told = json.loads(run("train", "high_value", "--json", workspace=folder / "shop").stdout)
    assert told["state"] == "succeeded" and told["promoted"], told
    return folder / "shop"


def test_high_value_invoices_are_told_better_than_by_one_feature(shop):
    """Held out are the newest invoices, which no row learnt from is as new as; every figure stands beside those of both baselines."""
    report = json.loads(run("evaluate", "high_value", "--json", workspace=shop).stdout)
    metrics, baselines = report["metrics"], report["baselines"]
    assert set(baselines) == {"base_rate", "one_feature"} and all(values.keys() == metrics.keys() for values in baselines.values())
    assert metrics["auc"] > baselines["one_feature"]["auc"] > baselines["base_rate"]["auc"] == 0.5
    assert abs(baselines["base_rate"]["precision@10%"] - report["positive_rows"] / report["rows"]) < 1e-6
    held, positive = query_csv(shop, f"SELECT count(*), sum(high_value) FROM online_retail.invoice_starts WHERE invoice_date >= TIMESTAMP '{report['held_out_from']}'")[0]
    assert (int(held), int(positive)) == (report["rows"], report["positive_rows"])
    assert "precision@10%" in run("evaluate", "high_value", workspace=shop).stdout
    card = json.loads(run("models", "--json", workspace=shop).stdout)["models"]
    features = next(one for one in card if one["model"] == "high_value")["versions"][0]["features"]
    assert "first_amount" in features and not {"total", "high_value", "lines", "invoice_date"} & set(features)


def test_scores_are_a_table(shop):
    """One row for each invoice that can be asked about, in the order of what came: likely ones come to much more often."""
    rows = query_csv(shop, "SELECT likely, count(*), avg(high_value), min(probability), max(probability) FROM online_retail.high_value_scores JOIN online_retail.invoice_starts USING (invoice_no) GROUP BY likely ORDER BY likely")
    assert sum(int(row[1]) for row in rows) == int(query_csv(shop, "SELECT count(*) FROM online_retail.invoice_starts")[0][0])
    assert len(rows) == 2 and float(rows[0][2]) < float(rows[1][2])
    assert 0 <= float(rows[0][3]) and float(rows[0][4]) <= 0.5 < float(rows[1][3]) and float(rows[1][4]) <= 1


def test_life_of_a_version(tmp_path):
    """NaN and null are not known and stop nothing; trained twice the same bytes score the same; rollback brings the first back."""
    folder = odd(tmp_path / "odd")
    for _ in range(2):
        assert json.loads(run("train", "verdict", "--json", workspace=folder).stdout)["promoted"]
    served = json.loads(run("models", "--json", workspace=folder).stdout)["models"][0]
    assert served["served_version"] == 2
    assert served["versions"][0]["metrics"] == served["versions"][1]["metrics"] and served["versions"][0]["metrics"]["auc"] > 0.7
    assert json.loads(run("evaluate", "verdict", "--json", workspace=folder).stdout)["one_feature"] == "x"
    assert json.loads(run("rollback", "verdict", "--json", workspace=folder).stdout)["served_version"] == 1
    assert json.loads(run("promote", "verdict", "2", "--json", workspace=folder).stdout)["served_version"] == 2
    assert query_csv(folder, "SELECT count(*), count(probability), max(model_version) FROM odd.verdict_scores") == [["3000", "3000", "2"]]


def test_invoices_have_the_flag_and_what_was_said_before(shop):
    """GET /v1/invoices/{no}: the flag of the SQL table, and the probability of the table of scores, from memory; null for who is in neither. New scores
    are taken up when what serves has scored again."""
    server = Server(shop).start()
    try:
        rows = server.sql("SELECT v.invoice_no, v.high_value, s.probability FROM online_retail.invoice_values v LEFT JOIN online_retail.high_value_scores s ON s.invoice_no = v.invoice_no ORDER BY s.probability IS NULL, v.invoice_no", limit=10_000)
        known = [row for row in rows if row[2] is not None]
        assert known and len(known) < len(rows)
        for invoice, high, probability in known[::50] + rows[-3:]:
            served = server.get(f"/v1/invoices/{invoice}").json()
            assert served["high_value"] == high
            assert served["high_value_probability"] == (None if probability is None else pytest.approx(float(probability), rel=1e-6))
        [[cancelled]] = server.sql("SELECT max(invoice_no) FROM raw.online_retail WHERE invoice_no LIKE 'C%'")
        served = server.get(f"/v1/invoices/{cancelled}").json()
        assert served["high_value"] is None and served["high_value_probability"] is None
        before = server.sql("SELECT count(*), min(scored_at) FROM online_retail.high_value_scores")[0]
        lines = [line(InvoiceNo="999001", StockCode=str(10000 + n), Quantity=500, UnitPrice=9.5, InvoiceDate="12/31/2030 10:00") for n in range(3)]
        assert server.post_records(lines).status_code == 200
        job = server.post("/v1/models/online_retail/high_value/score").json()
        while job["state"] in ("queued", "running"):
            job = server.get(f"/v1/trainings/{job['id']}?wait_ms=1000").json()
        assert (job["kind"], job["state"], job["version"]) == ("score", "succeeded", 1), job
        after = server.sql("SELECT count(*), min(scored_at) FROM online_retail.high_value_scores")[0]
        assert after[0] == before[0] + 1 and after[1] > before[1]
        server.wait_until(lambda: server.get("/v1/invoices/999001").json()["high_value_probability"] is not None)
        [[usual]] = server.sql("SELECT avg(probability) FROM online_retail.high_value_scores")
        assert server.get("/v1/invoices/999001").json()["high_value_probability"] > float(usual)
        assert server.post("/v1/models/online_retail/buy_again/score").status_code == 400
    finally:
        server.stop()


def test_drift_of_features_and_scores_is_told(tmp_path):
    """Before the first training there is nothing to compare with. Later rows like those learnt from pass; when those that came since are others, the
    feature is told, and once they are scored the score too."""
    folder = odd(tmp_path / "odd")
    package = folder / "packages/odd"
    (package / "checks").mkdir()
    drift = "table: {table}\nchecks:\n  - drift: {{column: {column}, model: verdict, to_where: {where}, newer_by: at}}\n    blocking: false\n"
    (package / "checks/x.yml").write_text(drift.format(table="cases", column="x", where="NOT held_out"))
    (package / "checks/said.yml").write_text(drift.format(table="verdict_scores", column="probability", where="held_out"))
    assert "✗" not in run("validate", workspace=folder).stdout

    def told(table):
        [report] = json.loads(run("check", table, "--json", workspace=folder, check=False).stdout)["reports"]
        return [(one["state"], one["message"]) for one in report["checks"]]

    run("run", "odd", workspace=folder)
    assert told("odd.cases") == [("passed", "the model verdict has not been trained yet")]
    run("train", "verdict", workspace=folder)
    [(state, message)] = told("odd.cases")
    assert state == "passed" and "population stability index 0.0" in message
    assert told("odd.verdict_scores") == [("passed", "no row is newer than those of odd.verdict_learnt")]
    (package / "assets/cases.sql").write_text(CASES.format(label=FOLLOWS, rows=4000).replace("CAST((i * 7919) % 1000 AS DOUBLE) AS x", "CASE WHEN i < 3000 THEN CAST((i * 7919) % 1000 AS DOUBLE) ELSE 900.0 END AS x"))
    assert json.loads(run("score", "verdict", "--json", workspace=folder).stdout)["version"] == 1
    assert query_csv(folder, "SELECT count(*), min(model_version) FROM odd.verdict_scores") == [["4000", "1"]]
    for table in ("odd.cases", "odd.verdict_scores"):
        [(state, message)] = told(table)
        assert state == "failed" and "has moved from odd.verdict_learnt" in message, (table, message)


@pytest.mark.parametrize("given, told", [
    ({"label": "1"}, "have the same label"),
    ({"label": "i % 3"}, "neither 0 nor 1"),
    ({"label": "NULL"}, "no rows to learn from"),
    ({"rows": 0}, "no rows to learn from"),
    ({"label": "CASE WHEN i < 2000 THEN i % 2 ELSE 0 END"}, "rows held out of odd.cases have the same label"),
    ({"more": ", columns: [x, nois]"}, "noise"),
])
def test_what_cannot_be_learnt_is_told(tmp_path, given, told):
    """Nothing is registered, and the message names what is wrong."""
    folder = odd(tmp_path / "odd", **given)
    done = run("train", "verdict", workspace=folder, check=False)
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert json.loads(run("models", "--json", workspace=folder).stdout)["models"][0]["versions"] == []


def test_a_version_of_other_columns_says_so(tmp_path):
    """The column that a version was trained with is gone: its evaluation names it, and a new training goes on without."""
    folder = odd(tmp_path / "odd")
    run("train", "verdict", workspace=folder)
    (folder / "packages/odd/assets/cases.sql").write_text(CASES.format(label=FOLLOWS, rows=3000).replace("AS noise", "AS rumour"))
    run("run", "odd", workspace=folder)
    done = run("evaluate", "verdict", workspace=folder, check=False)
    assert done.returncode == 1 and "column noise" in done.stderr and "Train the model anew" in done.stderr
    assert json.loads(run("train", "verdict", "--json", workspace=folder).stdout)["promoted"]


@pytest.mark.parametrize("name", ["verdict_scores", "verdict_learnt"])
def test_an_asset_keeps_its_name(tmp_path, name):
    """A table that a training would write is told by validate where the package makes it itself; the training leaves the asset's rows as they are."""
    folder = odd(tmp_path / "odd")
    (folder / f"packages/odd/assets/{name}.sql").write_text("SELECT n FROM cases WHERE n < 7\n")
    told = run("validate", workspace=folder, check=False).stdout
    assert f"model verdict writes the table odd.{name}, which the package makes itself" in told
    run("run", "odd", workspace=folder)
    assert json.loads(run("train", "verdict", "--json", workspace=folder).stdout)["promoted"]
    assert query_csv(folder, f"SELECT count(*) FROM odd.{name}") == [["7"]]


def test_names_that_tables_need_are_told_before_learning(tmp_path):
    """Nothing is registered by a training whose tables could not be written."""
    folder = odd(tmp_path / "odd")
    (folder / "packages/odd/assets/cases.sql").write_text(CASES.format(label=FOLLOWS, rows=3000).replace("AS noise", "AS Held_Out"))
    done = run("train", "verdict", workspace=folder, check=False)
    assert done.returncode == 1 and "has a column Held_Out" in done.stderr, done.stderr
    assert json.loads(run("models", "--json", workspace=folder).stdout)["models"][0]["versions"] == []
