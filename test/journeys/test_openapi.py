"""/openapi.json is true: every operation is asked, rightly and wrongly, and every answer is what it says."""

import json
import random
import re
import sqlite3
import time
import urllib.parse

import jsonschema
import pytest
import requests_unixsocket
from openapi_spec_validator import validate

from conftest import Server, line, run

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]

# What the examples cannot know: paths and bodies of operations that need something to be there, and the
# status that is then due (otherwise the documented 2xx). `{name}` is filled in from the `known` fixture.
KNOWN_PATHS = {
    "show_dead_letter": {"id": "{letter}"},
    "replay_dead_letter": {"id": "{letter}"},
    "discard_dead_letter": {"id": "{other_letter}"},
}
KNOWN_BODIES = {
    "replay_dead_letter": line(InvoiceNo="800001"),
    "begin_imports": {"source": "online_retail", "path": "{second_file}"},
    "run_saved_query": {},
    "begin_run": {"assets": ["clean"]},
}
KNOWN_STATUSES = {
    "score_model": 400,  # the model of the example makes lists
    "save_recipe": 409,  # there is one of the name, and no If-Match says that it may be replaced
    "cancel_import": 409,  # it has ended
    "cancel_run": 409,  # likewise
    "resume_run": 409,  # it succeeded
    "cancel_job": 409,  # it is over
    "cancel_backfill": 409,  # likewise
    "resume_backfill": 409,  # it succeeded
    "call_sensor": 409,  # it does not wait for calls
    "forget_sink": 409,  # it is in use
    "rollback_model": 409,  # there is one version
    "cancel_training": 409,  # it is over
}


# Path parameters that may be anything: a user of whom nothing is known gets what is popular.
KNOWS_ALL = {("recommend", "user")}


class Operation:
    def __init__(self, path, method, spec):
        self.path, self.method, self.spec = path, method.upper(), spec
        self.id = spec["operationId"]
        self.parameters = spec.get("parameters", [])

    def __repr__(self):
        return f"{self.method} {self.path}"

    def documented_success(self):
        return next(int(status) for status in self.spec["responses"] if status.startswith("2"))

    def url(self, known, **replaced):
        values = {p["name"]: str(p["example"]) for p in self.parameters if p["in"] == "path" and "example" in p}
        values |= {name: value.format(**known) for name, value in KNOWN_PATHS.get(self.id, {}).items()}
        values |= replaced
        return re.sub(r"\{(\w+)\}", lambda m: urllib.parse.quote(values[m.group(1)]), self.path)

    def examples(self, place):
        return {p["name"]: p["example"] for p in self.parameters if p["in"] == place and "example" in p}

    def body(self, known):
        """(body, content type) or None: the documented example, or what KNOWN_BODIES says."""
        media = self.spec.get("requestBody", {}).get("content", {})
        if self.id in KNOWN_BODIES:
            text = json.dumps(KNOWN_BODIES[self.id])
            for name, value in known.items():
                text = text.replace("{" + name + "}", value)
            return text, "application/json"
        for kind, one in media.items():
            if "example" in one:
                return one["example"] if isinstance(one["example"], str) else json.dumps(one["example"]), kind
        assert not media, f"{self}: no example of a body, and none in KNOWN_BODIES"
        return None

    def endless(self):
        """Its answer grows for as long as somebody listens."""
        return "text/event-stream" in self.spec["responses"].get("200", {}).get("content", {})

    def send(self, server, known, **options):
        options.setdefault("stream", self.endless())
        body = self.body(known) if self.method != "GET" else None
        if body:
            options.setdefault("data", body[0].encode())
            options["headers"] = {"Content-Type": body[1]} | options.get("headers", {})
        answer = server.request(self.method, options.pop("url", self.url(known)), **options)
        if self.endless():
            answer.close() if answer.ok else answer.content
        return answer


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi") / "workspace"
    run("init", folder, "--package", "online_retail", "--package", "basket")
    with sqlite3.connect(folder / "shop.sqlite") as shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        shop.execute("INSERT INTO orders VALUES (1)")
    (folder / "connections.yml").write_text("shop: {kind: sqlite, path: shop.sqlite}\n")
    (folder / "packages/online_retail/sources/shop_orders.yml").write_text(
        "source: shop_orders\nkind: database\nconnection: shop\ntable: orders\nload: snapshot\nfields: {id: {type: bigint}}\n"
    )
    with open(folder / "packages/online_retail/package.yml", "a") as manifest:
        manifest.write("\nnotifications: [{webhook: {url: 'http://127.0.0.1:1/'}}]\n")
        manifest.write("extracts: {dump: {connection: shop, folder: dumps, tables: [orders]}}\n")
        manifest.write("\nschedules:\n  nightly: {cron: '0 3 1 1 *', steps: [crawl]}\n")
    server = Server(folder).start()
    yield server
    server.stop()


def train_models(server, folder):
    """Thirty users of a grocer with five orders each; user 1 buys product 196 each time."""
    chance = random.Random(1)
    orders, lines = ["order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order"], ["order_id,product_id,add_to_cart_order,reordered"]
    for user in range(1, 31):
        seen, favourites = set(), chance.sample(range(190, 200), 3) if user > 1 else [196, 197]
        for number in range(1, 6):
            order_id = user * 10 + number
            orders.append(f"{order_id},{user},prior,{number},{number},9,{'' if number == 1 else 7}")
            basket = dict.fromkeys([p for p in favourites if p == 196 or chance.random() < 0.6] + [chance.randrange(190, 200)])
            for place, product in enumerate(basket, 1):
                lines.append(f"{order_id},{product},{place},{int(product in seen)}")
            seen |= set(basket)
    products = ["product_id,product_name,aisle_id,department_id"] + [f"{p},Product {p},{p % 3 + 1},1" for p in range(190, 200)]
    for name, text in {"orders": orders, "order_products": lines, "products": products}.items():
        (folder / f"{name}.csv").write_text("\n".join(text) + "\n")
        run("import", folder / f"{name}.csv", "--source", f"basket_{name}", workspace=server.workspace)
    for model in ("buy_again", "next_in_cart"):
        run("train", f"basket/{model}", workspace=server.workspace)


@pytest.fixture(scope="module")
def known(server, tmp_path_factory):
    """Something of everything: records, an invoice, two dead letters, a finished import, a file to import."""
    assert server.post_records([line(), line(StockCode="71053", Quantity=2)]).status_code == 200
    bad = [line(Quantity="six"), line(UnitPrice="dear")]
    assert server.post_records(bad, params={"on_invalid": "deadletter"}).json()["rejected"] == 2
    letters = [letter["id"] for letter in server.get("/v1/deadletters").json()["dead_letters"]]
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    files = [tmp_path_factory.mktemp("files") / "first.csv", server.workspace / "landing" / "second.csv"]
    for number, file in enumerate(files):
        file.write_text(header + f"90000{number},A,x,1,12/1/2010 8:26,1.5,17850,France\n")
    run("import", files[0], "--source", "online_retail", workspace=server.workspace)
    server.wait_for_rows(3)
    run_id = server.request("POST", "/v1/packages/online_retail/runs", json={"assets": ["clean", "+popular_products"]}).json()["id"]
    server.get(f"/v1/runs/{run_id}", params={"wait_ms": 30_000})
    server.wait_until(lambda: server.get("/v1/products", params={"q": "a"}).status_code == 200)
    job_id = server.post("/v1/schedules/online_retail/nightly/start", json={}).json()["id"]
    server.get(f"/v1/jobs/{job_id}", params={"wait_ms": 30_000})
    backfill = {"assets": ["clean"], "from": "2010-12-01", "to": "2010-12-02", "params": {"day": "{date}"}}
    backfill_id = server.post("/v1/packages/online_retail/backfills", json=backfill).json()["id"]
    assert server.get(f"/v1/backfills/{backfill_id}", params={"wait_ms": 30_000}).json()["state"] == "succeeded"
    train_models(server, tmp_path_factory.mktemp("baskets"))
    assert server.post("/v1/notices/test", json={"package": "online_retail"}).status_code == 202
    return {"letter": letters[0], "other_letter": letters[1], "second_file": files[1].name}


@pytest.fixture(scope="module")
def document(server):
    return server.get("/openapi.json").json()


@pytest.fixture(scope="module")
def operations(document):
    found = [Operation(path, method, spec) for path, item in document["paths"].items() for method, spec in item.items()]
    assert len(found) > 25
    return found


@pytest.fixture(scope="module")
def check(document):
    """Says what of an answer is not as documented; an empty text when all is."""

    def schema_of(status, kind, spec):
        answer = spec["responses"].get(str(status))
        if answer is None:
            return f"status {status} is not documented", None
        content = answer.get("content", {})
        if not content:
            return "", None
        for name, one in content.items():
            if name.split(";")[0] == kind.split(";")[0]:
                return "", one.get("schema")
        return f"{status} with {kind} is not documented", None

    def judge(operation, answer, status=None):
        if status is not None and answer.status_code != status:
            return f"{operation}: {answer.status_code} instead of {status}: {answer.text[:300]}"
        kind = answer.headers.get("Content-Type", "")
        wrong, schema = schema_of(answer.status_code, kind, operation.spec)
        if wrong:
            return f"{operation}: {wrong}: {answer.text[:300]}"
        if schema and re.match(r"application/(\w+\+)?json\b", kind) and answer.request.method != "HEAD":
            whole = schema | {"components": document["components"]}
            for error in jsonschema.Draft202012Validator(whole).iter_errors(answer.json()):
                return f"{operation}: {'/'.join(map(str, error.path))}: {error.message[:300]}"
        return ""

    return judge


def problem_of(answer, status):
    """What is wrong with an answer that must be a problem; an empty text when nothing is."""
    if answer.status_code != status:
        return f"{answer.status_code} instead of {status}"
    if answer.headers.get("Content-Type") != "application/problem+json":
        return f"no problem but {answer.headers.get('Content-Type')}"
    body = answer.json()
    if not {"type", "title", "status", "detail"} <= body.keys() or body["status"] != status:
        return f"not of the shape: {body}"
    if not all(isinstance(body[k], str) and body[k] for k in ("type", "title", "detail")):
        return f"says nothing: {body}"
    return ""


def test_it_is_openapi_3_1(document):
    validate(document)
    assert document["openapi"].startswith("3.1")
    for path in ["/v1/streams/{stream}/records", "/v1/query", "/v1/invoices/{invoice_no}", "/metrics", "/openapi.json"]:
        assert path in document["paths"]


def test_everything_is_described(operations):
    wrong = [str(o) for o in operations if not o.spec.get("summary") or not o.spec.get("tags")]
    wrong += [f"{o} {p['name']}" for o in operations for p in o.parameters if not p.get("description")]
    assert not wrong, wrong
    assert len({o.id for o in operations}) == len(operations)


def test_examples_are_what_their_schemas_say(document, operations):
    wrong = []
    for operation in operations:
        contents = [operation.spec.get("requestBody", {}).get("content", {})]
        contents += [answer.get("content", {}) for answer in operation.spec["responses"].values()]
        pairs = [(one["schema"], one["example"]) for content in contents for kind, one in content.items() if "example" in one and kind == "application/json"]
        pairs += [(p["schema"], p["example"]) for p in operation.parameters if "example" in p]
        for schema, example in pairs:
            validator = jsonschema.Draft202012Validator(schema | {"components": document["components"]})
            wrong += [f"{operation}: {e.message[:200]}" for e in validator.iter_errors(example)]
    assert not wrong, "\n".join(wrong)


def test_every_get_answers_what_it_says(server, known, operations, check):
    wrong = []
    for operation in (o for o in operations if o.method == "GET"):
        for query in ({}, operation.examples("query")):
            if any(p["required"] and p["in"] == "query" and p["name"] not in query for p in operation.parameters):
                continue
            answer = operation.send(server, known, params=query)
            wrong.append(check(operation, answer, operation.documented_success()))
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_head_is_get_without_body(server, known, operations):
    wrong = []
    for operation in (o for o in operations if o.method == "GET"):
        url, query = operation.url(known), operation.examples("query")
        get, head = operation.send(server, known, params=query), server.request("HEAD", url, params=query)
        same = head.headers.get("Content-Type") == get.headers.get("Content-Type")
        if head.status_code != get.status_code or head.content or not same:
            wrong.append(f"{operation}: {head.status_code} {head.headers}")
    assert not wrong, "\n".join(wrong)


def test_other_methods_are_refused_by_name(server, known, document, operations):
    wrong = []
    for path in document["paths"]:
        here = {o.method: o for o in operations if o.path == path}
        url = next(iter(here.values())).url(known)
        allowed = set(here) | ({"HEAD"} if "GET" in here else set())
        for method in set(METHODS) - allowed:
            answer = server.request(method, url)
            said = {m.strip() for m in answer.headers.get("Allow", "").split(",")}
            if problem_of(answer, 405) or said != allowed:
                wrong.append(f"{method} {url}: {problem_of(answer, 405)} Allow: {said}, documented: {allowed}")
    assert not wrong, "\n".join(wrong)


def test_unknown_parameters_are_refused(server, known, operations):
    wrong = []
    for operation in operations:
        answer = operation.send(server, known, params=operation.examples("query") | {"colour": "blue"})
        if problem_of(answer, 400) or "colour" not in answer.json()["detail"]:
            wrong.append(f"{operation}: {problem_of(answer, 400)} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def bad_values(parameter):
    """Values that the parameter's schema excludes."""
    schema = parameter["schema"]
    if schema["type"] == "integer":
        yield from ["", "x", "1.5", "99999999999999999999"]
        yield from [str(schema["minimum"] - 1)] if "minimum" in schema else []
        yield from [str(schema["maximum"] + 1)] if "maximum" in schema else []
    if "enum" in schema:
        yield "nothing-of-that"


def test_bad_parameters_are_refused(server, known, operations, check):
    wrong = []
    for operation in operations:
        for parameter in (p for p in operation.parameters if p["in"] == "query"):
            for value in bad_values(parameter):
                answer = operation.send(server, known, params=operation.examples("query") | {parameter["name"]: value})
                if said := problem_of(answer, 400) or check(operation, answer):
                    wrong.append(f"{operation} {parameter['name']}={value!r}: {said}")
    assert not wrong, "\n".join(wrong)


def test_what_is_not_there_is_404(server, known, operations, check):
    wrong = []
    for operation in (o for o in operations if "404" in o.spec["responses"]):
        names = [p["name"] for p in operation.parameters if p["in"] == "path"]
        for name in (name for name in names if (operation.id, name) not in KNOWS_ALL):
            value = "987654321" if next(p for p in operation.parameters if p["name"] == name)["schema"]["type"] == "integer" else "no such thing"
            answer = operation.send(server, known, url=operation.url(known, **{name: value}), params=operation.examples("query"))
            if said := problem_of(answer, 404) or check(operation, answer):
                wrong.append(f"{operation} {name}={value!r}: {said}")
    for path in ["/no-such-page", "/v1", "/v1/", "/v2/streams", "/v1/streams/", "/v1/streams/a/b/c/d", "/%00", "/v1/%2e%2e/x", "/favicon.ico"]:
        if said := problem_of(server.get(path), 404):
            wrong.append(f"{path}: {said}")
    assert not wrong, "\n".join(wrong)


def test_bodies_that_cannot_be_read_are_refused(server, known, operations, check):
    wrong = []
    for operation in (o for o in operations if o.spec.get("requestBody")):
        attempts = [(b"{", "application/json", 400), (b"x", "image/png", 415)]
        if operation.spec["requestBody"].get("required", False):
            attempts.append((b"", "application/json", 400))
        for data, kind, status in attempts:
            answer = operation.send(server, known, data=data, headers={"Content-Type": kind})
            if said := problem_of(answer, status) or check(operation, answer):
                wrong.append(f"{operation} {kind} {data!r}: {said}")
    assert not wrong, "\n".join(wrong)


def test_every_format_of_an_answer_can_be_asked_for(server, known, operations, check):
    wrong = []
    for operation in operations:
        content = operation.spec["responses"].get("200", {}).get("content", {})
        for kind in content if len(content) > 1 else []:
            answer = operation.send(server, known, headers={"Accept": kind})
            if answer.headers.get("Content-Type", "").split(";")[0] != kind.split(";")[0]:
                wrong.append(f"{operation} {kind}: {answer.status_code} {answer.headers.get('Content-Type')}")
            wrong.append(check(operation, answer, 200))
        if len(content) > 1:
            wrong.append(problem_of(operation.send(server, known, headers={"Accept": "image/png"}), 406))
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_the_control_socket_speaks_the_same(server, operations):
    socket = urllib.parse.quote(str(server.workspace / "data/control.sock"), safe="")
    with requests_unixsocket.Session() as session:
        assert session.get(f"http+unix://{socket}/v1/version").json() == server.get("/v1/version").json()
        assert session.get(f"http+unix://{socket}/openapi.json").text == server.get("/openapi.json").text
        assert session.get(f"http+unix://{socket}/v1/nothing").json()["status"] == 404


def wait_while(busy, what, seconds=30):
    until = time.monotonic() + seconds
    while busy():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def wait_for_serving(server):
    wait_while(lambda: any(sink["lag"] for sink in server.get("/v1/streams/online_retail/lag").json()["sinks"]), "the sinks do not catch up")


def wait_for_imports(server):
    wait_while(lambda: any(i["state"] in ("queued", "running") for i in server.get("/v1/imports").json()["imports"]), "an import does not end")


def test_every_post_answers_what_it_says(server, known, operations, check):
    """Last, because it changes what there is."""
    wrong = []
    for operation in (o for o in operations if o.method != "GET"):
        wait_for_imports(server)  # a rebuild does not begin while one is under way
        status = KNOWN_STATUSES.get(operation.id, operation.documented_success())
        wrong.append(check(operation, operation.send(server, known, params=operation.examples("query")), status))
    assert not any(wrong), "\n".join(filter(None, wrong))
    wait_for_serving(server)  # it was rebuilt; records that are in no file yet come from the stream after that
    for operation in (o for o in operations if o.method == "GET"):
        wrong.append(check(operation, operation.send(server, known, params=operation.examples("query")), operation.documented_success()))
    assert not any(wrong), "\n".join(filter(None, wrong))
