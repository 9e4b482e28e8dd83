"""What the journeys share: the real binary, workspaces, servers on free ports, the real data."""

import csv
import gzip
import io
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
import requests

from ports import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("TRADEWIND_BINARY", ROOT / "build/release/tradewind"))
DATA = pathlib.Path(os.environ.get("TRADEWIND_TEST_DATA", ROOT.parent / "shared/data"))
START_SECONDS = 60


def environment():
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TRADEWIND_")}
    return kept


def run(*arguments, workspace=None, check=True, env=None, timeout=600):
    command = [str(BINARY)] + (["-C", str(workspace)] if workspace else []) + [str(a) for a in arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=timeout, env=environment() | (env or {}), stdin=subprocess.DEVNULL
    )
    if check and done.returncode != 0:
        raise AssertionError(f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def query_csv(workspace, sql):
    """Rows of a query as lists of text, header left out."""
    out = run("query", sql, "--format", "csv", workspace=workspace).stdout
    return list(csv.reader(io.StringIO(out)))[1:]


class Server:
    """A server of a workspace; `start` waits until it is ready."""

    def __init__(self, workspace, env=None, binary=BINARY):
        self.workspace = workspace
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = env or {}
        self.binary = binary
        self.process = None
        self.session = requests.Session()
        self.session.trust_env = False

    def start(self, wait=True):
        self.log = open(pathlib.Path(self.workspace) / "server.log", "ab")
        self.process = subprocess.Popen(
            [str(self.binary), "-C", str(self.workspace), "serve", "--listen", f"127.0.0.1:{self.port}"],
            stdout=self.log, stderr=self.log, env=environment() | self.env, stdin=subprocess.DEVNULL,
        )
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            try:
                if self.session.get(self.url + "/readyz", timeout=5).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.02)
        raise AssertionError(f"the server was not ready in time:\n{self.tail()}")

    def tail(self):
        return (pathlib.Path(self.workspace) / "server.log").read_text(errors="replace")[-4000:]

    def kill(self):
        """SIGKILL: nothing is drained, nothing is closed."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        return self.process.returncode if self.process else None

    def request(self, method, path, **options):
        options.setdefault("timeout", 120)
        return self.session.request(method, self.url + path, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, **options):
        return self.request("POST", path, **options)

    def post_records(self, records, stream="online_retail", **options):
        body = "\n".join(json.dumps(r) for r in records)
        headers = {"Content-Type": "application/x-ndjson"} | options.pop("headers", {})
        return self.post(f"/v1/streams/{stream}/records", data=body.encode(), headers=headers, **options)

    def sql(self, statement, **options):
        answer = self.post("/v1/query", json={"sql": statement} | options)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=str)["rows"]

    def wait_until(self, holds, seconds=30):
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, "it did not come about in time"
            time.sleep(0.02)

    def wait_for_rows(self, count, table="raw.online_retail", seconds=30):
        """SQL follows the stream within a second; a loaded machine may take longer."""
        until = time.monotonic() + seconds
        while True:
            seen = int(self.sql(f"SELECT count(*) FROM {table}")[0][0])
            if seen == count or time.monotonic() > until:
                return seen
            time.sleep(0.02)


@pytest.fixture(scope="session", autouse=True)
def binary():
    if not BINARY.exists():
        pytest.fail(f"{BINARY} is not built: run make build")
    return BINARY


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    run("init", folder, "--package", "online_retail")
    return folder


@pytest.fixture
def make_server(workspace):
    started = []

    def make(env=None, wait=True, folder=None):
        server = Server(folder or workspace, env)
        started.append(server)
        return server.start(wait=wait)

    yield make
    for server in started:
        if server.process and server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.fixture
def server(make_server):
    return make_server()


@pytest.fixture(scope="session")
def online_retail():
    folder = DATA / "online_retail"
    if not folder.exists():
        pytest.skip(f"the real data is not here: {folder} (set TRADEWIND_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def golden(online_retail):
    return json.loads((online_retail / "golden.json").read_text())


@pytest.fixture(scope="session")
def real_csv(online_retail, tmp_path_factory):
    path = tmp_path_factory.mktemp("real") / "data.csv"
    path.write_bytes(gzip.decompress((online_retail / "data.iso8859-1.csv.gz").read_bytes()))
    return path


def line(**changes):
    """One order line as a client sends it."""
    record = {
        "InvoiceNo": "536365", "StockCode": "85123A", "Description": "WHITE HANGING HEART T-LIGHT HOLDER", "Quantity": 6,
        "InvoiceDate": "12/1/2010 8:26", "UnitPrice": 2.55, "CustomerID": 17850, "Country": "United Kingdom",
    }
    return record | changes


# The UI's: at the end, since they are made of what stands above.
from ui_server import chromium_browser, shop  # noqa: E402, F401
