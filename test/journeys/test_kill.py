"""P1: what was acknowledged is never lost and counts once in every sink, whatever is killed when."""

import io
import json
import os
import random
import subprocess

import zstandard

from conftest import BINARY, environment, run

KILLS = int(os.environ.get("TRADEWIND_KILLS", "10"))


def send_in_background(server, path, *options):
    command = [str(BINARY), "send", str(path), "--stream", "online_retail", "--url", server.url, "--retry-for", "120", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), stdin=subprocess.DEVNULL)


def kill_at_random(server, sender, kills, seed, pause):
    """Ends and restarts the server at random moments while the sender runs. Returns how often it did."""
    chance = random.Random(seed)
    done = 0
    while done < kills and sender.poll() is None:
        try:
            sender.wait(timeout=chance.uniform(*pause))
        except subprocess.TimeoutExpired:
            server.kill()
            server.start()
            done += 1
    return done


def raw_lines(workspace):
    """Records in the raw files that the newest version names: offline, from the files themselves."""
    lake = workspace / "data/lake"
    count = 0
    for path in (lake / "raw/online_retail/stream").rglob("*.ndjson.zst"):
        with path.open("rb") as file:
            text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8", newline="\n")
            count += sum(1 for _ in text)
    return count


def stream_count(server):
    [stream] = [s for s in server.get("/v1/streams").json()["streams"] if s["name"] == "online_retail"]
    return sum(p["next_offset"] for p in stream["partitions"])


def invoices_by_sql(server):
    answer = server.post(
        "/v1/query",
        json={"sql": "SELECT invoice_no, max(customer_id), count(*), sum(quantity * unit_price) FROM raw.online_retail GROUP BY 1", "limit": 10_000_000},
    )
    return {row[0]: (row[1], int(row[2]), float(row[3])) for row in answer.json()["rows"]}


def assert_serving_equals_sql(server):
    invoices = invoices_by_sql(server)
    spent = {}
    for number, (customer, count, total) in invoices.items():
        served = server.get(f"/v1/invoices/{number}").json()
        assert len(served["items"]) == count, number
        assert abs(served["total"] - total) < 1e-6, number
        if customer:
            spent[customer] = spent.get(customer, 0) + total
    for customer, total in spent.items():
        assert abs(server.get(f"/v1/customers/{customer}").json()["spent"] - total) < 1e-6, customer


def assert_everywhere(server, workspace, count):
    assert stream_count(server) == count
    assert server.wait_for_rows(count) == count
    assert_serving_equals_sql(server)
    assert server.stop() == 0
    assert raw_lines(workspace) == count


def test_real_file_streamed_through_five_kills(workspace, make_server, real_csv, golden):
    server = make_server()
    sender = send_in_background(server, real_csv, "--batch", "200")
    kills = kill_at_random(server, sender, kills=5, seed=7, pause=(0.3, 1.5))
    out, err = sender.communicate(timeout=600)
    assert sender.returncode == 0, err
    assert kills == 5
    assert_everywhere(server, workspace, golden["rows"])


def test_generated_file_streamed_through_many_kills(workspace, make_server, tmp_path):
    """The same without the real data: small requests, so that kills fall between and inside of many blocks."""
    made = json.loads(run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "0.05", "--json").stdout)["files"][0]
    server = make_server()
    sender = send_in_background(server, made["path"], "--batch", "7")
    kills = kill_at_random(server, sender, kills=KILLS, seed=11, pause=(0.1, 0.5))
    out, err = sender.communicate(timeout=600)
    assert sender.returncode == 0, err
    assert kills > 0
    assert_everywhere(server, workspace, made["row_count"])


def test_import_killed_and_resumed(workspace, tmp_path):
    """A crash in the middle of an import loses and doubles nothing; --resume goes on."""
    made = json.loads(run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "1", "--json").stdout)["files"][0]
    chance = random.Random(3)
    for _ in range(4):
        importing = subprocess.Popen(
            [str(BINARY), "-C", str(workspace), "import", made["path"], "--source", "online_retail"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), stdin=subprocess.DEVNULL,
        )
        try:
            importing.wait(timeout=chance.uniform(0.2, 1.2))
        except subprocess.TimeoutExpired:
            importing.kill()
            importing.wait()
    run("import", "--resume", workspace=workspace)
    [[rows]] = [r.split(",") for r in run("query", "SELECT count(*) FROM raw.online_retail", "--format", "csv", workspace=workspace).stdout.split()[1:]]
    assert int(rows) == made["row_count"]
    from conftest import Server

    server = Server(workspace).start()
    try:
        assert_serving_equals_sql(server)
    finally:
        server.stop()
