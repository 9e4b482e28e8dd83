"""The guides are executed as they stand: commands are run, files are written, outputs are compared."""

import csv
import gzip
import json
import os
import re
import subprocess

import pytest

from conftest import BINARY, DATA, ROOT, environment, query_csv, run

GUIDES = ROOT / "docs/guides"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps_of(page):
    """("file", path, text) and ("command", command, output expected), in the guide's order.

    A block of yaml or sql after a line that ends in `path`: is a file. In a block of sh, lines after `$ ` are commands (a
    here-document goes on to its end, a backslash to the next line), what follows is their output; `…` is anything.
    """
    for found in BLOCK.finditer(page):
        kind, text = found.groups()
        if kind in ("yaml", "sql"):
            before = page[: found.start()].rstrip().splitlines()[-1]
            path = re.search(r"`([\w./-]+)`:?$", before)
            assert path, f"which file is this? {text}"
            yield "file", path.group(1), text
        elif kind == "sh":
            yield from commands_of(text.splitlines())


def commands_of(lines):
    at = 0
    while at < len(lines):
        assert lines[at].startswith("$ "), f"output without a command: {lines[at]}"
        command = [lines[at][2:]]
        at += 1
        ends = re.search(r"<<'?(\w+)'?", command[0])
        while (ends and command[-1] != ends.group(1)) or command[-1].endswith("\\"):
            command.append(lines[at])
            at += 1
        expected = []
        while at < len(lines) and not lines[at].startswith("$ "):
            expected.append(lines[at])
            at += 1
        yield "command", "\n".join(command), expected


def pattern_of(expected):
    lines = [".*" if line.strip() == "…" else ".*".join(re.escape(part.rstrip()) for part in line.split("…")) for line in expected]
    return re.compile(r"\n".join(lines), re.DOTALL if "…" in [line.strip() for line in expected] else 0)


def run_guide(page, folder):
    env = environment() | {"PATH": f"{BINARY.parent}:{os.environ['PATH']}", "NO_COLOR": "1"}
    count = 0
    for kind, what, rest in steps_of(page):
        if kind == "file":
            (folder / what).parent.mkdir(parents=True, exist_ok=True)
            (folder / what).write_text(rest)
            continue
        count += 1
        done = subprocess.run(["bash", "-c", what], cwd=folder, env=env, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL)
        printed = "\n".join(line.rstrip() for line in done.stdout.rstrip("\n").splitlines())
        expected = "\n".join(rest).rstrip()
        fits = pattern_of(expected.splitlines()).fullmatch(printed) if expected else not printed or "tradewind" not in what
        assert fits, f"$ {what}\n--- printed\n{printed}\n{done.stderr}\n--- the guide says\n{expected}"
        if done.returncode != 0:
            assert "# exit 1" in what, f"$ {what} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return count


def section(page, title):
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found.group(1)


def test_your_own_data(tmp_path):
    assert run_guide((GUIDES / "your-own-data.md").read_text(), tmp_path) > 12


@pytest.fixture(scope="session")
def migrate():
    return (GUIDES / "migrate.md").read_text()


def test_migrate_online_retail(migrate, tmp_path):
    """Hourly objects in year=/month=/day= folders, headers in upper, lower and mixed case."""
    run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "0.02", "--splits", "6")
    for i, file in enumerate(sorted((tmp_path / "made").glob("*.csv"))):
        header, rows = file.read_text(encoding="utf-8").split("\n", 1)
        header = [header, header.upper(), header.lower()][i % 3]
        folder = tmp_path / f"retail_bucket/year=2011/month={i + 1:02}/day=0{i + 1}"
        folder.mkdir(parents=True)
        (folder / f"stream-1-2011-0{i + 1}-0{i + 1}-00-00-05.csv").write_text(header + "\n" + rows, encoding="utf-8")
    assert run_guide(section(migrate, "Online retail: a Firehose bucket"), tmp_path) > 4
    lines = sum(int(row[0]) for row in query_csv(tmp_path / "platform", "SELECT count(*) FROM raw.online_retail"))
    in_place = query_csv(tmp_path / "platform", "SELECT count(*), min(month), max(month) FROM raw.retail_bucket")
    assert in_place == [[str(lines), "01", "06"]] and lines > 5000


@pytest.fixture
def instacart_bucket(tmp_path):
    source = DATA / "instacart"
    if not source.exists():
        pytest.skip(f"the instacart sample is not here: {source} (set TRADEWIND_TEST_DATA)")
    for file in sorted(source.glob("*/*.csv.gz")):
        name = file.name.removesuffix(".csv.gz")
        folder = tmp_path / "basket_bucket" / name.partition("__")[0]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.csv").write_bytes(gzip.decompress(file.read_bytes()))
    return tmp_path


def test_migrate_basket(migrate, instacart_bucket):
    """A folder a table, the files as the competition gave them: products.csv with its odd quotes among them."""
    assert run_guide(section(migrate, "Market basket: a folder for each table"), instacart_bucket) > 4
    work = instacart_bucket / "platform"
    assert query_csv(work, "SELECT count(*), count(DISTINCT product_id) FROM basket.products") == [["49688", "49688"]]
    described = json.loads(run("--json", "describe", "basket.orders", workspace=work).stdout)
    assert [(c["name"], c["type"]) for c in described["columns"]] == [
        ("order_id", "BIGINT"), ("user_id", "BIGINT"), ("eval_set", "STRING"), ("order_number", "BIGINT"), ("order_dow", "BIGINT"),
        ("order_hour_of_day", "BIGINT"), ("days_since_prior_order", "BIGINT"),
    ]


def write_gz(path, header, rows):
    with gzip.open(path, "wt", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)


def dump(folder, day):
    """What the database writes each night: whole tables as of that day."""
    folder.mkdir(exist_ok=True)
    days = [f"2025-07-{d:02}" for d in range(1, day + 1)]
    pairs = [(store, product) for store in range(1, 5) for product in range(101, 111)]
    name = f"2025-07-{day:02}.csv.gz"
    write_gz(folder / f"calendar_{name}", ["CAL_DT", "DAY_OF_WK_NUM", "YR_WK_NUM"], [(d, i % 7, 202527 + i // 7) for i, d in enumerate(days)])
    write_gz(folder / f"store_{name}", ["STORE_KEY", "STORE_DESC", "CITY"], [(s, f"Store {s}", "Leeds") for s in range(1, 5)])
    write_gz(folder / f"product_{name}", ["PROD_KEY", "PROD_NAME", "CATEGORY_KEY"], [(p, f"Product {p}", p % 3) for p in range(101, 111)])
    write_gz(
        folder / f"sales_{name}", ["TRANS_ID", "PROD_KEY", "STORE_KEY", "TRANS_DT", "SALES_QTY", "SALES_AMT"],
        [(i * 1000 + n, p, s, d, n % 5 + 1, f"{(n % 5 + 1) * 2.25:.2f}") for i, d in enumerate(days) for n, (s, p) in enumerate(pairs)],
    )
    write_gz(
        folder / f"inventory_{name}", ["CAL_DT", "STORE_KEY", "PROD_KEY", "INVENTORY_ON_HAND_QTY", "OUT_OF_STOCK_FLG"],
        [(d, s, p, (s * p + i) % 40, int((s * p + i) % 40 == 0)) for i, d in enumerate(days) for s, p in pairs],
    )


def test_migrate_daily_dumps(migrate, tmp_path):
    """Full snapshots by date: of rows that several dumps have, each counts once."""
    for day in (8, 9):
        dump(tmp_path / "dumps", day)
    dump(tmp_path / "next", 10)
    assert run_guide(section(migrate, "Store week: daily dumps"), tmp_path) > 4
    work = tmp_path / "platform"
    assert query_csv(work, "SELECT count(*), count(DISTINCT trans_id) FROM store_week.sales") == [["400", "400"]]
    assert query_csv(work, "SELECT count(*) FROM store_week.inventory") == [["400"]]
