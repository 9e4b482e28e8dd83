"""GET /v1/events as its clients meet it: a run seen live, a client that comes back, one that does not read, a hundred, the server's stop."""

import json
import select
import socket
import time

import pytest

from conftest import line, run
from test_runs import package

# Some seconds on a slow machine: long enough to be seen while it is made.
SLOW = "SELECT count(*) AS n FROM range(2000000) a JOIN range(500) b ON a.range % 501 = b.range * 2"


class Follower:
    """A client of server-sent events over a bare socket, as the standard says they are read."""

    def __init__(self, server, query="", last_id=None, path=None):
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(str(path))
        else:
            self.socket = socket.create_connection(("127.0.0.1", server.port))
        seen = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        self.socket.sendall(f"GET /v1/events{query} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{seen}\r\n".encode())
        self.raw, self.text, self.events, self.last_id = b"", "", [], last_id
        self.ended = False
        self.comments = 0
        self.head = self.read_head()
        self.status = int(self.head.split()[1])

    def read_head(self):
        while b"\r\n\r\n" not in self.raw:
            piece = self.socket.recv(65536)
            assert piece, "closed before its head came"
            self.raw += piece
        head, self.raw = self.raw.split(b"\r\n\r\n", 1)
        return head.decode()

    def unchunk(self):
        while b"\r\n" in self.raw:
            size, rest = self.raw.split(b"\r\n", 1)
            size = int(size, 16)
            if len(rest) < size + 2:
                return
            self.text += rest[:size].decode()
            self.raw = rest[size + 2 :]
            self.ended |= size == 0

    def take(self):
        while "\n\n" in self.text:
            block, self.text = self.text.split("\n\n", 1)
            fields = dict(one.split(": ", 1) for one in block.split("\n") if ": " in one)
            self.comments += block.startswith(":")
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                self.events.append((fields["event"], json.loads(fields["data"])))

    def read(self, seconds):
        """What comes in that time at most; returns at once when something came."""
        if select.select([self.socket], [], [], seconds)[0]:
            piece = self.socket.recv(65536)
            self.ended |= not piece
            self.raw += piece
            self.unchunk()
            self.take()

    def until(self, holds, seconds=60):
        end = time.monotonic() + seconds
        while not any(holds(kind, data) for kind, data in self.events):
            assert not self.ended and time.monotonic() < end, f"it did not come: {self.events[-5:]}"
            self.read(0.5)
        return self

    def of(self, kind):
        return [data for one, data in self.events if one == kind]

    def close(self):
        self.socket.close()


@pytest.fixture
def shop(tmp_path, make_server):
    workspace = tmp_path / "shop"
    run("init", workspace, "--package", "online_retail")
    package(workspace, {"base": "SELECT range AS id FROM range(1000)", "slow": SLOW, "bad": "SELECT CAST('x' AS INTEGER) AS n", "reader": "SELECT n FROM bad"})
    return make_server(folder=workspace)


def begin(server, *assets):
    answer = server.post("/v1/packages/shop/runs", json={"assets": list(assets), "force": True})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def over(number):
    return lambda kind, data: kind == "run" and data["id"] == number and data["finished_at"]


def test_a_run_is_seen_live_from_queued_to_succeeded(shop):
    """States in order, progress while it is made, rows and rates at its end; what failed says why; figures and records follow."""
    follower = Follower(shop)
    assert follower.status == 200 and "text/event-stream" in follower.head and "no-store" in follower.head
    follower.until(lambda kind, _: kind == "kpi")
    assert follower.events[0][0] == "hello" and {d["stream"] for d in follower.of("lag")} == {"online_retail"}
    number = begin(shop, "base", "slow")
    follower.until(over(number))
    assert list(dict.fromkeys(d["state"] for d in follower.of("run"))) == ["queued", "running", "succeeded"]
    assert follower.of("run")[-1]["assets"]["succeeded"] == 2 and follower.of("run")[-1]["rows_out"] == 1001
    states = [(d["asset"], d["state"]) for d in follower.of("asset")]
    assert list(dict.fromkeys(s for a, s in states if a == "shop.slow")) == ["running", "succeeded"]
    made = [d for d in follower.of("asset") if d["asset"] == "shop.base"][-1]
    assert made["rows_out"] == 1000 and made["rows_per_second"] > 0 and made["version"] == 1
    failing = begin(shop, "bad", "reader")
    follower.until(over(failing)).until(lambda kind, data: kind == "kpi" and data["runs_failed_today"] == 1)
    last = {d["asset"]: d for d in follower.of("asset")}
    assert last["shop.bad"]["state"] == "failed" and "'x'" in last["shop.bad"]["message"]
    assert last["shop.reader"]["state"] == "cancelled"
    assert shop.post_records([line(), line()]).status_code == 200
    follower.until(lambda kind, data: kind == "kpi" and data["records_accepted"] == 2)
    follower.until(lambda kind, data: kind == "lag" and data["next_position"] == 2)


def test_who_comes_back_misses_nothing(shop):
    """With the id of the last event seen, by header or by address, exactly what came since is sent; an id of before the server's start is answered by a reset."""
    first = Follower(shop, "?types=run,asset")
    first.until(lambda kind, _: kind == "hello")
    seen = first.last_id
    first.close()
    numbers = [begin(shop, "base") for _ in range(3)]
    for number in numbers:
        shop.get(f"/v1/runs/{number}", params={"wait_ms": 30_000})
    back = Follower(shop, "?types=run", last_id=seen).until(over(numbers[-1]))
    assert back.of("hello") == [{"resumed": True}] and not back.of("reset")
    assert [d["id"] for d in back.of("run") if d["state"] == "succeeded"] == numbers
    assert [d["id"] for d in back.of("run") if d["state"] == "queued"] == numbers
    again = Follower(shop, f"?types=run&since={back.last_id}")
    number = begin(shop, "base")
    again.until(over(number))
    assert {d["id"] for d in again.of("run")} == {number}, "nothing twice"
    shop.stop()
    shop.start()
    late = Follower(shop, last_id=again.last_id).until(lambda kind, _: kind == "reset")
    assert late.of("hello") == [{"resumed": False}]


def test_the_control_socket_and_refusals(shop):
    """The workspace's owner follows over the control socket too; nonsense is refused by name; HEAD has no end to wait for."""
    follower = Follower(shop, "?types=kpi", path=shop.workspace / "data/control.sock")
    follower.until(lambda kind, _: kind == "kpi")
    assert {kind for kind, _ in follower.events} == {"hello", "kpi"}
    assert "rum" in shop.get("/v1/events?types=rum").json()["detail"]
    assert shop.request("HEAD", "/v1/events").headers["Content-Type"].startswith("text/event-stream")
    assert shop.post("/v1/events").status_code == 405


def test_one_that_does_not_read_holds_up_nobody(tmp_path, make_server):
    """A client with a full socket costs no more than its buffers: others are told at once, and it is reset and ended when it reads on."""
    workspace = tmp_path / "many"
    run("init", workspace)
    names = [f"n{i}" for i in range(100)]
    package(workspace, {name: f"SELECT {name[1:]} AS n" for name in names})
    server = make_server(folder=workspace, env={"TRADEWIND_SERVER_EVENTS_KEPT": "200"})
    slow = Follower(server, "?types=run,asset", path=workspace / "data/control.sock")  # its buffers are small
    quick = Follower(server, "?types=run")
    for _ in range(8):
        number = begin(server, *names)
        quick.until(over(number), 120)
    assert not quick.of("reset")
    slow.until(lambda kind, _: kind == "reset", 120)
    while not slow.ended:
        slow.read(5)
    assert 0 < len(slow.of("asset")) < 8 * 200
    back = Follower(server, "?types=run", last_id=slow.last_id).until(lambda kind, _: kind == "hello")
    assert back.of("hello") == [{"resumed": True}], "the reset says from where to go on"


def test_a_hundred_clients_and_the_server_stops(shop):
    """All of them are told of a run, other requests are answered meanwhile, and an orderly stop ends them all within a second."""
    followers = [Follower(shop, "?types=run") for _ in range(100)]
    number = begin(shop, "slow")
    begun = time.monotonic()
    assert shop.get("/healthz").status_code == 200 and time.monotonic() - begun < 5
    for follower in followers:
        follower.until(over(number))
    assert "tradewind_event_clients 100" in shop.get("/metrics").text
    for follower in followers[:30]:
        follower.close()
    shop.wait_until(lambda: "tradewind_event_clients 70" in shop.get("/metrics").text)
    begun = time.monotonic()
    shop.process.terminate()
    for follower in followers[30:]:
        while not follower.ended:
            follower.read(1)
            assert time.monotonic() - begun < 10
    assert time.monotonic() - begun < 1
    assert shop.stop() == 0


def test_more_than_may_follow_are_told_when_to_come_again(tmp_path, make_server):
    """server.event_clients bounds them: 503 with Retry-After beyond, and room again when one goes."""
    workspace = tmp_path / "few"
    run("init", workspace)
    server = make_server(folder=workspace, env={"TRADEWIND_SERVER_EVENT_CLIENTS": "2"})
    first, second = Follower(server), Follower(server)
    third = Follower(server)
    assert third.status == 503 and "retry-after" in third.head.lower()
    first.close()
    server.wait_until(lambda: Follower(server).status == 200)
    assert second.status == 200
