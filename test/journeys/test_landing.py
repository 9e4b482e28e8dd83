"""A6, A7: what is put into landing/<source>/ is imported by itself once it is whole, and clean follows."""

import collections
import decimal
import gzip
import json
import os
import random
import re
import tarfile
import urllib.parse

import pytest

from conftest import run

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
    server.wait_until(holds, seconds=60)
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


def test_all_days_in_any_order_give_the_golden_answers(workspace, make_server, online_retail, golden, tmp_path):
    """305 days shuffled; ten come twice; three come in another form, and then as they should be."""
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
    for day in wrong + twice:
        drop(day)
    states = collections.Counter(state for _, state, _ in ended(server, 318))
    assert states == {"succeeded": 308, "skipped": 10}

    table = "SELECT count(*), sum(quantity), sum(quantity * unit_price), count(DISTINCT customer_id), count(DISTINCT invoice_no) FROM online_retail.clean"
    names = ["clean_rows", "clean_sum_quantity", "clean_sum_amount", "clean_distinct_customers", "clean_distinct_invoices"]
    expected = [decimal.Decimal(golden[name]) for name in names]
    server.wait_until(lambda: [decimal.Decimal(v) for v in server.sql(table)[0]] == expected, seconds=60)
