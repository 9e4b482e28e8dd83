"""A6, A7: what is put into landing/<source>/ is imported by itself once it is whole, and clean follows."""

import collections
import csv
import decimal
import gzip
import json
import os
import random
import re
import sys
import tarfile
import urllib.parse

import pytest

from conftest import ROOT, run

sys.path.insert(0, str(ROOT / "test/sql"))
from reference import read_lines  # noqa: E402
from tables import assert_tables  # noqa: E402

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
COUNT = "SELECT count(*), coalesce(sum(quantity), 0) FROM "


def rows(invoice, count, quantity=1):
    return "".join(f"{invoice},P{i},item {i},{quantity},12/1/2010 8:26,2.5,17850,France\n" for i in range(count))


@pytest.fixture
def landing(workspace):
    folder = workspace / "landing" / "online_retail"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def imports(server):
    """(identity, state, rows) of all, oldest first."""
    found = server.get("/v1/imports?limit=10000").json()["imports"]
    return [(i["identity"], i["state"], i["row_count"]) for i in reversed(found)]


def ended(server, count):
    """Waits until so many imports have ended, and gives them."""
    def holds():
        found = imports(server)
        return len(found) >= count and all(state not in ("queued", "running") for _, state, _ in found)
    server.wait_until(holds, seconds=300)
    return imports(server)


def metric(server, name):
    found = re.search(rf"^{name} (\S+)$", server.get("/metrics").text, re.MULTILINE)
    return float(found.group(1))


def clean_has(server, count, quantity, seconds=30):
    def holds():
        found = server.sql(COUNT + "online_retail.clean")
        return [int(v) for v in found[0]] == [count, quantity]
    server.wait_until(holds, seconds)


def test_a_file_that_comes_slowly_is_imported_once_and_whole(landing, server):
    """Half of it is there for longer than a file must be quiet: its writer has it open."""
    with open(landing / "slow.csv", "w") as slow:
        slow.write(HEADER + rows("1", 500))
        slow.flush()
        os.fsync(slow.fileno())
        (landing / "other.csv").write_text(HEADER + rows("2", 3))
        assert ended(server, 1) == [("online_retail/other.csv", "succeeded", 3)]
        server.wait_until(lambda: metric(server, "tradewind_landing_waiting") <= 1)
        slow.write(rows("3", 500))
    assert ended(server, 2)[1:] == [("online_retail/slow.csv", "succeeded", 1000)]
    clean_has(server, 1003, 1003)


def test_moved_in_corrected_and_repeated(landing, server, tmp_path):
    made = landing.parent / ".made.csv"  # hidden: nobody's yet
    made.write_text(HEADER + rows("1", 10))
    made.rename(landing / "day.csv")
    ended(server, 1)
    clean_has(server, 10, 10)
    (landing / "day.csv").write_text(HEADER + rows("1", 4, quantity=5))
    ended(server, 2)
    clean_has(server, 4, 20)
    (landing / "day.csv").write_text(HEADER + rows("1", 4, quantity=5))
    ended(server, 3)
    (landing / "copy.csv").write_text(HEADER + rows("1", 4, quantity=5))
    assert ended(server, 4) == [
        ("online_retail/day.csv", "succeeded", 10),
        ("online_retail/day.csv", "succeeded", 4),
        ("online_retail/day.csv", "skipped", 0),
        ("online_retail/copy.csv", "refused", 0),
    ]
    clean_has(server, 4, 20)
    assert (landing / "day.csv").exists(), "files stay where they are"


def test_what_came_while_the_server_was_down_and_nothing_twice(landing, make_server):
    (landing / "2010" / "12").mkdir(parents=True)
    (landing / "2010" / "12" / "day 1.csv").write_text(HEADER + rows("1", 7))
    first = make_server()
    ended(first, 1)
    first.stop()
    (landing / "packed.csv.gz").write_bytes(gzip.compress((HEADER + rows("2", 5)).encode()))
    second = make_server({"TRADEWIND_IMPORT_WATCH_SCAN": "200ms"})
    assert ended(second, 2) == [
        ("online_retail/2010/12/day 1.csv", "succeeded", 7), ("online_retail/packed.csv.gz", "succeeded", 5)
    ]
    (landing / "2011").mkdir()
    (landing / "2011" / "new folder.csv").write_text(HEADER + rows("3", 2))
    assert ended(second, 3)[2:] == [("online_retail/2011/new folder.csv", "succeeded", 2)]


def test_what_is_nobodys_is_said_once(landing, workspace, make_server):
    for name in ["day.csv", "nobody/day.csv", "online_retail/readme.md", "online_retail/day.csv.part", "online_retail/_SUCCESS"]:
        path = workspace / "landing" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEADER + rows("1", 1))
    server = make_server({"TRADEWIND_IMPORT_WATCH_SCAN": "100ms"})
    server.wait_until(lambda: metric(server, "tradewind_landing_strays") == 3)
    (landing / "good.csv").write_text(HEADER + rows("1", 2))
    assert ended(server, 1) == [("online_retail/good.csv", "succeeded", 2)]
    said = [text for text in server.tail().splitlines() if "is not imported" in text]
    assert len(said) == 3 and any("nobody" in text for text in said), said


def test_a_watch_that_is_off_leaves_files_alone(landing, workspace, make_server):
    (landing / "day.csv").write_text(HEADER + rows("1", 2))
    server = make_server({"TRADEWIND_IMPORT_WATCH": "off"})
    assert "tradewind_landing_waiting" not in server.get("/metrics").text
    server.stop()
    assert json.loads(run("imports", "--json", workspace=workspace).stdout)["imports"] == []


def notification(*keys):
    return {
        "Records": [
            {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "shop"}, "object": {"key": key}}}
            for key in keys
        ]
    }


def test_notifications_with_encoded_keys(landing, make_server):
    server = make_server({"TRADEWIND_IMPORT_WATCH": "off"})
    names = ["day 1+2 é.csv", "2010/12/day 2.csv"]
    (landing / "2010" / "12").mkdir(parents=True)
    for i, name in enumerate(names):
        (landing / name).write_text(HEADER + rows(str(i), 3 + i))
    keys = [urllib.parse.quote_plus(f"online_retail/{names[0]}"), urllib.parse.quote(f"online_retail/{names[1]}")]
    assert "+" in keys[0] and "%2B" in keys[0] and "%20" in keys[1]
    answer = server.post("/v1/notifications/s3", json=notification(*keys))
    assert answer.status_code == 202, answer.text
    assert ended(server, 2) == [(f"online_retail/{names[0]}", "succeeded", 3), (f"online_retail/{names[1]}", "succeeded", 4)]
    clean_has(server, 7, 7)
    missing = server.post("/v1/notifications/s3", json=notification("online_retail/not+there%21.csv"))
    assert missing.status_code == 404 and "online_retail/not there!.csv" in missing.json()["detail"]
    assert server.post("/v1/notifications/s3", json=notification("..%2F..%2Fetc%2Fpasswd")).status_code == 400
    again = server.post("/v1/notifications/s3", json={"Type": "Notification", "Message": json.dumps(notification(keys[1]))})
    assert again.status_code == 202
    assert ended(server, 3)[2][1] == "skipped"


def other_quantity(text):
    """The same day with its first row's quantity changed."""
    head, first, rest = text.split(b"\n", 2)
    column = [name.strip().lower() for name in head.decode("latin-1").split(",")].index("quantity")
    cells = re.findall(rb'(?:"(?:[^"]|"")*"|[^,])*(?:,|$)', first)
    cells[column] = b"777,"
    return b"\n".join([head, b"".join(cells), rest])


def partitions_of_clean(server):
    """country → (files, rows, bytes)"""
    found = server.sql("SELECT partition, file_count, row_count, bytes FROM system.partitions WHERE schema_name = 'online_retail' AND table_name = 'clean'")
    return {name.removeprefix("country="): tuple(map(int, rest)) for name, *rest in found}


def versions_of_clean(server):
    """(version, files, of them kept from the version before)"""
    table = "system.table_versions WHERE schema_name = 'online_retail' AND table_name = 'clean' ORDER BY version"
    return [tuple(map(int, row)) for row in server.sql(f"SELECT version, file_count, files_kept FROM {table}")]


def countries_of(day):
    with open(day, newline="", encoding="utf-8") as file:
        return {row["Country"].strip().lower() for row in csv.DictReader(file)}


def settle(server):
    """Clean and the marts as they are once everything that came is in them."""
    asked = server.post("/v1/packages/online_retail/runs", json={}).json()
    server.wait_until(lambda: server.get(f"/v1/runs/{asked['id']}?wait_ms=1000").json()["state"] not in ("queued", "running"), seconds=300)
    done = server.get(f"/v1/runs/{asked['id']}").json()
    assert done["state"] in ("succeeded", "skipped"), done


def test_all_days_in_any_order_give_the_golden_answers(workspace, make_server, online_retail, golden, real_csv, tmp_path):
    """305 days shuffled; ten come twice; three come in another form, and then as they should be. Clean and every mart are
    what pandas makes of the one file that has all days; corrections leave the files of other countries as they are."""
    with tarfile.open(online_retail / "by-day.tar.gz") as archive:
        archive.extractall(tmp_path)
    days = sorted(tmp_path.rglob("*.csv"))
    assert len(days) == 305
    chance = random.Random(20101201)
    chance.shuffle(days)
    wrong, twice = days[:3], days[3:13]
    server = make_server()
    landing = workspace / "landing" / "online_retail"
    landing.mkdir(exist_ok=True)

    def drop(day, text=None):
        folder = landing / day.name[:7]
        folder.mkdir(exist_ok=True)
        hidden = folder / ("." + day.name)
        hidden.write_bytes(day.read_bytes() if text is None else text)
        hidden.rename(folder / day.name)

    for day in wrong:
        drop(day, other_quantity(day.read_bytes()))
    for day in days[3:]:
        drop(day)
    ended(server, 305)
    settle(server)
    before, history = partitions_of_clean(server), versions_of_clean(server)

    for day in wrong + twice:
        drop(day)
    states = collections.Counter(state for _, state, _ in ended(server, 318))
    assert states == {"succeeded": 308, "skipped": 10}
    settle(server)

    # Of a country that no corrected day names, every file is the one that was there: so say the versions.
    after, since = partitions_of_clean(server), versions_of_clean(server)[len(history):]
    others = set(before) - set().union(*map(countries_of, wrong))
    assert len(others) > 20 and {c: before[c] for c in others} == {c: after[c] for c in others}
    files, kept_least = history[-1][1], sum(before[c][0] for c in others)
    assert 1 <= len(since) <= 3
    for _, now, kept in since:
        assert kept_least <= kept < files, (since, kept_least)
        files = now
    assert sum(count for count, _, _ in after.values()) == files

    table = "SELECT count(*), sum(quantity), sum(quantity * unit_price), count(DISTINCT customer_id), count(DISTINCT invoice_no) FROM online_retail.clean"
    names = ["clean_rows", "clean_sum_quantity", "clean_sum_amount", "clean_distinct_customers", "clean_distinct_invoices"]
    assert [decimal.Decimal(v) for v in server.sql(table)[0]] == [decimal.Decimal(golden[name]) for name in names]
    assert_tables(workspace, read_lines(real_csv, "latin-1"))
    checked = run("check", "online_retail", workspace=workspace)
    assert re.search(r"^[1-9]\d* passed, 0 failed, 0 could not be answered", checked.stderr + checked.stdout, re.MULTILINE)
    assert run("validate", workspace=workspace).returncode == 0
