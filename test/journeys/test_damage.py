"""P3: damage on disk is found by verify, told of until it is repaired, and there is a way out of it."""

import json
import pathlib

from conftest import query_csv, run


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
