"""What the platform knows of itself is SQL, with the rows that the commands tell."""

import json

from conftest import query_csv, run

HEADER = "aisle_id,aisle\n"


def test_imports_schedules_and_jobs_are_tables(tmp_path):
    workspace = tmp_path / "shop"
    run("init", workspace, "--package", "basket")
    (tmp_path / "aisles.csv").write_text(HEADER + "1,soup\nx,bread\n")
    (tmp_path / "aisles_2.csv").write_text(HEADER + "y,salt\n")
    run("import", tmp_path / "aisles.csv", tmp_path / "aisles_2.csv", "--source", "basket_aisles", workspace=workspace)
    told = json.loads(run("imports", "--json", workspace=workspace).stdout)["imports"]
    rows = query_csv(workspace, "SELECT import_id, identity, state, row_count, rejected_count FROM system.imports ORDER BY import_id")
    assert rows == [[str(i[k]) for k in ("id", "identity", "state", "row_count", "rejected_count")] for i in sorted(told, key=lambda i: i["id"])]
    assert rows[0] == ["1", "aisles.csv", "succeeded", "1", "1"] and rows[1][2] != "succeeded"

    run("schedules", "start", "basket:audit", workspace=workspace, check=False)
    assert query_csv(workspace, "SELECT name, kind FROM system.schedules WHERE package = 'basket' ORDER BY name") == [["audit", "schedule"], ["features", "schedule"]]
    jobs = query_csv(workspace, "SELECT job_id, schedule, finished_at IS NOT NULL, duration_ms >= 0 FROM system.jobs")
    assert jobs == [["1", "audit", "true", "true"]]
    assert query_csv(workspace, "SELECT count(*) FROM system.backfills") == [["0"]]
