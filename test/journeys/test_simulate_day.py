"""A night of store_week by a clock that is not real: what is told of it, in which order, and whether the morning's tables are right."""

import csv
import datetime
import decimal
import email
import email.policy
import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from conftest import BINARY, ROOT, environment, query_csv, run

sys.path.insert(0, str(ROOT / "test/sql"))
from store_week_reference import METRICS, weekly_metrics  # noqa: E402
from tables import ask  # noqa: E402

TABLES = ["calendar", "inventory", "product", "sales", "store"]


def night(*arguments, check=True, env=None):
    return run("simulate-day", *arguments, check=check, env=env, timeout=300)


@pytest.fixture
def temp():
    """A folder for temporary ones, near to the root: a workspace has a socket, whose path must be short."""
    with tempfile.TemporaryDirectory(prefix="tw") as folder:
        yield pathlib.Path(folder)


def told(report, kind):
    return [event for event in report["timeline"] if event["kind"] == kind]


def local_times(report, kind):
    return [event["local"][11:16] for event in told(report, kind)]


def rows_of(path):
    with gzip.open(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


def expected_metrics(folder, date):
    """Python's own numbers, from the very files that lay in landing."""
    day = datetime.date.fromisoformat
    number = lambda text: None if text == "" else int(text)  # noqa: E731
    money = lambda text: None if text == "" else decimal.Decimal(text)  # noqa: E731
    files = {table: rows_of(folder / f"{table}_{date}.csv.gz") for table in TABLES}
    return weekly_metrics(
        [{"trans_dt": day(r["trans_dt"]), "store_key": int(r["store_key"]), "prod_key": int(r["prod_key"]), "sales_qty": number(r["sales_qty"]),
          "sales_amt": money(r["sales_amt"]), "sales_cost": money(r["sales_cost"])} for r in files["sales"]],
        [{"cal_dt": day(r["cal_dt"]), "store_key": int(r["store_key"]), "prod_key": int(r["prod_key"]), "inventory_on_hand_qty": number(r["inventory_on_hand_qty"]),
          "inventory_on_order_qty": number(r["inventory_on_order_qty"]), "out_of_stock_flg": number(r["out_of_stock_flg"])} for r in files["inventory"]],
        [{"cal_dt": day(r["cal_dt"]), "yr_wk_num": int(r["yr_wk_num"])} for r in files["calendar"]], day(date),
    ), {table: len(rows) for table, rows in files.items()}


def assert_same(workspace, expected):
    columns, rows = ask(workspace, "SELECT * FROM store_week.weekly_metrics ORDER BY yr_wk_num, store_key, prod_key")
    assert [name for name, _ in columns] == METRICS and len(rows) == len(expected) > 100
    for row, want in zip(rows, expected):
        found = dict(zip(METRICS, row))
        for name in METRICS:
            value, right = found[name], want[name]
            if isinstance(right, datetime.date):
                right = right.isoformat()
            if isinstance(right, float) and value is not None:
                assert abs(float(value) - right) <= 1e-9 * max(1, abs(right)), (name, found, want)
            else:
                assert value == right, (name, found, want)


def mails(workspace):
    read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in sorted((workspace / "mails").glob("*.eml"))]
    return {mail["X-Tradewind-Kind"]: mail for mail in read}


def test_a_night(tmp_path):
    """Files come, the scans wait, people are told which file is missing, it comes, the run makes the tables, people are told that all is well."""
    folder = tmp_path / "night"
    began = time.monotonic()
    report = json.loads(night(folder, "--json").stdout)
    assert time.monotonic() - began < 60
    assert report["as_expected"] and report["problems"] == []
    assert (report["package"], report["date"], report["timezone"]) == ("store_week", "2025-07-01", "America/New_York")
    assert set(report["timeline"][0]) == {"at", "local", "kind", "text", "real_ms"}
    assert [e["kind"] for e in report["timeline"]] == [
        "file", "file", "file", "file", "file", "scan", "file", "scan", "mail", "file", "job", "run", "export", "mail", "mail",
    ]
    times = [event["at"] for event in report["timeline"]]
    assert times == sorted(times)
    assert local_times(report, "scan") == ["03:00", "03:30"] and local_times(report, "job") == ["03:41"]
    assert report["timeline"][0]["at"] == "2025-07-01T05:45:00Z" and report["timeline"][0]["local"] == "2025-07-01T01:45:00"
    first, last = told(report, "scan")
    assert "inventory_2025-07-01.csv.gz is cut off" in first["text"] and "sales_2025-07-01.csv is not there" in first["text"]
    assert "sales_2025-07-01.csv is not there" in last["text"] and "inventory" not in last["text"]
    missing, success, recovery = told(report, "mail")
    assert "missing" in missing["text"] and "weekly_metrics.csv" in success["text"] and "well again" in recovery["text"]
    # The mails themselves, by the night's clock.
    sent = mails(folder)
    assert set(sent) == {"missing_files", "success", "recovery"}
    assert "sales_2025-07-01.csv is not there" in sent["missing_files"].get_content()
    assert f"{sent['missing_files']['Date'].datetime:%Y-%m-%dT%H:%M}" == "2025-07-01T07:30"
    attached = next(sent["success"].iter_attachments())
    assert attached.get_filename() == "weekly_metrics.csv"
    assert attached.get_content().encode() == (folder / "exports/store_week/weekly_metrics.csv").read_bytes()
    # The tables, against the generator's files and Python's own numbers.
    expected, counts = expected_metrics(folder / "landing/store_week", "2025-07-01")
    tables = {table["table"]: table for table in report["tables"]}
    assert tables["store_week.weekly_metrics"] == {"table": "store_week.weekly_metrics", "row_count": len(expected), "date": "2025-07-01"}
    for table, count in counts.items():
        assert tables[f"raw.store_week_{table}"]["row_count"] == count
    assert_same(folder, expected)
    # Yesterday's files lay there, and started nothing.
    assert len(list((folder / "landing/store_week").glob("*_2025-06-30.csv.gz"))) == 5
    assert query_csv(folder, "SELECT DISTINCT date FROM store_week.weekly_metrics_history") == [["2025-07-01"]]
    assert len(json.loads(run("schedules", "jobs", "store_week:todays_files", "--json", workspace=folder).stdout)["jobs"]) == 1


@pytest.mark.parametrize(
    "date, clock, start",
    [("2025-03-09", "set forward by 1 h", "2025-03-09T06:45:00Z"), ("2025-11-02", "set back by 1 h", "2025-11-02T05:45:00Z")],
)
def test_a_night_in_which_the_clocks_change(date, clock, start):
    """The scans are at 03:00 and 03:30 as the clocks show them, each once; 02:00, when the dump begins, may not be there at all."""
    report = json.loads(night("--json", "--date", date).stdout)
    assert report["as_expected"], report
    assert local_times(report, "scan") == ["03:00", "03:30"] and local_times(report, "job") == ["03:41"]
    assert [event["text"] for event in told(report, "clock")] and clock in told(report, "clock")[0]["text"]
    assert len(told(report, "clock")) == 1 and len(told(report, "mail")) == 3
    assert report["timeline"][0]["at"] == start and report["timeline"][0]["local"] == f"{date}T01:45:00"
    times = [event["at"] for event in report["timeline"]]
    assert times == sorted(times)
    assert {table["date"] for table in report["tables"]} == {date, None}


def test_as_a_person_reads_it(temp):
    """Lines in order, the tables at the end; nothing is left behind, and nobody's settings send a mail."""
    env = {"TMPDIR": str(temp), "TRADEWIND_MAIL_SERVER": "127.0.0.1:1"}
    done = night(env=env)
    lines = done.stdout.splitlines()
    order = ["A night of store_week, 2025-07-01", "yesterday's 5 files", "begins to arrive", "the scan starts nothing", "is whole now", "the last scan",
             "are missing", "sales_2025-07-01.csv.gz arrives", "job 1 of todays_files starts", "run 1 succeeded", "weekly_metrics.csv", "The morning's tables",
             "store_week.weekly_metrics", "What low and no stock cost most", "The night went as it should"]
    places = [next(n for n, line in enumerate(lines) if text in line) for text in order]
    assert places == sorted(places), done.stdout
    assert list(temp.iterdir()) == []


def test_what_no_night_can_be_made_of(tmp_path, temp):
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    refused = night(folder, check=False)
    assert refused.returncode == 1 and "not an empty folder" in refused.stderr
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    env = {"TMPDIR": str(temp)}
    for arguments, words in [
        (["--package", "store_weak"], "store_week"), (["--package", "basket"], "store_week"), (["--date", "2025-02-30"], "a date such as"),
        (["--date", "tonight"], "a date such as"), (["--date", "2020-01-01"], "2020"), ([folder / "mine.txt"], "not an empty folder"),
    ]:
        done = night(*arguments, check=False, env=env)
        assert done.returncode == (2 if words == "a date such as" else 1) and words in done.stderr, (arguments, done.stderr)
        done = night(tmp_path / "new", *arguments[:2], check=False, env=env) if len(arguments) == 2 else done
        assert not (tmp_path / "new").exists()
    assert list(temp.iterdir()) == []


@pytest.mark.parametrize("chosen", [None, "new", "empty"])
def test_ctrl_c_leaves_nothing_behind(tmp_path, temp, chosen):
    """Whenever it comes: no folder stays that was not there, and the exit code is 1."""
    (tmp_path / "empty").mkdir()
    arguments = [str(tmp_path / chosen)] if chosen else []
    process = subprocess.Popen(
        [str(BINARY), "simulate-day", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        env=environment() | {"TMPDIR": str(temp)},
    )
    process.stdout.readline()  # the night has begun
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "cut short" in err, err
    assert list(temp.iterdir()) == [] and not (tmp_path / "new").exists()
    assert os.listdir(tmp_path / "empty") == []
