"""P1: what was acknowledged is never lost and counts once in every sink, whatever is killed when."""

import collections
import io
import json
import os
import random
import subprocess

import zstandard

from conftest import BINARY, Server, environment, query_csv, run
from orders import Getter, Orders, assert_same, assert_serving, assert_sql

KILLS = int(os.environ.get("TRADEWIND_KILLS", "10"))
# All sinks commit many times between two kills: with the usual ages most of them would begin anew each time, and what they
# commit with their data would not be put to the test.
OFTEN = {"TRADEWIND_DELIVERY_RAW_FLUSH_AGE": "150ms", "TRADEWIND_DELIVERY_TABLE_FLUSH_AGE": "200ms"}


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


def read_stream(server, orders):
    """Every record by partition and offset, read to the end: each offset and position once, each line of the file once."""
    [stream] = [s for s in server.get("/v1/streams").json()["streams"] if s["name"] == "online_retail"]
    keys, positions = collections.Counter(), set()
    with Getter(server) as getter:
        for partition in stream["partitions"]:
            number, offset = partition["partition"], partition["first_offset"]
            assert offset == 0
            path = f"/v1/streams/online_retail/records?partition={number}&limit=10000&offset="
            while records := getter.get(path + str(offset), json.loads)["records"]:
                assert [r["offset"] for r in records] == list(range(offset, offset + len(records))), (number, offset)
                assert all(r["partition"] == number and r["key"] == r["value"]["InvoiceNo"] for r in records)
                keys.update(r["key"] for r in records)
                positions.update(r["position"] for r in records)
                offset += len(records)
            assert offset == partition["next_offset"]
    assert len(positions) == keys.total() == orders.rows
    assert_same(keys, orders.line_counts())


def files_of(workspace, dataset):
    """The files of a dataset's newest version: its delta upon the version that it changes, back to a whole one or to nothing."""
    versions = workspace / "data/lake" / dataset / "_versions"
    number = max(int(path.stem) for path in versions.glob("*.json") if path.stem.isdigit())
    deltas, files = [], {}
    while number > 0:
        whole = versions / f"{number:012d}.whole.json"
        if whole.exists():
            files = {f["path"]: f for f in json.loads(whole.read_text())["files_in_full"]}
            break
        deltas.append(json.loads((versions / f"{number:012d}.json").read_text()))
        number = deltas[-1]["base"]
    for delta in reversed(deltas):
        for path in delta["removed"]:
            del files[path]
        assert not files.keys() & {f["path"] for f in delta["added"]}
        files |= {f["path"]: f for f in delta["added"]}
    if deltas:
        assert (len(files), sum(f["rows"] for f in files.values())) == (deltas[0]["files"], deltas[0]["rows"])
    return list(files.values())


def read_raw_files(workspace, orders):
    """The records in the raw files that the newest version names: offline, from the files themselves, each offset once."""
    counts, offsets = collections.Counter(), set()
    for file in files_of(workspace, "raw/online_retail/stream"):
        with (workspace / "data/lake" / file["path"]).open("rb") as packed:
            text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True), encoding="utf-8", newline="\n")
            numbers = [json.loads(line)["InvoiceNo"] for line in text]
        assert len(numbers) == file["rows"], file
        counts.update(numbers)
        held = {(file["extra"]["partition"], o) for o in range(file["extra"]["first_offset"], file["extra"]["last_offset"] + 1)}
        assert len(held) == file["rows"] and not held & offsets, file
        offsets |= held
    assert counts.total() == orders.rows
    assert_same(counts, orders.line_counts())


def assert_everywhere(server, workspace, orders):
    """Stream, SQL, serving and raw files, each against the input file."""
    read_stream(server, orders)
    server.wait_until(
        lambda: all(sink["lag"] == 0 for sink in server.get("/v1/streams/online_retail/lag").json()["sinks"]), seconds=120
    )
    assert server.wait_for_rows(orders.rows) == orders.rows
    assert_sql(server, orders)
    assert_serving(server, orders)
    assert server.stop() == 0
    read_raw_files(workspace, orders)


def test_real_file_streamed_through_five_kills(workspace, make_server, real_csv, golden):
    server = make_server(env=OFTEN)
    sender = send_in_background(server, real_csv, "--batch", "200")
    kills = kill_at_random(server, sender, kills=5, seed=7, pause=(0.1, 0.6))
    out, err = sender.communicate(timeout=600)
    assert sender.returncode == 0, err
    assert kills == 5
    orders = Orders(real_csv, "latin-1")
    assert orders.rows == golden["rows"]
    assert_everywhere(server, workspace, orders)


def test_generated_file_streamed_through_many_kills(workspace, make_server, tmp_path):
    """The same without the real data: small requests, so that kills fall between and inside of many blocks."""
    made = json.loads(run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "0.05", "--json").stdout)["files"][0]
    server = make_server(env=OFTEN)
    sender = send_in_background(server, made["path"], "--batch", "7")
    kills = kill_at_random(server, sender, kills=KILLS, seed=11, pause=(0.1, 0.5))
    out, err = sender.communicate(timeout=600)
    assert sender.returncode == 0, err
    assert kills > 0
    orders = Orders(made["path"], "utf-8")
    assert orders.rows == made["row_count"]
    assert_everywhere(server, workspace, orders)


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
    # On a busy machine each kill may have come before the import was written down; else it is known, and skipped.
    run("import", made["path"], "--source", "online_retail", workspace=workspace, check=False)
    orders = Orders(made["path"], "utf-8")
    [[rows]] = query_csv(workspace, "SELECT count(*) FROM raw.online_retail")
    assert int(rows) == orders.rows == made["row_count"]
    server = Server(workspace).start()
    try:
        assert_sql(server, orders)
        assert_serving(server, orders)
    finally:
        server.stop()
