"""P3: damage on disk is found by verify, told of until it is repaired, and there is a way out of it."""

import json
import os
import pathlib
import shutil

import pytest

from conftest import line, query_csv, run


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x40
    path.write_bytes(content)


def test_lost_rows_are_told_of_until_they_are_delivered_again(workspace, tmp_path):
    """A damaged file of the SQL table: its rows are missing, every verify says so, and a correction brings them back."""
    made = json.loads(run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "0.02", "--json").stdout)["files"][0]
    run("import", made["path"], "--source", "online_retail", workspace=workspace)
    [file] = (workspace / "data/lake/raw/online_retail/table").rglob("*.parquet")
    flip(file)
    assert "✓ quarantine" in run("doctor", workspace=workspace).stdout
    assert run("verify", workspace=workspace, check=False).returncode == 1
    told = run("doctor", workspace=workspace).stdout
    assert f"! lost rows: {made['row_count']} rows are missing" in told and "! quarantine: 1 file of the lake" in told, told
    for _ in range(2):
        found = run("verify", workspace=workspace, check=False)
        assert found.returncode == 1 and f"{made['row_count']} rows of import 1 are missing" in found.stderr, found.stderr
    assert query_csv(workspace, "SELECT count(*) FROM raw.online_retail") == [["0"]]
    with pathlib.Path(made["path"]).open("ab") as same:
        same.write(b"\n")
    run("import", made["path"], "--source", "online_retail", workspace=workspace)
    assert query_csv(workspace, "SELECT count(*) FROM raw.online_retail") == [[str(made["row_count"])]]
    assert run("verify", workspace=workspace).returncode == 0


def test_a_version_that_is_gone_is_told_of(workspace, tmp_path):
    """Without its newest version file a table is what it was before, and nothing in its folder tells; the imports remember."""
    rows = tmp_path / "rows.csv"
    rows.write_text("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,MUG,1,2011-01-01 10:00,1.5,17850,UK\n")
    run("import", rows, "--source", "online_retail", workspace=workspace)
    assert run("verify", workspace=workspace).returncode == 0
    for file in (workspace / "data/lake/raw/online_retail/table/_versions").iterdir():
        file.unlink()
    for _ in range(2):
        told = run("verify", workspace=workspace, check=False)
        assert told.returncode == 1 and "raw.online_retail: version 1, which import 1 (rows.csv) published, is gone" in told.stderr, told.stderr
    rows.write_text(rows.read_text() + "\n")
    run("import", rows, "--source", "online_retail", workspace=workspace)
    assert query_csv(workspace, "SELECT count(*) FROM raw.online_retail") == [["1"]]


def stream_folder(workspace):
    return workspace / "data/stream/online_retail"


LOSSES = {
    "segments": (lambda folder: [path.unlink() for path in folder.glob("*.segment")], "positions 0 to 199"),
    "end": (lambda folder: [os.truncate(path, 12000) for path in folder.glob("*.segment")], "to 199 are missing"),
    "folder": (shutil.rmtree, "positions 0 to 199"),
}


@pytest.mark.parametrize("kind", LOSSES)
def test_lost_records_of_a_stream_are_told_of_until_somebody_has_seen_to_it(make_server, workspace, kind):
    """What is gone behind the program's back is named by every verify and by doctor, also after the log went on, until its note is removed."""
    lose, told = LOSSES[kind]
    server = make_server()
    for begin in range(0, 200, 20):
        assert server.post_records([line(InvoiceNo=str(number)) for number in range(begin, begin + 20)]).status_code == 200
    server.wait_for_rows(200)
    server.stop()
    lose(stream_folder(workspace))

    def is_told():
        for _ in range(2):
            found = run("verify", workspace=workspace, check=False)
            assert found.returncode == 1 and told in found.stderr, found
        said = run("doctor", workspace=workspace, check=False).stdout
        assert "! lost records" in said and "199" in said, said

    is_told()
    server.start()
    assert server.post_records([line(InvoiceNo="next")]).status_code == 200
    assert server.wait_for_rows(201) == 201
    is_told()
    server.stop()
    is_told()
    [note] = (workspace / "data/quarantine").glob("online_retail-positions-*-to-199.missing")
    note.unlink()
    for piece in (workspace / "data/quarantine").iterdir():
        piece.unlink()
    assert run("verify", workspace=workspace).returncode == 0
    assert "✓ lost records" in run("doctor", workspace=workspace).stdout


def delivered(workspace, tmp_path):
    made = json.loads(run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "0.02", "--json").stdout)["files"][0]
    run("import", made["path"], "--source", "online_retail", workspace=workspace)
    run("run", "online_retail", workspace=workspace)
    return made


def test_verify_takes_a_damaged_table_out_and_the_next_run_makes_it_anew(workspace, tmp_path):
    """The file of a mart is set aside: what is left is less than it was and is told of. A run makes it although no input changed, and then nothing is
    wrong any more."""
    delivered(workspace, tmp_path)
    everything = "SELECT * FROM online_retail.sales_by_country ORDER BY country"
    before = query_csv(workspace, everything)
    assert before and "skipped" in run("run", "online_retail:sales_by_country", workspace=workspace).stdout
    [file] = (workspace / "data/lake/mart/online_retail/sales_by_country").rglob("*.parquet")
    flip(file)
    for _ in range(2):
        found = run("verify", workspace=workspace, check=False)
        assert found.returncode == 1 and "the next run of its package makes it anew" in found.stderr, found.stderr
    assert not file.exists() and query_csv(workspace, everything) == []
    run("run", "online_retail:sales_by_country", workspace=workspace)
    assert query_csv(workspace, everything) == before
    assert run("verify", workspace=workspace).returncode == 0
    assert "✓ lost rows" in run("doctor", workspace=workspace).stdout


def test_verify_rebuilds_a_damaged_serving_store(make_server, workspace, tmp_path):
    """A flipped byte in the look-up tables: verify says that they were damaged and are rebuilt, keeps the damaged store aside, and look-ups answer as
    before."""
    delivered(workspace, tmp_path)
    [[invoice]] = query_csv(workspace, "SELECT min(invoice_no) FROM raw.online_retail")
    server = make_server()
    before = server.get(f"/v1/invoices/{invoice}").json()
    assert before["items"]
    server.stop()
    run("rebuild", "serving", workspace=workspace)
    stored = [path for path in (workspace / "data/serving").iterdir() if path.suffix in (".sst", ".log") and path.stat().st_size > 10_000]
    flip(max(stored, key=lambda path: path.stat().st_size))
    found = run("verify", workspace=workspace, check=False)
    assert "damaged" in found.stderr, found.stderr
    assert run("verify", workspace=workspace).returncode == 0
    assert any(path.name.startswith("serving-") for path in (workspace / "data/quarantine").iterdir())
    assert "! quarantine" in run("doctor", workspace=workspace).stdout
    assert make_server().get(f"/v1/invoices/{invoice}").json() == before


def test_a_damaged_run_history_is_set_aside_and_tables_stay(workspace, tmp_path):
    """meta.sqlite is no database any more: the next command keeps it aside and begins a new one, tables are as they were, and doctor tells."""
    made = delivered(workspace, tmp_path)
    (workspace / "data/meta.sqlite").write_bytes(b"this is no database" * 100)
    told = run("query", "SELECT count(*) FROM raw.online_retail", "--format", "csv", workspace=workspace)
    assert told.stdout.split() == ["count_star()", str(made["row_count"])] and "damaged and set aside" in told.stderr, told.stderr
    assert any(path.name.startswith("meta.sqlite-") for path in (workspace / "data/quarantine").iterdir())
    assert "! quarantine" in run("doctor", workspace=workspace).stdout
    assert query_csv(workspace, "SELECT count(*) > 0 FROM online_retail.clean") == [["true"]]
