"""A full disk stops no reader. On a small disk of its own, filled to the last byte: commands that read work and say so, commands
that would write and a server say what to do, and once there is room everything goes on with nothing lost."""

import json
import os
import subprocess

import pytest

from conftest import Server, line, query_csv, run

ROOM = {"TRADEWIND_DISK_RESERVE": "1MiB"}
FULL = "is full: what is there can be read, nothing be written"


@pytest.fixture
def disk(tmp_path):
    """A file system of 64 MiB; where this user may not mount one there is nothing to test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(disk):
    """No byte is left; what fills it is returned, to be taken away."""
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for piece in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * piece)
            except OSError:
                continue
    assert os.statvfs(disk).f_bavail == 0
    return ballast


@pytest.fixture
def shop(disk):
    """A shop that was killed: rows of a file are published, records of the stream are nowhere but there, logs are not tidied away."""
    workspace = disk / "shop"
    run("init", workspace, "--package", "online_retail")
    made = json.loads(run("generate", "online_retail", "--out", disk / "made", "--scale", "0.01", "--json").stdout)["files"][0]
    run("import", made["path"], "--source", "online_retail", workspace=workspace, env=ROOM)
    run("run", "online_retail", workspace=workspace, env=ROOM)
    server = Server(workspace, env=ROOM).start()
    assert server.post_records([line(InvoiceNo=str(number)) for number in range(1, 51)]).status_code == 200
    assert server.wait_for_rows(made["row_count"] + 50) == made["row_count"] + 50
    server.kill()
    return workspace, made["row_count"] + 50


def test_readers_go_on_where_nothing_can_be_written(disk, shop):
    """Each reading command answers as with room, records that are only in the stream included, and warns; nothing is left elsewhere."""
    workspace, rows = shop
    fill(disk)
    for command in (
        ["query", "SELECT count(*) FROM raw.online_retail", "--format", "csv"], ["tables"], ["describe", "online_retail.clean"], ["runs"],
        ["imports"], ["profile", "online_retail.sales_by_country"], ["deadletters", "list"], ["schedules"],
    ):
        told = run(*command, workspace=workspace, env=ROOM, check=False)
        assert told.returncode == 0 and FULL in told.stderr, (command, told.stdout, told.stderr)
        if command[0] == "query":
            assert told.stdout.split()[1] == str(rows)
        assert "ERROR" not in told.stderr, told.stderr
    assert run("validate", workspace=workspace, env=ROOM).returncode == 0
    told = run("doctor", workspace=workspace, env=ROOM, check=False)
    assert told.returncode == 1 and f"the disk of {workspace}/data is full" in told.stdout and "✗ assets" not in told.stdout, told.stdout


def test_what_would_write_says_that_the_disk_is_full(disk, shop, tmp_path):
    """An import, a run, checks and a server name the disk and end at once; with room again all is as it was, and works."""
    workspace, rows = shop
    more = tmp_path / "more.csv"
    more.write_text("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n900001,A,MUG,1,2011-01-01 10:00,1.5,17850,UK\n")
    ballast = fill(disk)
    for command in (["import", more, "--source", "online_retail"], ["run", "online_retail", "--force"], ["check", "online_retail"], ["verify"]):
        told = run(*command, workspace=workspace, env=ROOM, check=False, timeout=60)
        assert told.returncode == 1 and FULL in told.stderr and "Make room there" in told.stderr, (command, told.stderr)
    told = run("serve", "--listen", "127.0.0.1:0", workspace=workspace, env=ROOM, check=False, timeout=60)
    assert told.returncode == 1 and f"the disk of {workspace}/data is full" in told.stderr and "query, tables, describe" in told.stderr, told.stderr
    ballast.unlink()
    run("import", more, "--source", "online_retail", workspace=workspace, env=ROOM)
    assert query_csv(workspace, "SELECT count(*) FROM raw.online_retail") == [[str(rows + 1)]]
    assert run("verify", workspace=workspace, env=ROOM).returncode == 0


def test_a_server_whose_disk_fills_up_goes_on_answering(disk, shop):
    """What is acknowledged counts (a segment's room is set aside), then records are refused with 503 and when to come again; SQL is
    answered all the time, and with room again records come in without a restart."""
    workspace, rows = shop
    server = Server(workspace, env=ROOM).start()
    ballast = fill(disk)
    try:
        answer = server.post_records([line(InvoiceNo="900002")])
        while answer.status_code == 200:
            rows += 1
            answer = server.post_records([line(InvoiceNo="900002")])
        assert answer.status_code == 503 and answer.headers["Retry-After"], answer.text
        assert server.wait_for_rows(rows) == rows
        assert server.get("/v1/tables").status_code == 200
        ballast.unlink()
        server.wait_until(lambda: server.post_records([line(InvoiceNo="900002")]).status_code == 200)
        assert server.wait_for_rows(rows + 1) == rows + 1
    finally:
        server.stop()
