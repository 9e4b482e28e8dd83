"""Several commands at once on one workspace, readers that go away, and runs that are cut off."""

import csv
import io
import json
import signal
import subprocess
import time

import pytest

from conftest import BINARY, environment, run


def begin(workspace, *arguments, **options):
    return subprocess.Popen(
        [str(BINARY), "-C", str(workspace), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment(), text=True, **options,
    )


def ended(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, f"{process.args} gave {process.returncode}\n{out}\n{err}"
    return out


def orders(path, first, count):
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"])
        for number in range(first, first + count):
            rows.writerow([number, "85123A", "LANTERN", 6, "12/1/2010 8:26", 2.55, 17850 + number % 50, "France"])
    return path


@pytest.fixture
def shop(workspace, tmp_path):
    run("import", orders(tmp_path / "first.csv", 100_000, 2_000), "--source", "online_retail", workspace=workspace)
    return workspace


def states(workspace):
    return [r["state"] for r in json.loads(run("runs", "--json", workspace=workspace).stdout)["runs"]]


@pytest.mark.parametrize("pause", [0, 0.1, 0.3])
def test_two_runs_at_once_both_succeed(shop, pause):
    first = begin(shop, "run", "online_retail", "--force", "--json")
    time.sleep(pause)
    second = begin(shop, "run", "online_retail", "--force", "--json")
    results = [json.loads(ended(one)) for one in (first, second)]
    assert [r["state"] for r in results] == ["succeeded", "succeeded"]
    assert results[0]["id"] != results[1]["id"]
    assert set(states(shop)) == {"succeeded"}


def test_five_commands_at_once_all_have_their_results(shop, tmp_path):
    more = orders(tmp_path / "more.csv", 200_000, 1_000)
    at_once = [
        begin(shop, "query", "SELECT 6 * 7 AS n", "--format", "csv"),
        begin(shop, "run", "online_retail", "--force", "--json"),
        begin(shop, "import", more, "--source", "online_retail", "--json"),
        begin(shop, "check", "online_retail", "--json"),
        begin(shop, "query", "SELECT count(DISTINCT customer_id) FROM raw.online_retail", "--format", "csv"),
    ]
    outputs = [ended(one) for one in at_once]
    assert outputs[0] == "n\n42\n" and outputs[4].splitlines()[1] == "50"
    assert json.loads(outputs[1])["state"] == "succeeded"
    assert json.loads(outputs[2])["imports"][0]["state"] == "succeeded"
    out = run("query", "SELECT count(*) FROM raw.online_retail", "--format", "csv", workspace=shop).stdout
    assert list(csv.reader(io.StringIO(out)))[1] == ["3000"]
    assert set(states(shop)) == {"succeeded"}


def test_a_second_ctrl_c_ends_a_command_that_others_use(shop):
    """What is cut off then says so, and nothing of it is called cancelled without a reason."""
    owner = begin(shop, "query", "SELECT sum(a.range * b.range) FROM range(100000000) a, range(10000) b", "--timeout", "300")
    while not (shop / "data/control.sock").exists():
        time.sleep(0.01)
    guest = begin(shop, "query", "SELECT sum(a.range * b.range) FROM range(100000000) a, range(10000) b", "--timeout", "300")
    time.sleep(1)
    owner.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert owner.poll() is None, "it ended with another's query under way"
    owner.send_signal(signal.SIGINT)
    owner.communicate(timeout=60)
    guest.send_signal(signal.SIGINT)
    guest.communicate(timeout=60)


def test_a_run_outlives_the_reader_of_its_output(shop):
    done = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$0" -C "$1" run online_retail --force 2>&1 | head -1; echo "${PIPESTATUS[0]}"', str(BINARY), str(shop)],
        capture_output=True, text=True, env=environment(), timeout=300,
    )
    assert done.stdout.splitlines()[-1] == "0", done.stdout + done.stderr
    assert set(states(shop)) == {"succeeded"}


def test_runs_that_were_cut_off_say_so(shop, make_server):
    server = make_server(folder=shop)
    begun = server.post("/v1/packages/online_retail/runs", json={"force": True}).json()
    server.stop()
    told = next(r for r in json.loads(run("runs", "--json", workspace=shop).stdout)["runs"] if r["id"] == begun["id"])
    if told["state"] != "succeeded":
        assert "the program ended during the run" in told["message"] and f"--resume {begun['id']}" in told["message"]
        done = sum(a["state"] in ("succeeded", "skipped") for a in told["assets"])
        assert f" {done}/{len(told['assets'])} " in run("runs", workspace=shop).stdout
