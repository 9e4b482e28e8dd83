"""Lineage: every table and column traced both ways, made or not; and runs told as OpenLineage events, which the
specification's own classes read, to receivers and files of every temper."""

import enum
import http.server
import importlib
import json
import pkgutil
import random
import threading
import time
import types
import typing
import uuid

import attr
import openlineage.client.generated as specification
import pytest
from openlineage.client.event_v2 import RunEvent

from conftest import Server, run

CONSTANTS = {"online_retail.average_sales.grain", "online_retail.top_products_by_period.grain"}
KILLS = 8


# ---------------------------------------------------------------- what the specification says


def facet_classes():
    found = {}
    for module in pkgutil.iter_modules(specification.__path__):
        for name, one in vars(importlib.import_module(f"{specification.__name__}.{module.name}")).items():
            if isinstance(one, type) and name.endswith("Facet"):
                found[name] = one
    return found


FACETS = facet_classes()


def build(kind, value, path):
    """`value` as an object of that type of the specification: no member unknown, none missing, none of another type."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    if typing.get_origin(kind) is list:
        assert isinstance(value, list), path
        return [build(typing.get_args(kind)[0], one, f"{path}[]") for one in value]
    if typing.get_origin(kind) is dict:
        assert isinstance(value, dict), path
        return {name: build(typing.get_args(kind)[1], one, f"{path}.{name}") for name, one in value.items()}
    if not attr.has(kind):
        assert issubclass(kind, enum.Enum) or isinstance(value, kind), f"{path}: {value!r} is not {kind}"
        return kind(value)
    value = dict(value)
    if "_schemaURL" in value:
        address = value.pop("_schemaURL")
        named = FACETS[address.rsplit("/", 1)[1]]
        assert issubclass(named, kind), path
        kind = named
        assert kind._get_schema() == address, path
        assert value.pop("_producer").startswith("urn:tradewind:"), path
    if kind is RunEvent:
        assert value.pop("schemaURL") == RunEvent._get_schema()
    hints = typing.get_type_hints(kind)
    return kind(**{name: build(hints[name], one, f"{path}.{name}") for name, one in value.items()})


def check_event(text):
    event = json.loads(text)
    build(RunEvent, event, "event")
    uuid.UUID(event["run"]["runId"])
    assert event["eventTime"].endswith("Z")
    assert event["job"]["namespace"]
    return event


def events_of(path):
    text = path.read_text()
    assert text.endswith("\n")
    return [check_event(one) for one in text.splitlines()]


# ---------------------------------------------------------------- workspaces and receivers


def order_lines(count, first=1):
    return "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n" + "".join(
        f"{first + n},A{n % 7},THING,{n % 5 + 1},12/{n % 28 + 1}/2010 8:26,1.25,{n % 11},{['France', 'Spain'][n % 2]}\n" for n in range(count)
    )


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(order_lines(200))
    return path


class Receiver:
    """A collector of events: answers with the next status of the list, then 201; "hang": never, "close": not at all."""

    def __init__(self, *tempers, always=None):
        self.bodies, self.taken, self.tempers = [], [], list(tempers)
        self.over = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.bodies.append((self.path, self.headers.get("Authorization"), body))
                temper = always or (receiver.tempers.pop(0) if receiver.tempers else 201)
                if temper == "hang":
                    receiver.over.wait(120)
                if temper in ("hang", "close"):
                    self.close_connection = True
                    return
                if temper < 300:
                    receiver.taken.append(body)
                self.send_response(temper)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def telling(**settings):
    return {"no_proxy": "*"} | {f"TRADEWIND_LINEAGE_{name.upper()}": str(value) for name, value in settings.items()}


def counted(server, to, outcome):
    for line in server.get("/metrics").text.splitlines():
        if line.startswith("tradewind_openlineage_events_total") and f'to="{to}"' in line and f'outcome="{outcome}"' in line:
            return int(float(line.split()[-1]))
    return 0


# ---------------------------------------------------------------- lineage of tables and columns


def lineage_of_all(server):
    tables = [t for t in server.get("/v1/tables").json()["tables"] if t["schema"] != "system"]
    return {
        f"{t['schema']}.{t['table']}": server.get(f"/v1/tables/{t['schema']}/{t['table']}/lineage").json() for t in tables
    }, {f"{t['schema']}.{t['table']}": t["kind"] for t in tables}


def check_both_ways(lineage, kinds):
    """Whatever is named upstream names it downstream, and nothing but stored tables is computed from."""
    up = {(name, other) for name, one in lineage.items() for other in one["inputs"]}
    assert up == {(other, name) for name, one in lineage.items() for other in one["outputs"]}
    columns_up, columns_down = set(), set()
    for name, one in lineage.items():
        for column in one["columns"]:
            full = f"{name}.{column['column']}"
            columns_up |= {(full, source) for source in column["from"] + column["through"]}
            columns_down |= {(reader, full) for reader in column["to"]}
            for source in column["from"]:
                table = source.rsplit(".", 1)[0]
                assert table in one["inputs"] and kinds[table] != "view", (full, source)
            assert all(kinds[source.rsplit(".", 1)[0]] == "view" for source in column["through"]), full
    assert columns_up == columns_down
    return columns_up


def test_every_table_and_column_is_traced_made_or_not(server, orders):
    """All of online_retail has its lineage, table and column, both ways, before anything was made and after."""
    before, kinds = lineage_of_all(server)
    # What a training writes is no asset: its columns are told of where SQL or the model's file says whence they are.
    trained = {f"online_retail.{name}" for name in ("recommendations", "buy_again_learnt", "high_value_learnt", "high_value_scores")}
    assert all(before[name]["inputs"] for name in trained)
    assets = {name for name in before if name.startswith("online_retail.")} - trained
    assert len(assets) > 12 and "view" in {kinds[name] for name in assets}
    links = check_both_ways(before, kinds)
    for name in assets:
        schema, table = name.split(".")
        shown = server.get(f"/v1/tables/{schema}/{table}").json()
        assert shown["inputs"] == before[name]["inputs"] and shown["inputs"], name
        assert shown["columns"] and all(column["type"] for column in shown["columns"]), name
        for column in shown["columns"]:
            full = f"{name}.{column['name']}"
            assert bool(column["from"]) != (full in CONSTANTS), full
    assert ("online_retail.lines.amount", "online_retail.clean.unit_price") in links
    assert ("online_retail.daily_sales.sales", "online_retail.lines.amount") in links
    assert ("online_retail.recommendations.user_id", "online_retail.clean.customer_id") in links
    assert ("online_retail.high_value_scores.invoice_no", "online_retail.invoice_starts.invoice_no") in links
    assert "online_retail.clean" in before["raw.online_retail"]["outputs"]
    run("import", orders, "--source", "online_retail", workspace=server.workspace)
    run_id = server.post("/v1/packages/online_retail/runs", json={}).json()["id"]
    assert server.get(f"/v1/runs/{run_id}?wait_ms=30000").json()["state"] == "succeeded"
    after, kinds = lineage_of_all(server)
    assert check_both_ways(after, kinds) == links
    assert {name: one["inputs"] for name, one in after.items()} == {name: one["inputs"] for name, one in before.items()}
    told = run("describe", "online_retail.lines", workspace=server.workspace).stdout
    assert "computed from" in told and "online_retail.clean.quantity" in told


# ---------------------------------------------------------------- OpenLineage


def test_events_are_what_the_specification_says(workspace, orders):
    """A command's run is told whole: every asset begins and ends, with what it read and made; so is a failure."""
    file = workspace / "events.ndjson"
    (workspace / "packages/online_retail/assets/mart/broken.sql").write_text("SELECT CAST(country AS BIGINT) AS n FROM clean")
    (workspace / "packages/online_retail/assets/mart/countries.sql").write_text(
        "/* asset:\n  materialize: export\n*/\nSELECT DISTINCT country FROM clean ORDER BY country"
    )
    env = telling(openlineage_file="events.ndjson", namespace="our shop")
    run("import", orders, "--source", "online_retail", workspace=workspace, env=env)
    run("run", "online_retail", workspace=workspace, env=env, check=False)
    events = events_of(file)
    begun, ended = {}, {}
    for event in events:
        (begun if event["eventType"] == "START" else ended)[event["run"]["runId"]] = event
    assert begun.keys() == ended.keys()
    for one, event in ended.items():
        assert event["job"]["name"] == begun[one]["job"]["name"]
        assert event["eventTime"] >= begun[one]["eventTime"]
        parent = event["run"]["facets"].get("parent")
        assert (parent is None) == (event["job"]["name"] == "online_retail")
        if parent:
            assert begun[parent["run"]["runId"]]["job"]["name"] == "online_retail"
    by_name = {event["job"]["name"]: event for event in ended.values()}
    daily = by_name["online_retail.daily_sales"]
    assert daily["eventType"] == "COMPLETE"
    assert [one["name"] for one in daily["inputs"]] == ["online_retail.clean"]
    assert daily["inputs"][0]["inputFacets"]["dataQualityMetrics"]["rowCount"] == 200
    output = daily["outputs"][0]
    assert (output["namespace"], output["name"]) == ("our shop", "online_retail.daily_sales")
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 28
    sources = output["facets"]["columnLineage"]["fields"]["sales"]["inputFields"]
    assert [one["field"] for one in sources] == ["quantity", "unit_price"]
    assert "sales" in [field["name"] for field in output["facets"]["schema"]["fields"]]
    assert "FROM" in daily["job"]["facets"]["sql"]["query"].upper()
    assert by_name["online_retail.broken"]["eventType"] == "FAIL"
    assert by_name["online_retail.broken"]["run"]["facets"]["errorMessage"]["message"]
    exported = by_name["online_retail.countries"]["outputs"][0]
    assert exported["namespace"] == "file" and exported["name"].endswith("exports/online_retail/countries.csv")
    assert by_name["online_retail"]["eventType"] == "FAIL"


def test_a_receiver_gets_every_event_once_it_takes_them(workspace, make_server, orders, tmp_path):
    """Refusals that pass are waited out; what is posted is what the file has, in its order."""
    (tmp_path / "token").write_text("top secret".replace(" ", "-") + "\n")
    with Receiver("close", 503, 429) as receiver:
        env = telling(openlineage_url=receiver.url, openlineage_file="events.ndjson", openlineage_token_file=tmp_path / "token")
        server = make_server(env)
        run("import", orders, "--source", "online_retail", workspace=workspace)
        run("run", "online_retail", "--force", workspace=workspace)
        server.wait_until(lambda: receiver.taken and counted(server, "url", "sent") == counted(server, "file", "sent"))
        assert server.stop() == 0
        told = (workspace / "events.ndjson").read_text().splitlines()
        assert receiver.taken == told and len(told) > 20
        assert {(path, token) for path, token, _ in receiver.bodies} == {("/api/v1/lineage", "Bearer top-secret")}
    assert "top-secret" not in server.tail()


@pytest.mark.parametrize("temper", ["hang", "close", 500, 404])
def test_a_bad_receiver_harms_nothing(workspace, make_server, orders, temper):
    """Runs succeed at once, the end is prompt, the file has all, and what was lost is counted and told."""
    with Receiver(always=temper) as receiver:
        server = make_server(telling(openlineage_url=receiver.url + "/x", openlineage_file="events.ndjson"))
        begun = time.monotonic()
        run("import", orders, "--source", "online_retail", workspace=workspace)
        run("run", "online_retail", "--force", workspace=workspace)
        assert time.monotonic() - begun < 30
        if temper == 404:
            server.wait_until(lambda: counted(server, "url", "dropped") > 0)
        assert counted(server, "url", "sent") == 0
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 15
    assert len(events_of(workspace / "events.ndjson")) > 20
    assert "event was dropped" in server.tail()


def test_a_file_that_cannot_be_written_harms_nothing(workspace, make_server, orders):
    """Events wait for the file, and come into it when it can be written again."""
    (workspace / "blocked").write_text("no folder")
    server = make_server(telling(openlineage_file="blocked/events.ndjson"))
    run("import", orders, "--source", "online_retail", workspace=workspace)
    assert run("run", "online_retail", "--force", workspace=workspace).returncode == 0
    assert counted(server, "file", "sent") == 0
    (workspace / "blocked").unlink()
    assert server.stop() == 0
    assert len(events_of(workspace / "blocked/events.ndjson")) > 20


def test_lines_stay_whole_through_kills(workspace, orders):
    """A process that is killed while it tells leaves whole lines; half a line is cut off by the next, which ends what was begun."""
    file = workspace / "events.ndjson"
    env = telling(openlineage_file="events.ndjson")
    run("import", orders, "--source", "online_retail", workspace=workspace, env=env)
    chance = random.Random(4)
    for _ in range(KILLS):
        server = Server(workspace, env).start()
        server.post("/v1/packages/online_retail/runs", json={"force": True})
        time.sleep(chance.uniform(0.02, 0.6))
        server.kill()
        with open(file, "a") as torn:
            torn.write('{"eventType": "STA')
    server = Server(workspace, env).start()
    run_id = server.post("/v1/packages/online_retail/runs", json={"force": True}).json()["id"]
    server.get(f"/v1/runs/{run_id}?wait_ms=30000")
    runs = server.get("/v1/runs?limit=50").json()["runs"]
    assert server.stop() == 0
    events = events_of(file)
    ends = {event["run"]["runId"] for event in events if event["eventType"] != "START"}
    packages = [event for event in events if event["eventType"] == "START" and event["job"]["name"] == "online_retail"]
    open_ended = [event for event in packages if event["run"]["runId"] not in ends]
    # The end of a run that was recorded may be lost with the process, and that of no other.
    assert len(packages) >= len(runs) - KILLS and len(open_ended) <= KILLS


@pytest.mark.parametrize("settings, told", [
    ({"openlineage_url": "ftp://a/b"}, "not an address of http or https"),
    ({"openlineage_url": "http://me:secret@a/b"}, "must not hold a user or a password"),
    ({"openlineage_url": "http://a/b", "openlineage_token_file": "/nowhere/token"}, "openlineage_token_file"),
    ({"namespace": " "}, "a text on one line"),
])
def test_settings_that_cannot_be_are_told(workspace, settings, told):
    """A wrong setting stops the start, and says which."""
    done = run("tables", workspace=workspace, env=telling(**settings), check=False)
    assert done.returncode != 0 and told in done.stderr and "secret" not in done.stderr, done.stderr
