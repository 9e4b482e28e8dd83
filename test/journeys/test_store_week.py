"""System D with the real binary: full dumps, day after day → weekly metrics by date, against the same reference that the SQL meets in
test/sql/test_store_week_sql.py. (What starts the run at night is tested with the sensors.)"""

import csv
import datetime
import decimal
import gzip
import os
import re
import sys
import time

import pytest

from conftest import ROOT, Server, query_csv, run
from test_guides import run_guide

sys.path.insert(0, str(ROOT / "test/sql"))
from store_week_reference import METRICS, date, weekly_metrics  # noqa: E402
from tables import ask  # noqa: E402

SOURCES = ["calendar", "inventory", "product", "sales", "store"]
MON, TUE, WED = "2025-01-06", "2025-01-07", "2025-01-08"


class Dump:
    """The five files of a date, and the rows in them as the reference reads them."""

    def __init__(self, at):
        self.date, self.sales, self.inventory = at, [], []
        self.products, self.stores = [7, 8], [1, 2]
        first = date("2024-12-30")
        self.calendar = [first + datetime.timedelta(days=n) for n in range(21)]

    def sold(self, day, qty, amt, cost="1.00", store=1, product=7):
        self.sales.append((day, store, product, qty, amt, cost))
        return self

    def stock(self, day, hand, out=0, order=0, store=1, product=7):
        self.inventory.append((day, store, product, hand, order, out))
        return self

    def week(self, day):
        return day.year * 100 + (day - date("2024-12-30")).days // 7 + 1

    def write(self, folder):
        tables = {
            "calendar": ("cal_dt,yr_num,yr_wk_num", [(d, d.year, self.week(d)) for d in self.calendar]),
            "inventory": (
                "cal_dt,store_key,prod_key,inventory_on_hand_qty,inventory_on_order_qty,out_of_stock_flg,waste_qty,promotion_flg,next_delivery_dt",
                [(d, s, p, h, o, f, 0, 0, "") for d, s, p, h, o, f in self.inventory],
            ),
            "product": ("prod_key,prod_name,category_key,category_name", [(p, f"Product {p}", 1, "Food") for p in self.products]),
            "sales": (
                "trans_id,prod_key,store_key,trans_dt,trans_time,sales_qty,sales_price,sales_amt,discount,sales_cost,sales_mgrn,ship_cost",
                [(n, p, s, d, "10:00:00", q, "1.00", a, "0.00", c, "0.00", "0.00") for n, (d, s, p, q, a, c) in enumerate(self.sales, 1)],
            ),
            "store": ("store_key,store_desc,frnchs_flg", [(s, f"Store {s}", 0) for s in self.stores]),
        }
        folder.mkdir(exist_ok=True)
        paths = {}
        for name, (header, rows) in tables.items():
            paths[name] = folder / f"{name}_{self.date}.csv.gz"
            with gzip.open(paths[name], "wt", newline="") as file:
                file.write(header + "\n")
                csv.writer(file, lineterminator="\n").writerows(rows)
        return paths

    def expected(self):
        number = lambda text: None if text == "" else int(text)  # noqa: E731
        return weekly_metrics(
            [{"trans_dt": date(d), "store_key": s, "prod_key": p, "sales_qty": number(q), "sales_amt": decimal.Decimal(a), "sales_cost": decimal.Decimal(c)}
             for d, s, p, q, a, c in self.sales],
            [{"cal_dt": date(d), "store_key": s, "prod_key": p, "inventory_on_hand_qty": number(h), "inventory_on_order_qty": number(o), "out_of_stock_flg": number(f)}
             for d, s, p, h, o, f in self.inventory],
            [{"cal_dt": d, "yr_wk_num": self.week(d)} for d in self.calendar], date(self.date),
        )


def first_dump():
    return Dump("2025-01-08").stock(MON, 5, order=2).sold(MON, 7, "70.00").stock(TUE, 0, out=1).sold(TUE, 1, "9.99").stock(MON, 3, store=2).sold(TUE, -1, "-10.00", product=8)


def second_dump():
    """A day more, a sale taken back from the day before, a product gone."""
    dump = Dump("2025-01-09").stock(MON, 5, order=2).sold(MON, 6, "60.00").stock(TUE, 0, out=1).sold(TUE, 1, "9.99").stock(WED, 8, order=1).sold(WED, 2, "20.00")
    dump.products = [7]
    return dump


@pytest.fixture
def chain(tmp_path):
    folder = tmp_path / "workspace"
    run("init", folder, "--package", "store_week")
    return folder


def load(workspace, paths):
    run("import", *paths.values(), "--package", "store_week", workspace=workspace)


def rows_of(workspace, table):
    columns, rows = ask(workspace, f"SELECT * FROM store_week.{table}")
    assert [name for name, _ in columns] == METRICS
    types = dict(columns)
    assert all(types[name] == "DECIMAL(38,4)" for name in ["sales_amt", "cost_amt", "no_stock_impact"])
    found = [dict(zip(METRICS, row)) for row in rows]
    for row in found:
        for name in ["stock_as_of_dt", "date"]:
            row[name] = None if row[name] is None else date(row[name])
    return sorted(found, key=lambda row: [row["date"], row["yr_wk_num"], row["store_key"], row["prod_key"]])


def assert_metrics(workspace, *dumps):
    """The history is all of these dumps, and what is seen is the newest."""
    for table, chosen in [("weekly_metrics_history", dumps), ("weekly_metrics", [max(dumps, key=lambda dump: dump.date)])]:
        found = rows_of(workspace, table)
        expected = sorted(
            (row for dump in chosen for row in dump.expected()), key=lambda row: [row["date"], row["yr_wk_num"], row["store_key"], row["prod_key"]]
        )
        assert len(found) == len(expected) > 0
        for row, want in zip(found, expected):
            wrong = {n: (row[n], want[n]) for n in METRICS if not same(row[n], want[n])}
            assert not wrong, f"{table} {row['date']} {row['yr_wk_num']} {row['store_key']} {row['prod_key']}: (answer, expected) {wrong}"


def same(a, b):
    return a == b if not isinstance(b, float) or a is None else abs(a - b) <= 1e-12 * max(1, abs(b))


def partitions(workspace, dataset):
    return sorted(path.name for path in (workspace / f"data/lake/mart/store_week/{dataset}").glob("date=*"))


def test_two_full_dumps(chain, tmp_path):
    """The second run gives the second dump's numbers, not the sum; the first stands in the history, under its own date."""
    load(chain, first_dump().write(tmp_path / "one"))
    run("run", "store_week", workspace=chain)
    assert_metrics(chain, first_dump())
    load(chain, second_dump().write(tmp_path / "two"))
    run("run", "store_week", workspace=chain)
    assert_metrics(chain, first_dump(), second_dump())
    for dataset in ["weekly_metrics", "store", "product", "calendar"]:
        assert partitions(chain, dataset) == ["date=2025-01-08", "date=2025-01-09"]
    assert query_csv(chain, "SELECT prod_key FROM store_week.product") == [["7"]]
    assert query_csv(chain, "SELECT date, count(*) FROM store_week.product_history GROUP BY date ORDER BY date") == [["2025-01-08", "2"], ["2025-01-09", "1"]]
    assert query_csv(chain, "SELECT count(*) FROM raw.store_week_sales") == [["3"]]
    assert run("check", "store_week", workspace=chain, check=False).returncode == 0
    assert run("validate", workspace=chain).returncode == 0


def test_a_run_reads_the_files_that_it_is_given(chain, tmp_path):
    """By parameters, whatever came since: the newest dump is in, and a run of the one before reads that one, and changes no other date."""
    load(chain, second_dump().write(tmp_path / "two"))
    run("run", "store_week", workspace=chain)
    paths = first_dump().write(tmp_path / "one")
    given = [argument for name, path in paths.items() for argument in ("--param", f"{name}={path}")]
    run("run", "store_week", *given, workspace=chain)
    assert_metrics(chain, first_dump(), second_dump())
    assert query_csv(chain, "SELECT max(trans_dt) FROM raw.store_week_sales") == [[WED]]


def test_a_dump_that_is_corrected(chain, tmp_path):
    """The same files with other bytes: the date's numbers are those of the correction."""
    load(chain, first_dump().write(tmp_path / "one"))
    run("run", "store_week", workspace=chain)
    corrected = first_dump().sold(MON, 1, "0.01")
    load(chain, corrected.write(tmp_path / "one"))
    run("run", "store_week", workspace=chain)
    assert_metrics(chain, corrected)
    assert partitions(chain, "weekly_metrics") == ["date=2025-01-08"]


FAULTS = {
    "two inventory rows for one key": (lambda dump: dump.stock(WED, 8, order=1), "one_inventory_row_for_each_key"),
    "a sale on a date that the calendar lacks": (lambda dump: dump.sold("2026-01-01", 1, "1.00"), "sales_are_in_the_calendar"),
    "stock on a date that the calendar lacks": (lambda dump: dump.stock("2026-01-01", 1), "inventory_is_in_the_calendar"),
    "a date that the calendar has twice": (lambda dump: dump.calendar.append(dump.calendar[0]), "a_date_has_one_week"),
}


@pytest.mark.parametrize("what", sorted(FAULTS))
def test_a_faulty_dump_is_not_published(chain, tmp_path, what):
    """The run fails by the name of the rule, and no table of the dump is there: neither metrics nor stores, products, calendar."""
    spoil, rule = FAULTS[what]
    load(chain, first_dump().write(tmp_path / "one"))
    run("run", "store_week", workspace=chain)
    dump = second_dump()
    spoil(dump)
    load(chain, dump.write(tmp_path / "two"))
    failed = run("run", "store_week", workspace=chain, check=False)
    assert failed.returncode == 1 and rule in failed.stdout + failed.stderr, failed.stdout + failed.stderr
    assert_metrics(chain, first_dump())
    for table in ["store", "product", "calendar"]:
        assert query_csv(chain, f"SELECT DISTINCT date FROM store_week.{table}_history") == [["2025-01-08"]], table
    load(chain, second_dump().write(tmp_path / "two"))
    run("run", "store_week", workspace=chain)
    assert_metrics(chain, first_dump(), second_dump())


def test_files_of_two_nights_are_not_mixed(chain, tmp_path):
    """Today's sales beside yesterday's stock make no metrics."""
    load(chain, first_dump().write(tmp_path / "one"))
    paths = second_dump().write(tmp_path / "two")
    load(chain, {"sales": paths["sales"]})
    failed = run("run", "store_week", workspace=chain, check=False)
    assert failed.returncode == 1 and "all_files_are_of_one_date" in failed.stdout + failed.stderr


def test_what_is_mailed(chain, tmp_path):
    """The two newest weeks as CSV, ready for the notice that goes out after the run."""
    load(chain, second_dump().write(tmp_path / "two"))
    run("run", "store_week", workspace=chain)
    with open(chain / "exports/store_week/weekly_metrics.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == METRICS[:-1] and len(rows) == len(second_dump().expected())
    assert (rows[0]["sales_qty"], rows[0]["sales_amt"], rows[0]["weeks_of_supply"]) == ("9", "89.9900", "0.8888888888888888")


def append(workspace):
    """The package for files that have only what is new: `load: append` with keys."""
    keys = {"calendar": "cal_dt", "inventory": "[cal_dt, store_key, prod_key]", "product": "prod_key", "sales": "trans_id", "store": "store_key"}
    for name, key in keys.items():
        path = workspace / f"packages/store_week/sources/store_week_{name}.yml"
        text = re.sub(r"^load: snapshot$", f"load: append\nkey: {key}", path.read_text(), flags=re.MULTILINE)
        text = re.sub(r"^parameter: .*\n", "", text, flags=re.MULTILINE)
        path.write_text(text.replace("trans_id: {type: bigint}", "trans_id: {type: bigint, required: true}"))


def test_with_load_append_only_touched_weeks_are_restated(chain, tmp_path):
    """A file with a few new and changed rows: weeks that they lie in have new numbers, the others the same as before."""
    append(chain)
    one = Dump("2025-01-15").stock(MON, 5).sold(MON, 7, "70.00").stock("2025-01-13", 9).sold("2025-01-13", 1, "10.00")
    load(chain, one.write(tmp_path / "one"))
    run("run", "store_week", workspace=chain)
    assert_metrics(chain, one)
    more = Dump("2025-01-16")
    more.sales = [("2025-01-13", 1, 7, 4, "40.00", "1.00")]
    more.stock("2025-01-14", 2)
    paths = more.write(tmp_path / "two")
    text = gzip.decompress(paths["sales"].read_bytes()).decode().replace("\n1,", "\n3,")  # a transaction that is new
    paths["sales"].write_bytes(gzip.compress(text.encode()))
    load(chain, paths)
    run("run", "store_week", workspace=chain)
    whole = Dump("2025-01-16")
    whole.sales, whole.inventory = one.sales + more.sales, one.inventory + more.inventory
    assert_metrics(chain, one, whole)
    untouched = [[row[:-1] for row in query_csv(chain, f"SELECT * FROM store_week.weekly_metrics_history WHERE yr_wk_num = 202502 AND date = '{day}'")]
                 for day in ("2025-01-15", "2025-01-16")]
    assert untouched[0] == untouched[1] and len(untouched[0]) == 1


def test_a_generated_chain(chain, tmp_path):
    """A year of two stores: metrics in every week, and each question has an answer."""
    run("generate", "store_week", "--out", tmp_path / "made", "--scale", "0.001", "--seed", "2")
    run("import", tmp_path / "made", "--package", "store_week", workspace=chain)
    run("run", "store_week", workspace=chain)
    weeks, rows = query_csv(chain, "SELECT count(DISTINCT yr_wk_num), count(*) FROM store_week.weekly_metrics")[0]
    assert int(weeks) >= 52 and int(rows) > 1000
    sums = query_csv(chain, "SELECT sum(sales_qty), sum(sales_amt) FROM store_week.weekly_metrics")
    assert sums == query_csv(chain, "SELECT sum(sales_qty), sum(sales_amt) FROM raw.store_week_sales")
    for path in sorted((chain / "packages/store_week/queries").glob("*.sql")):
        assert query_csv(chain, path.read_text()), path.name


def test_the_guide(tmp_path):
    """docs/guides/store_week.md, executed as it stands."""
    assert run_guide((ROOT / "docs/guides/store_week.md").read_text(), tmp_path) > 8


def test_the_sensors_run(chain, tmp_path):
    """The set of a date in landing/store_week, started as the scan starts it: the run reads these files, not the newer ones beside them, and the file
    that goes out by mail is there. Of a date whose set is not whole nothing is started, and the missing file is named."""
    server = Server(chain).start()
    try:
        landing = chain / "landing/store_week"
        paths = second_dump().write(landing)
        for path in [*paths.values(), *first_dump().write(landing).values()]:
            os.utime(path, (time.time() - 60, time.time() - 60))  # a file that was written a moment ago may not be whole
        run("schedules", "start", "store_week:todays_files", "--date", "2025-01-08", workspace=chain)
        paths["sales"].rename(tmp_path / "late.csv.gz")
        refused = run("schedules", "start", "store_week:todays_files", "--date", "2025-01-09", workspace=chain, check=False)
        assert refused.returncode == 1 and "sales_2025-01-09.csv" in refused.stdout + refused.stderr
        assert "success" in server.get("/v1/notices").text
    finally:
        server.stop()
    assert_metrics(chain, first_dump())
    assert (chain / "exports/store_week/weekly_metrics.csv").exists()
