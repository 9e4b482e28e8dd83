"""Workspaces, settings, the lock, the control socket, exit codes."""

import json
import os
import stat
import subprocess

import pytest

from conftest import BINARY, Server, environment, line, query_csv, run


def test_init_makes_a_workspace_once(tmp_path):
    folder = tmp_path / "shop"
    run("init", folder, "--package", "online_retail")
    assert (folder / "tradewind.yml").exists() and (folder / "packages/online_retail/sources/online_retail.yml").exists()
    again = run("init", folder, check=False)
    assert again.returncode == 1 and "already" in again.stderr
    assert run("init", tmp_path / "other", "--package", "nothing", check=False).returncode == 1
    assert not (tmp_path / "other").exists()


def test_exit_codes(workspace, tmp_path):
    assert run("version").returncode == 0
    assert json.loads(run("version", "--json").stdout)["version"]
    assert run("nonsense", check=False).returncode == 2
    assert run("query", check=False).returncode == 2
    assert run("import", "x.csv", check=False).returncode == 2
    assert run("query", "SELEC", workspace=workspace, check=False).returncode == 1
    assert run("query", "SELECT 1", workspace=tmp_path, check=False).returncode == 1
    assert run("import", tmp_path / "nothing.csv", "--source", "online_retail", workspace=workspace, check=False).returncode == 1


def test_workspace_by_option_variable_and_folder(workspace):
    by_variable = subprocess.run([str(BINARY), "query", "SELECT 1 AS n", "--format", "csv"], env=environment() | {"TRADEWIND_WORKSPACE": str(workspace)}, capture_output=True, text=True)
    by_folder = subprocess.run([str(BINARY), "query", "SELECT 1 AS n", "--format", "csv"], env=environment(), cwd=workspace, capture_output=True, text=True)
    after = subprocess.run([str(BINARY), "query", "SELECT 1 AS n", "--format", "csv", "-C", str(workspace)], env=environment(), capture_output=True, text=True)
    assert by_variable.stdout == by_folder.stdout == after.stdout == "n\n1\n"


@pytest.mark.parametrize(
    "text, place, said",
    [
        ("server:\n  listn: 127.0.0.1:1\n", ":2", "listen"), ("serve:\n  listen: x\n", ":1", "server"), ("server:\n  listen: here\n", ":2", "address"),
        ("delivery:\n  raw_flush_age: soon\n", ":2", "duration"), ("server: [1, 2\n", "", "tradewind.yml"), ("log:\n  level: loud\n", ":2", "debug"),
    ],
)
def test_settings_are_checked_with_their_place(workspace, text, place, said):
    (workspace / "tradewind.yml").write_text(text)
    done = run("query", "SELECT 1", workspace=workspace, check=False)
    assert done.returncode == 1
    assert f"tradewind.yml{place}" in done.stderr and said in done.stderr, done.stderr
    assert run("validate", workspace=workspace, check=False).returncode == 1


def test_environment_overrides_settings(workspace):
    done = run("query", "SELECT 1", workspace=workspace, env={"TRADEWIND_SERVER_LISTN": "x"}, check=False)
    assert done.returncode == 1 and "TRADEWIND_SERVER_LISTEN" in done.stderr
    assert run("query", "SELECT 1", workspace=workspace, env={"TRADEWIND_LOG_LEVEL": "error"}).returncode == 0


@pytest.mark.parametrize("address", ["0.0.0.0:0", "192.168.1.5:8080", "[::]:0", "example.org:80"])
def test_only_loopback_is_listened_on(workspace, address):
    done = run("serve", "--listen", address, workspace=workspace, check=False)
    assert done.returncode == 1 and "token" in done.stderr and "127.0.0.1" in done.stderr


def test_second_server_is_told_who_has_the_workspace(server, workspace):
    done = run("serve", "--listen", "127.0.0.1:0", workspace=workspace, check=False)
    assert done.returncode == 1 and str(server.process.pid) in done.stderr, done.stderr


def test_commands_go_to_the_owner_of_the_workspace(server, workspace):
    socket = workspace / "data/control.sock"
    assert stat.S_IMODE(os.stat(socket).st_mode) == 0o600
    assert server.post_records([line()]).status_code == 200
    server.wait_for_rows(1)
    assert query_csv(workspace, "SELECT count(*) FROM raw.online_retail") == [["1"]]
    assert "✓ owner: a server is running" in run("doctor", workspace=workspace).stdout


def test_read_only_data_folder(workspace):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (workspace / "data").chmod(0o500)
    try:
        done = run("query", "SELECT 1", workspace=workspace, check=False)
        assert done.returncode == 1 and "data" in done.stderr
    finally:
        (workspace / "data").chmod(0o700)


def test_broken_packages_are_named_with_their_place(workspace):
    path = workspace / "packages/online_retail/sources/online_retail.yml"
    path.write_text(path.read_text().replace("required:", "requird:", 1))
    done = run("query", "SELECT 1", workspace=workspace, check=False)
    assert done.returncode == 1 and "online_retail.yml:" in done.stderr and "required" in done.stderr


def test_orderly_stop_and_start(server, workspace):
    for number in range(10):
        assert server.post_records([line(InvoiceNo=str(number))] * 10).status_code == 200
    assert server.stop() == 0
    assert query_csv(workspace, "SELECT count(*), count(DISTINCT invoice_no) FROM raw.online_retail") == [["100", "10"]]


@pytest.mark.parametrize("damage", ["serving", "segment", "parquet"])
def test_damage_is_set_aside_and_the_program_starts(server, workspace, damage):
    for number in range(20):
        assert server.post_records([line(InvoiceNo=str(number))] * 50).status_code == 200
    server.wait_for_rows(1000)
    server.stop()
    targets = {"serving": "data/serving", "segment": "data/stream", "parquet": "data/lake/raw/online_retail/table"}
    files = [p for p in (workspace / targets[damage]).rglob("*") if p.is_file() and p.stat().st_size > 300]
    assert files
    for path in files:
        if "_versions" in str(path) or path.name in ("LOCK", "LOG"):
            continue
        content = bytearray(path.read_bytes())
        middle = len(content) // 2 if damage != "segment" else 3000
        content[middle] ^= 0xFF
        path.write_bytes(content)
    server.start()
    assert server.get("/healthz").status_code == 200
    if damage == "serving":
        assert len(server.get("/v1/invoices/7").json()["items"]) == 50
    verify = run("verify", workspace=workspace, check=False)
    assert (verify.returncode == 0) == (damage == "serving"), verify.stderr


def flip_middle(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)


@pytest.mark.parametrize("verified_by", ["server", "command"])
def test_a_damaged_older_version_of_a_table_waits_for_verify(server, workspace, verified_by):
    """Only the SQL table waits, and says so; verify is the way out, with and without a server. No row doubles."""
    for number in range(3):
        assert server.post_records([line(InvoiceNo=str(number))] * 5).status_code == 200
        server.stop()
        server.start()
    server.stop()
    versions = sorted((workspace / "data/lake/raw/online_retail/table/_versions").glob("*.json"))
    assert len(versions) >= 3, versions
    flip_middle(versions[1])
    if verified_by == "server":
        server.start()
        assert server.get("/healthz").status_code == 200
        stuck = {sink["name"]: sink for sink in server.get("/v1/streams/online_retail/lag").json()["sinks"]}["table"]
        assert "tradewind verify" in stuck["error"] and versions[1].name in stuck["error"], stuck
        refused = server.post("/v1/query", json={"sql": "SELECT count(*) FROM raw.online_retail"})
        assert refused.status_code == 500, refused.text
        problem = refused.json()
        assert "the table raw.online_retail is damaged" in problem["detail"] and versions[1].name in problem["detail"], problem
        assert "in quarantine" in problem["detail"] and "tradewind verify" in problem["detail"] + problem.get("hint", ""), problem
        assert len(server.get("/v1/invoices/1").json()["items"]) == 5
    verify = run("verify", workspace=workspace, check=False)
    assert verify.returncode == 1 and "online_retail/table" in verify.stderr, verify.stderr
    assert run("verify", workspace=workspace).returncode == 0
    if verified_by == "command":
        server.start()
    assert server.wait_for_rows(10) == 10
    assert server.post_records([line(InvoiceNo="9")] * 5).status_code == 200
    assert server.wait_for_rows(15) == 15


def test_serving_that_was_lost_comes_back_without_the_damaged_file(server, workspace):
    for number in range(3):
        assert server.post_records([line(InvoiceNo=str(number))] * 5).status_code == 200
        server.stop()
        server.start()
    server.stop()
    flip_middle(sorted((workspace / "data/lake/raw/online_retail/table").rglob("*.parquet"))[1])
    (workspace / "data/serving").rename(workspace / "lost")
    server.start()
    assert len(server.get("/v1/invoices/0").json()["items"]) == 5
    assert server.wait_for_rows(10) == 10
    assert len(list((workspace / "data/quarantine").rglob("*.parquet"))) == 1
    verify = run("verify", workspace=workspace, check=False)
    assert verify.returncode == 1 and "5 rows of the stream are missing" in verify.stderr, verify.stderr


def test_rebuild_serving(server, workspace):
    for number in range(5):
        assert server.post_records([line(InvoiceNo=str(number))] * 3).status_code == 200
    server.wait_until(lambda: server.get("/v1/streams/online_retail/lag").json()["lag"] == 0)
    before = [server.get(f"/v1/invoices/{n}").json() for n in range(5)]
    assert [len(invoice["items"]) for invoice in before] == [3] * 5
    run("rebuild", "serving", workspace=workspace)
    assert [server.get(f"/v1/invoices/{n}").json() for n in range(5)] == before


def test_rebuild_catalog(workspace, tmp_path):
    """What the crawler knew is gone with meta.sqlite; one command finds it again, and a file whose change left size and time as they were."""
    folder = workspace / "data/lake/raw/notes"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("id,amount\n1,10\n2,20\n")
    run("crawl", workspace=workspace)
    total = ("query", "SELECT sum(amount) AS total FROM raw.notes", "--format", "csv")
    assert run(*total, workspace=workspace).stdout == "total\n30\n"
    for name in ("meta.sqlite", "meta.sqlite-wal", "meta.sqlite-shm"):
        (workspace / "data" / name).unlink(missing_ok=True)
    assert run(*total, workspace=workspace, check=False).returncode == 1
    run("rebuild", "catalog", workspace=workspace)
    assert run(*total, workspace=workspace).stdout == "total\n30\n"
    before = (folder / "a.csv").stat()
    (folder / "a.csv").write_text("id,amount\n1,x0\n2,20\n")
    os.utime(folder / "a.csv", ns=(before.st_atime_ns, before.st_mtime_ns))
    run("rebuild", "catalog", workspace=workspace)
    columns = json.loads(run("describe", "raw.notes", "--json", workspace=workspace).stdout)["columns"]
    assert [c["type"] for c in columns if c["name"] == "amount"] == ["STRING"]


def test_package_files_can_be_imported_by_name(workspace, tmp_path):
    made = json.loads(run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "0.01", "--splits", "3", "--json").stdout)["files"]
    done = run("import", tmp_path / "made", "--package", "online_retail", "--json", workspace=workspace)
    assert sum(i["row_count"] for i in json.loads(done.stdout)["imports"]) == sum(f["row_count"] for f in made)


def test_lost_records_of_imports_lose_no_rows(workspace, tmp_path):
    """A damaged meta.sqlite is set aside; what is imported then is not taken for what was imported before."""
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    for name in ("first", "second"):
        (tmp_path / f"{name}.csv").write_text(header + "".join(f"{name}{i},A,x,1,12/1/2010 8:26,1.5,17850,France\n" for i in range(3)))
    with open(tmp_path / "first.csv", "a") as file:
        file.write("".join(f"bad{i},A,x,many,12/1/2010 8:26,1.5,17850,France\n" for i in range(3)))
    run("import", tmp_path / "first.csv", "--source", "online_retail", workspace=workspace)
    listed = ("deadletters", "list", "--json")
    letters = {one["id"]: one for one in json.loads(run(*listed, workspace=workspace).stdout)["dead_letters"]}
    replayed, discarded, still_open = sorted(letters)
    good = {"invoice_no": "bad0", "stock_code": "A", "quantity": 1, "invoice_date": "2010-12-01 08:26:00", "unit_price": 1.5, "country": "France"}
    run("deadletters", "replay", replayed, "--with", json.dumps(good), workspace=workspace)
    run("deadletters", "discard", discarded, workspace=workspace)
    (workspace / "data/meta.sqlite").write_bytes(b"no database" * 1000)
    for companion in ("-wal", "-shm"):
        (workspace / f"data/meta.sqlite{companion}").write_bytes(b"left behind")
    run("import", tmp_path / "second.csv", "--source", "online_retail", workspace=workspace)
    assert query_csv(workspace, "SELECT _source, count(*) FROM raw.online_retail GROUP BY ALL ORDER BY 1") == [["first.csv", "3"], ["second.csv", "3"], ["stream", "1"]]
    back = {one["id"]: one for one in json.loads(run(*listed, workspace=workspace).stdout)["dead_letters"]}
    assert {key: one["state"] for key, one in back.items()} == {replayed: "replayed", discarded: "open", still_open: "open"}
    assert {key: (one["reason"], one["original"]) for key, one in back.items()} == {key: (one["reason"], one["original"]) for key, one in letters.items()}
    imports = {one["identity"]: one for one in json.loads(run("imports", "--json", workspace=workspace).stdout)["imports"]}
    assert (imports["first.csv"]["row_count"], imports["first.csv"]["rejected_count"]) == (3, 3)
    assert list((workspace / "data/quarantine").glob("meta.sqlite*"))
    assert len(list((workspace / "data/lake/raw/online_retail/batch").rglob("*.csv"))) == 2


def test_unknown_commands_name_the_nearest(workspace):
    done = run("imprt", "x.csv", workspace=workspace, check=False)
    assert done.returncode == 2 and "'imprt'" in done.stderr and "'import'" in done.stderr
    done = run("deadletters", "lst", workspace=workspace, check=False)
    assert done.returncode == 2 and "'deadletters list'" in done.stderr


def test_validate_plans_the_queries_and_names_places(workspace):
    package = workspace / "packages/online_retail"
    assert "16 can be planned" in run("validate", workspace=workspace).stdout
    query = package / "queries/wrong.sql"
    for sql, place, said in (
        ("/* Wrong. */\nSELECT nope\nFROM raw.online_retail\n", ":2: ", "nope"), ("SELECT 1\nFROM raw.nowhere\n", ":2: ", "raw.nowhere"),
        ("SELEC 1\n", ":1: ", "syntax"),
    ):
        query.write_text(sql)
        done = run("validate", workspace=workspace, check=False)
        assert done.returncode == 1 and f"wrong.sql{place}" in done.stdout and said in done.stdout, done.stdout
    query.rename(package / "queries/wrong.txt")
    done = run("validate", workspace=workspace, check=False)
    assert done.returncode == 1 and "wrong.txt: what lies here" in done.stdout, "no place but the file: no line 0"


def test_validate_says_that_a_type_does_not_fit_what_is_stored(workspace, tmp_path):
    path = tmp_path / "day.csv"
    path.write_text("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,x,1,12/1/2010 8:26,1.5,17850,France\n")
    run("import", path, "--source", "online_retail", workspace=workspace)
    source = workspace / "packages/online_retail/sources/online_retail.yml"
    text = source.read_text()
    source.write_text(text.replace("type: decimal(12,4)", "type: decimal(16,6)"))
    assert "✓ data" in run("validate", workspace=workspace).stdout, "a wider type is fine"
    source.write_text(text.replace("type: text\n    max_length: 1000", "type: date"))
    done = run("validate", workspace=workspace, check=False)  # the saved queries no longer plan, either
    number = 1 + source.read_text().splitlines().index("    type: date")
    assert f"! data: {source}:{number}: description is DATE here, and raw.online_retail holds it as STRING" in done.stdout, done.stdout


def test_saved_queries_by_name(workspace):
    assert "online_retail/sales_by_country" in run("query", "--list", workspace=workspace).stdout
    by_name = run("query", "--saved", "sales_by_country", "--format", "csv", workspace=workspace).stdout
    assert by_name == run("query", "--saved", "online_retail/sales_by_country", "--format", "csv", workspace=workspace).stdout
    done = run("query", "--saved", "sales_by_county", workspace=workspace, check=False)
    assert done.returncode == 1 and "sales_by_country" in done.stderr


def test_a_sink_is_held_and_let_go(server, workspace):
    run("sink", "pause", "serving", "--stream", "online_retail", workspace=workspace)
    assert "paused" in run("sink", "list", workspace=workspace).stdout
    run("sink", "resume", "serving", "--stream", "online_retail", workspace=workspace)
    assert "paused" not in run("sink", "list", workspace=workspace).stdout
    server.stop()
    done = run("sink", "pause", "serving", "--stream", "online_retail", workspace=workspace, check=False)
    assert done.returncode == 1 and "no server is running" in done.stderr
