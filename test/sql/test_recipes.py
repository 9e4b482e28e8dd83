"""Recipes: every step against plain Python and pandas on odd rows; basket features against the SQL that defines them."""

import datetime
import decimal
import gzip
import json
import math
import pathlib
import sys

import pyarrow
import pyarrow.parquet
import pytest
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "journeys"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import recipes_doc  # noqa: E402
from conftest import DATA, ROOT, Server, binary, query_csv, run  # noqa: E402, F401
from odd_data import COLUMNS, FIELDS, PARTNER_FIELDS, PARTNERS, rows  # noqa: E402
from recipe_oracle import CASES  # noqa: E402

ARROW = {
    "bigint": pyarrow.int64(), "integer": pyarrow.int32(), "text": pyarrow.string(), "decimal(12,4)": pyarrow.decimal128(12, 4),
    "double": pyarrow.float64(), "timestamp": pyarrow.timestamp("us"), "date": pyarrow.date32(), "boolean": pyarrow.bool_(),
}


def write_package(workspace, name, tables):
    """A package whose sources take files with these columns."""
    folder = workspace / "packages" / name
    (folder / "sources").mkdir(parents=True)
    (folder / "package.yml").write_text(f"name: {name}\ndescription: For tests.\n")
    for table, fields in tables.items():
        source = {"source": table, "kind": "files", "empty_is_null": False, "fields": {f: {"type": t} for f, t in fields.items()}}
        (folder / "sources" / f"{table}.yml").write_text(yaml.safe_dump(source, sort_keys=False))


def write_parquet(path, fields, data):
    schema = pyarrow.schema([(name, ARROW[type]) for name, type in fields.items()])
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(data, schema=schema), path)


def recipe_of(steps, keep=COLUMNS):
    return f"recipe: tried\ninput: raw.odd\ninputs: {{partners: raw.partners}}\nsteps:\n  - keep: {{columns: [{', '.join(keep)}]}}\n  - {steps}\n"


def typed(value, type):
    if value is None:
        return None
    if type == "DOUBLE":
        return float(value)
    return decimal.Decimal(value) if type.startswith("DECIMAL") else value


class Odd:
    """A server with the odd rows as raw.odd, and the same rows here."""

    def __init__(self, folder):
        workspace = folder / "workspace"
        run("init", workspace)
        write_package(workspace, "odd", {"odd": FIELDS, "partners": PARTNER_FIELDS})
        self.rows = rows()
        write_parquet(folder / "odd.parquet", FIELDS, self.rows)
        write_parquet(folder / "partners.parquet", PARTNER_FIELDS, PARTNERS)
        run("import", folder / "odd.parquet", "--source", "odd", workspace=workspace)
        run("import", folder / "partners.parquet", "--source", "partners", workspace=workspace)
        self.workspace = workspace
        self.server = Server(workspace).start()

    def compile(self, recipe):
        answer = self.server.post("/v1/recipes/sql", json={"recipe": recipe, "file": "tried.yml"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, recipe):
        """Column names, and rows with their types."""
        compiled = self.compile(recipe)
        answer = self.server.post("/v1/query", json={"sql": compiled["sql"]})
        assert answer.status_code == 200, compiled["sql"] + "\n" + answer.text
        result = json.loads(answer.text, parse_float=decimal.Decimal)
        assert result["columns"] == compiled["columns"]
        types = [column["type"] for column in result["columns"]]
        return [c["name"] for c in result["columns"]], [[typed(v, t) for v, t in zip(row, types)] for row in result["rows"]]


@pytest.fixture(scope="session")
def odd(tmp_path_factory):
    made = Odd(tmp_path_factory.mktemp("recipes"))
    yield made
    made.server.stop()


def plain(value):
    """A value of the oracle as a result has it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else value


def sort_key(row):
    exact = [f"{v is None}{type(v).__name__ if isinstance(v, str) else ''}{v}" for v in row if not isinstance(v, (float, decimal.Decimal, int)) or isinstance(v, bool)]
    return exact, [(v is not None, f"{float(v or 0):.6f}") for v in row if not isinstance(v, (str, bool))]


def equal(got, want):
    if isinstance(got, float) and isinstance(want, (int, float)):
        return math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-9)
    return got == want and isinstance(got, bool) == isinstance(want, bool)


@pytest.mark.parametrize("name", sorted(CASES))
def test_step_equals_python(odd, name):
    """The same rows with the same values, whatever was null, equal, negative, empty or of another alphabet."""
    steps, oracle = CASES[name]
    columns, got = odd.ask(recipe_of(steps))
    expected = oracle([dict(row) for row in odd.rows])
    assert columns == list(expected[0])
    want = [[plain(v) for v in row.values()] for row in expected]
    assert len(got) == len(want) > 0
    if not name.startswith("sort"):
        got, want = sorted(got, key=sort_key), sorted(want, key=sort_key)
    wrong = [(g, w) for g, w in zip(got, want) if not all(map(equal, g, w))]
    if name.startswith("sort"):
        wrong = [(g, w) for g, w in zip(got, want) if (g[1], g[3]) != (w[1], w[3])]  # what is not sorted by may stand in any order
    assert not wrong, f"{len(wrong)} of {len(got)} rows differ (answer, expected): {wrong[:2]}"


def test_every_step_has_an_oracle(odd):
    steps = {step["name"] for step in odd.server.get("/v1/recipes/steps").json()["steps"]}
    assert len(steps) >= 35
    assert steps == {name.split()[0] for name in CASES}


def test_document_is_that_of_the_program(odd):
    steps = odd.server.get("/v1/recipes/steps").json()["steps"]
    assert (ROOT / "docs/RECIPES.md").read_text() == recipes_doc.page(steps), "make it anew: see tools/recipes_doc.py"


def test_the_same_recipe_gives_the_same_rows_each_time(odd):
    """Ties are broken by all columns: ranks, samples and running sums do not depend on chance or threads."""
    recipe = recipe_of(
        "window: {function: row_number, order_by: [country], into: n}\n  - sample: {rows: 100}\n"
        "  - window: {function: running_sum, column: qty, order_by: [flag], into: s}\n  - sort: {by: [n]}"
    )
    first = odd.ask(recipe)
    assert all(odd.ask(recipe) == first for _ in range(5))


def test_faults_are_problems_with_a_place(odd):
    for steps, expected in [
        ("fill: {columns: [country], method: mean}", "step 2 (fill): column 'country' is STRING; fill with mean needs a number"),
        ("drop: {columns: [contry]}", "Did you mean 'country'?"),
        ("filter: {where: \"id IN (SELECT 1)\"}", "step 2 (filter)"),
        ("filter: {where: \"read_text('/etc/passwd') = ''\"}", "step 2 (filter)"),
        ("join: {with: raw.nothing, on: [id]}", "raw.nothing"),
    ]:
        answer = odd.server.post("/v1/recipes/preview", json={"recipe": recipe_of(steps), "file": "tried.yml"})
        assert answer.status_code == 400, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert expected in answer.text and "tried.yml:6" in answer.text, answer.text


def test_preview_tells_what_columns_hold(odd):
    recipe = recipe_of("filter: {where: qty > 0}\n  - sort: {by: [{id: desc}]}")
    look = odd.server.post("/v1/recipes/preview", json={"recipe": recipe, "step": 3, "rows": 5}).json()
    left = [row for row in odd.rows if row["qty"] is not None and row["qty"] > 0]
    assert look["row_count"] == len(left) and not look["input_limited"] and look["steps"] == 3
    assert [row[0] for row in look["rows"]] == sorted((row["id"] for row in left), reverse=True)[:5]
    for column in look["columns"]:
        held = [row[column["name"]] for row in left if row[column["name"]] is not None]
        assert (column["count"], column["nulls"], column["distinct"]) == (len(held), len(left) - len(held), len(set(held)))
        if column["histogram"]:
            assert sum(bar["count"] for bar in column["histogram"]) == len(held)
            assert math.isclose(column["mean"], float(sum(held)) / len(held), rel_tol=1e-9)
    assert odd.server.post("/v1/recipes/preview", json={"recipe": recipe, "step": 0}).json()["row_count"] == len(odd.rows)


def test_commands(odd, tmp_path):
    """sql, preview and run, sent to the server that owns the workspace, with files of the client's."""
    path = tmp_path / "tried.yml"
    path.write_text(recipe_of("group: {by: [country], aggregates: {lines: {count: '*'}}}\n  - sort: {by: [country]}"))
    sql = run("recipe", "sql", path, workspace=odd.workspace).stdout
    assert "s2_group AS (" in sql and sql.rstrip().endswith('ORDER BY "country" NULLS LAST')
    script = run("recipe", "sql", path, "--pyspark", workspace=odd.workspace).stdout
    compile(script, "tried.py", "exec")
    shown = run("recipe", "preview", path, "--rows", "3", workspace=odd.workspace)
    assert "most frequent" in shown.stdout and "after step 3 of 3" in shown.stderr
    run("recipe", "run", path, "--out", tmp_path / "out.csv", workspace=odd.workspace)
    run("recipe", "run", path, "--out", tmp_path / "out.parquet", workspace=odd.workspace)
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.column_names == ["country", "lines"] and sum(table["lines"].to_pylist()) == len(odd.rows)
    assert len((tmp_path / "out.csv").read_text().splitlines()) == table.num_rows + 1
    path.write_text(recipe_of("filter: {were: 1}"))
    failed = run("recipe", "sql", path, workspace=odd.workspace, check=False)
    assert failed.returncode == 1 and "Did you mean 'where'?" in failed.stderr and "tried.yml:6" in failed.stderr


# ---------------------------------------------------------------- the features of a grocery's recommender

BASKET = {
    "basket_orders": {"order_id": "bigint", "user_id": "bigint", "eval_set": "text", "order_number": "integer", "order_dow": "integer",
                      "order_hour_of_day": "integer", "days_since_prior_order": "double"},
    "basket_order_products": {"order_id": "bigint", "product_id": "bigint", "add_to_cart_order": "integer", "reordered": "integer"},
}
PRIOR = "SELECT p.*, o.user_id, o.order_number FROM raw.basket_order_products AS p JOIN raw.basket_orders AS o ON p.order_id = o.order_id WHERE o.eval_set = 'prior'"
FEATURES = {
    "prd_features": (
        "window: {function: rank, by: [user_id, product_id], order_by: [order_number], into: nth}\n"
        "  - group: {by: [product_id], aggregates: {prod_orders: {count: '*'}, prod_reorders: {sum: reordered}, "
        "prod_first_orders: {count: '*', where: nth = 1}, prod_second_orders: {count: '*', where: nth = 2}}}\n"
        "  - sort: {by: [product_id]}",
        f"WITH prior AS ({PRIOR}), ranked AS (SELECT *, rank() OVER (PARTITION BY user_id, product_id ORDER BY order_number) AS nth FROM prior) "
        "SELECT product_id, count(*) AS prod_orders, CAST(sum(reordered) AS BIGINT) AS prod_reorders, count(*) FILTER (WHERE nth = 1) AS prod_first_orders, "
        "count(*) FILTER (WHERE nth = 2) AS prod_second_orders FROM ranked GROUP BY product_id ORDER BY product_id",
    ),
    "user_features_2": (
        "group: {by: [user_id], aggregates: {user_total_products: {count: '*'}, user_distinct_products: {count_distinct: product_id}, "
        "again: {count: '*', where: reordered = 1}, later: {count: '*', where: order_number > 1}}}\n"
        "  - add: {columns: {user_reorder_ratio: 'CAST(again AS DOUBLE) / nullif(later, 0)'}}\n"
        "  - drop: {columns: [again, later]}\n"
        "  - sort: {by: [user_id]}",
        f"WITH prior AS ({PRIOR}) SELECT user_id, count(*) AS user_total_products, count(DISTINCT product_id) AS user_distinct_products, "
        "CAST(count(*) FILTER (WHERE reordered = 1) AS DOUBLE) / nullif(count(*) FILTER (WHERE order_number > 1), 0) AS user_reorder_ratio "
        "FROM prior GROUP BY user_id ORDER BY user_id",
    ),
}


@pytest.fixture(scope="session")
def basket(tmp_path_factory):
    folder = DATA / "instacart/combined"
    if not folder.exists():
        pytest.skip(f"the real data is not here: {folder} (set TRADEWIND_TEST_DATA)")
    here = tmp_path_factory.mktemp("basket")
    run("init", here / "workspace")
    write_package(here / "workspace", "basket", {})
    for table, fields in BASKET.items():
        source = {"source": table, "kind": "files", "fields": {f: {"type": t} for f, t in fields.items()}}
        (here / f"workspace/packages/basket/sources/{table}.yml").write_text(yaml.safe_dump(source, sort_keys=False))
    for table, names in {"basket_orders": ["orders"], "basket_order_products": ["order_products__prior", "order_products__train"]}.items():
        for name in names:
            path = here / f"{name}.csv"
            path.write_bytes(gzip.decompress((folder / f"{name}.csv.gz").read_bytes()))
            run("import", path, "--source", table, workspace=here / "workspace")
    return here


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_basket_features_are_recipes(basket, name):
    """Every row and digit of the features that were made without code equals the SQL of their definition."""
    steps, sql = FEATURES[name]
    path = basket / f"{name}.yml"
    path.write_text(
        f"recipe: {name}\ninput: raw.basket_order_products\ninputs: {{orders: raw.basket_orders}}\nsteps:\n"
        "  - join: {with: orders, on: [order_id], columns: [user_id, order_number, eval_set]}\n"
        f"  - filter: {{where: \"eval_set = 'prior'\"}}\n  - {steps}\n"
    )
    out = basket / f"{name}.csv"
    run("recipe", "run", path, "--out", out, workspace=basket / "workspace")
    expected = run("query", sql, "--format", "csv", workspace=basket / "workspace").stdout
    assert out.read_text() == expected
    assert len(expected.splitlines()) > 1000


def test_a_recipe_can_be_an_asset(basket):
    """With an `asset:` block a recipe is a table of its package, made by `run`, with checks; another recipe goes on from it."""
    folder = basket / "workspace/packages/basket/recipes"
    folder.mkdir(exist_ok=True)
    steps, sql = FEATURES["prd_features"]
    (folder / "prd_features.yml").write_text(
        "recipe: prd_features\ninput: raw.basket_order_products\ninputs: {orders: raw.basket_orders}\n"
        "asset:\n  layer: mart\n  checks: [{unique: product_id}]\nsteps:\n"
        "  - join: {with: orders, on: [order_id], columns: [user_id, order_number, eval_set]}\n"
        f"  - filter: {{where: \"eval_set = 'prior'\"}}\n  - {steps}\n"
    )
    (folder / "prd_ratio.yml").write_text(
        "recipe: prd_ratio\ninput: basket.prd_features\nasset: {}\nsteps:\n"
        "  - add: {columns: {prod_reorder_ratio: prod_reorders / prod_orders}}\n  - keep: {columns: [product_id, prod_reorder_ratio]}\n"
    )
    run("run", "basket", workspace=basket / "workspace")
    expected = query_csv(basket / "workspace", sql)
    assert query_csv(basket / "workspace", "SELECT * FROM basket.prd_features ORDER BY product_id") == expected
    ratios = query_csv(basket / "workspace", "SELECT * FROM basket.prd_ratio ORDER BY product_id")
    assert [[row[0], float(row[1])] for row in ratios] == [[row[0], int(row[2]) / int(row[1])] for row in expected]
