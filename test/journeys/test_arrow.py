"""Results as Arrow: pyarrow reads what the other formats say, types included."""

import json

import pyarrow as pa
import pyarrow.parquet as pq

from conftest import run

ARROW = {"Accept": "application/vnd.apache.arrow.stream"}


def read(server, sql, **body):
    answer = server.post("/v1/query", json={"sql": sql} | body, headers=ARROW)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == ARROW["Accept"]
    return pa.ipc.open_stream(answer.content).read_all()


def test_arrow_and_parquet_are_the_same_table(workspace, make_server, tmp_path):
    """Every column of an imported file is the same, value by value; a limit cuts."""
    made = json.loads(run("generate", "online_retail", "--out", tmp_path / "made", "--scale", "0.05", "--json").stdout)["files"][0]
    run("import", made["path"], "--source", "online_retail", workspace=workspace)
    server = make_server()
    sql = "SELECT invoice_no, description, quantity, invoice_date, unit_price, customer_id FROM raw.online_retail ORDER BY ALL"
    table = read(server, sql)
    assert table.num_rows == made["row_count"]
    assert pa.types.is_decimal(table.schema.field("unit_price").type)
    assert table.schema.field("invoice_date").type == pa.timestamp("us")
    answer = server.post("/v1/query", json={"sql": sql}, headers={"Accept": "application/vnd.apache.parquet"})
    (tmp_path / "rows.parquet").write_bytes(answer.content)
    other = pq.read_table(tmp_path / "rows.parquet")
    assert table.column_names == other.column_names
    for name in table.column_names:
        assert table[name].to_pylist() == other[name].to_pylist(), name
    assert read(server, sql, limit=7).num_rows == 7


def test_an_enum_is_refused_with_the_way_out(server):
    answer = server.post("/v1/query", json={"sql": "SELECT 'a'::ENUM('a', 'b') AS e"}, headers=ARROW)
    assert answer.status_code == 400 and "Cast it to VARCHAR" in answer.json()["hint"]
