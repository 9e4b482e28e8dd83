"""Commands where a user stands oddly: deep folders, folders that are gone, full disks for results, ragged files."""

import json
import signal
import subprocess

import pytest

from conftest import BINARY, Server, environment, line, query_csv, run

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def row(number):
    return f"{number},85123A,LAMP,6,12/1/2010 8:26,2.55,17850,United Kingdom"


def test_a_workspace_may_lie_deep(tmp_path):
    """Proves that a control socket's path of any length is made and found, by servers and by commands."""
    deep = tmp_path
    while len(str(deep)) < 300:
        deep = deep / ("d" * 40)
    run("init", deep, "--package", "online_retail")
    assert query_csv(deep, "SELECT count(*) FROM raw.online_retail") == [["0"]]
    server = Server(deep).start()
    try:
        assert server.post_records([line()]).status_code == 200
        server.wait_for_rows(1)
        assert query_csv(deep, "SELECT count(*) FROM raw.online_retail") == [["1"]]
        assert (deep / "data/control.sock").is_socket()
    finally:
        assert server.stop() == 0
    assert not (deep / "data/control.sock").exists()
    assert query_csv(deep, "SELECT count(*) FROM raw.online_retail") == [["1"]]


def test_a_current_folder_that_is_gone_is_an_error(workspace, tmp_path):
    """Proves that no command dies of it: what needs no folder works, all else says what is wrong."""
    gone = tmp_path / "gone"
    gone.mkdir()

    def there(*arguments):
        command = f'cd {gone} && rmdir {gone} && exec "$@"'
        done = subprocess.run(["sh", "-c", command, "sh", str(BINARY), *map(str, arguments)], capture_output=True, text=True, env=environment())
        gone.mkdir()
        return done

    for arguments in (["version"], ["--help"], ["--version"], ["-C", workspace, "tables"]):
        done = there(*arguments)
        assert done.returncode == 0 and done.stdout, (arguments, done)
    for arguments in (
        ["tables"], ["doctor"], ["validate"], ["verify"], ["init", "x"], ["init", "x", "--from", "y"], ["generate", "basket", "--out", "x"], ["demo", "x"],
        ["-C", workspace, "import", "x.csv", "--source", "online_retail"], ["-C", workspace, "crawl", "./x"], ["-C", workspace, "recipe", "sql", "x.yml"],
        ["simulate-day", "x"],
    ):
        done = there(*arguments)
        assert done.returncode == 1 and done.stderr.startswith("tradewind: "), (arguments, done)
    nowhere = {"TMPDIR": str(tmp_path / "nowhere")}
    for arguments in (["demo"], ["simulate-day"], ["send", "--package", "online_retail"]):
        done = run(*arguments, check=False, env=nowhere)
        assert done.returncode == 1 and "no temporary folder" in done.stderr, (arguments, done)


@pytest.mark.parametrize(
    "command",
    [
        ["tables"], ["tables", "--json"], ["version"], ["--help"], ["doctor"], ["validate"], ["query", "SELECT 1"], ["query", "SELECT 1", "--format", "csv"],
        ["query", "SELECT 1", "--format", "parquet"], ["runs"], ["verify"], ["sink", "list"], ["deadletters", "list"], ["imports"],
    ],
    ids=" ".join,
)
def test_a_result_that_is_not_written_is_a_failure(workspace, command):
    """Proves that neither a full disk nor a closed stdout passes for success, and that a reader who has enough does."""
    words = [str(BINARY), "-C", str(workspace), *command]
    with open("/dev/full", "w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, env=environment())
    assert done.returncode == 1 and "writ" in done.stderr, done
    closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *words], stderr=subprocess.PIPE, text=True, env=environment())
    assert closed.returncode == 1 and "writ" in closed.stderr, closed
    assert run("verify", workspace=workspace).returncode == 0, "nothing was printed into a file of the workspace"


def test_a_reader_who_has_enough_is_no_failure(workspace):
    piped = f'"{BINARY}" -C "{workspace}" tables; echo $? >&2'
    done = subprocess.run(["bash", "-c", f"( {piped} ) | true"], capture_output=True, text=True, env=environment())
    assert done.stderr.strip() == "0", done


def test_log_records_in_json_are_all_that_a_server_writes(workspace):
    server = Server(workspace, {"TRADEWIND_LOG_FORMAT": "json"}).start()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=60)
    records = [json.loads(text) for text in (workspace / "server.log").read_text().splitlines()]
    said = [record["message"] for record in records]
    assert any("serves" in message for message in said) and any(message.startswith("stopping") for message in said), said


def test_partitions_cannot_change_and_validate_says_so(make_server, workspace):
    """Proves that validate and doctor refuse what a start refuses, with the same words and the place."""
    server = make_server()
    assert server.post_records([line()]).status_code == 200
    server.stop()
    source = workspace / "packages/online_retail/sources/online_retail.yml"
    text = source.read_text()
    assert "\npartitions: 4\n" in text
    source.write_text(text.replace("\npartitions: 4\n", "\npartitions: 8\n"))
    number = text[: text.index("\npartitions: 4\n") + 1].count("\n") + 1
    start = run("query", "SELECT 1", workspace=workspace, check=False)
    assert start.returncode == 1
    for wanted in ("has 4 partitions, not 8", f"online_retail.yml:{number}"):
        assert wanted in start.stderr, start.stderr
        for command in ("validate", "doctor"):
            done = run(command, workspace=workspace, check=False)
            assert done.returncode == 1 and wanted in done.stdout, done.stdout
    source.write_text(text)
    assert run("validate", workspace=workspace).returncode == 0


def test_send_takes_an_address_with_a_slash(server, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text("\n".join([HEADER, row(1), row(2)]) + "\n")
    assert "2 records accepted" in run("send", file, "--stream", "online_retail", "--url", server.url + "/").stdout


def test_send_and_lines_that_cannot_be_read(server, workspace, tmp_path):
    """Proves that --deadletter sends all lines, and that without it all before the bad one are sent, and the way on is told."""
    file = tmp_path / "ragged.csv"
    lines = [HEADER] + [row(number) for number in range(1, 11)]
    lines.insert(6, "6,only,three")
    lines.insert(9, '{"InvoiceNo":"9","StockCode":"A"}')
    file.write_text("\n".join(lines) + "\n")
    send = ["send", file, "--stream", "online_retail", "--url", server.url, "--batch", "4"]
    stopped = run(*send, check=False)
    assert stopped.returncode == 1 and "5 records accepted" in stopped.stdout, stopped
    assert "line 7" in stopped.stderr and "--first 6" in stopped.stderr and "--first 7" in stopped.stderr, stopped.stderr
    server.wait_for_rows(5)
    kept = run(*send, "--first", "6", "--deadletter")
    assert "5 records accepted, 2 rejected" in kept.stdout, kept
    assert server.wait_for_rows(10) == 10
    letters = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    assert sorted(letter["original"] for letter in letters) == sorted(["6,only,three", json.dumps(lines[9])]), letters


def test_a_sink_is_found_by_its_name(server, workspace):
    listed = run("sink", "list", workspace=workspace).stdout
    name = listed.splitlines()[2].split()[1]
    assert run("sink", "pause", name, workspace=workspace).returncode == 0
    assert run("sink", "resume", name, workspace=workspace).returncode == 0
    assert run("sink", "forget", "nobody", workspace=workspace, check=False).returncode == 1


def test_unknown_streams_have_no_dead_letters(server, workspace):
    assert server.get("/v1/deadletters?stream=nope").status_code == 404
    assert server.get("/v1/deadletters?stream=online_retail").status_code == 200
    assert run("deadletters", "list", "--stream", "nope", workspace=workspace, check=False).returncode == 1
