"""Bad input gets a clear error, nothing is lost, and the server goes on."""

import gzip
import json
import os
import re
import socket
import subprocess
import time

import pytest
import zstandard

from conftest import BINARY, Server, environment, line, run

RECORDS = "/v1/streams/online_retail/records"

BAD_BODIES = {
    "malformed": b'{"InvoiceNo": }',
    "cut off": b'{"InvoiceNo": "1", "StockCode": "A"',
    "cut off array": b'[{"InvoiceNo": "1"}',
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "not utf-8": b'{"InvoiceNo": "\xff\xfe"}',
    "nan": json.dumps(line(UnitPrice=float("nan"))).encode(),
    "infinity": json.dumps(line(UnitPrice=float("inf"))).encode(),
    "scalar": b"42",
    "text": b'"InvoiceNo"',
    "empty": b"",
    "blank": b"  \n ",
    "two documents": b'{"InvoiceNo":"1"} {"InvoiceNo":"2"}',
    "nul bytes": b"\x00" * 100,
    "array of scalars": b"[1,2,3]",
}


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    """One server for all that is refused: what it was asked before must not matter to it."""
    folder = tmp_path_factory.mktemp("refusing") / "workspace"
    run("init", folder, "--package", "online_retail")
    server = Server(folder).start()
    yield server
    server.stop()


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_bodies_are_refused_with_a_problem(refusing, name):
    answer = refusing.post(RECORDS, data=BAD_BODIES[name], headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == 400 and problem["detail"] and problem["title"] and problem["type"]
    assert refusing.post_records([line()]).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"Quantity": 1.5}, {"Quantity": "six"}, {"Quantity": True}, {"Quantity": 2**40}, {"Quantity": None}, {"Quantity": [1]},
        {"UnitPrice": "2,55"}, {"UnitPrice": 2.55555}, {"UnitPrice": {}}, {"InvoiceDate": "yesterday"}, {"InvoiceDate": "13/13/2010 8:26"},
        {"InvoiceDate": "2010-02-30 08:26:00"}, {"InvoiceNo": ""}, {"InvoiceNo": None}, {"Country": "  " * 0}, {"CustomerID": 17850.5},
        {"StockCode": ["85123A"]},
    ],
    ids=str,
)
def test_wrong_values_are_refused_and_named(refusing, changes):
    answer = refusing.post_records([line(**changes)])
    assert answer.status_code == 400, answer.text
    [error] = answer.json()["errors"]
    assert error["index"] == 0 and error["reason"]


@pytest.mark.parametrize(
    "changes, column, expected",
    [
        ({"CustomerID": "17850"}, "customer_id", "17850"), ({"CustomerID": 17850.0}, "customer_id", "17850"),
        ({"CustomerID": "17850.0"}, "customer_id", "17850"), ({"CustomerID": ""}, "customer_id", None), ({"CustomerID": "NaN"}, "customer_id", None),
        ({"InvoiceNo": 536365}, "invoice_no", "536365"), ({"InvoiceDate": "2010-12-01 08:26:00"}, "invoice_date", "2010-12-01T08:26:00"),
        ({"InvoiceDate": "2010-12-01T08:26:00Z"}, "invoice_date", "2010-12-01T08:26:00"),
        ({"InvoiceDate": 40513.3513888889}, "invoice_date", "2010-12-01T08:26:00"), ({"Description": None}, "description", None),
        ({"Description": "£5 gift"}, "description", "£5 gift"), ({"UnitPrice": "-11062.06"}, "unit_price", "-11062.0600"),
    ],
    ids=str,
)
def test_values_as_shops_write_them(server, changes, column, expected):
    assert server.post_records([line(**changes)]).status_code == 200
    server.wait_for_rows(1)
    assert server.sql(f"SELECT {column} FROM raw.online_retail") == [[expected]]


def test_names_of_both_shapes(server):
    snake = {
        "invoice_no": "1", "stock_code": "A", "description": "x", "quantity": 1, "invoice_date": "2010-12-01 08:26:00",
        "unit_price": 1, "customer_id": None, "country": "France",
    }
    assert server.post_records([line(InvoiceNo="1"), snake]).json()["accepted"] == 2
    server.wait_for_rows(2)
    assert len(server.get("/v1/invoices/1").json()["items"]) == 2


def test_unknown_stream_and_key(server):
    assert server.post_records([line()], stream="nothing").status_code == 404
    for path in ("/v1/invoices/nothing", "/v1/customers/nothing", "/v1/customers/nothing/invoices", "/v1/serving/nothing/1", "/v1/serving/invoices/x", "/v1/nothing"):
        answer = server.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["status"] == 404


def test_body_over_the_limit(make_server):
    server = make_server(env={"TRADEWIND_SERVER_BODY_BYTES": "1MiB"})
    big = json.dumps(line(Description="x" * (2 << 20))).encode()
    assert server.post(RECORDS, data=big).status_code == 413
    for encoding, packed in (("gzip", gzip.compress(big)), ("zstd", zstandard.compress(big))):
        assert server.post(RECORDS, data=packed, headers={"Content-Encoding": encoding}).status_code == 413, encoding
    assert server.post(RECORDS, data=gzip.compress(json.dumps(line()).encode()), headers={"Content-Encoding": "gzip"}).status_code == 200
    assert server.post(RECORDS, data=b"{}", headers={"Content-Encoding": "br"}).status_code == 415
    assert server.post(RECORDS, data=b"{}", headers={"Content-Type": "text/csv"}).status_code == 415


def test_idempotency_key(server):
    headers = {"Idempotency-Key": "order-1"}
    first = server.post_records([line()], headers=headers)
    again = server.post_records([line()], headers=headers)
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert server.post_records([line(Quantity=7)], headers=headers).status_code == 422
    server.kill()
    server.start()
    assert server.post_records([line()], headers=headers).json() == first.json()
    assert server.wait_for_rows(1) == 1


def test_slow_client_is_cut_off_and_others_are_served(make_server):
    server = make_server(env={"TRADEWIND_SERVER_HEADER_TIMEOUT": "1s", "TRADEWIND_SERVER_BODY_TIMEOUT": "1s"})
    slow = socket.create_connection(("127.0.0.1", server.port))
    slow.sendall(b"POST " + RECORDS.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    assert server.post_records([line()]).status_code == 200
    slow.settimeout(30)
    rest = b""
    while piece := slow.recv(4096):
        rest += piece
    assert rest == b"" or b" 408 " in rest.split(b"\r\n")[0]
    slow.close()


def test_thousands_of_idle_connections(server):
    idle = []
    try:
        for _ in range(2_000):
            idle.append(socket.create_connection(("127.0.0.1", server.port)))
        assert server.post_records([line()]).status_code == 200
        assert server.get("/healthz").status_code == 200
    finally:
        for connection in idle:
            connection.close()


SANDBOX = [
    "DROP TABLE raw.online_retail", "INSERT INTO raw.online_retail SELECT * FROM raw.online_retail", "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'", "SELECT * FROM glob('/*')", "COPY (SELECT 1) TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'", "INSTALL httpfs", "PRAGMA database_list",
    "SET memory_limit='1TB'", "SELECT getenv('HOME')", "EXPLAIN ANALYZE INSERT INTO raw.online_retail SELECT * FROM raw.online_retail", "SELECT 1; SELECT 2",
    "SELECT * FROM duckdb_settings()", "SELECT * FROM query('SELECT 1')", "CREATE TABLE x AS SELECT 1", "SELECT * FROM read_text('/etc/passwd')", "CALL pragma_version()", "",
    "SELECT * FROM nothing", "SELEC 1", "SELECT current_setting('temp_directory')", "WITH x AS (SELECT * FROM read_blob('/etc/passwd')) SELECT * FROM x",
]


@pytest.mark.parametrize("sql", SANDBOX)
def test_user_sql_stays_in_its_sandbox(refusing, sql):
    answer = refusing.post("/v1/query", json={"sql": sql})
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


def test_query_limits(server):
    slow = server.post("/v1/query", json={"sql": "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7", "timeout_ms": 300})
    assert slow.status_code == 408, slow.text
    assert server.post("/v1/query", json={"sql": "SELECT 1", "timeout_ms": 10_000_000}).status_code == 400
    limited = server.post("/v1/query", json={"sql": "SELECT * FROM range(100)", "limit": 7})
    assert len(limited.json()["rows"]) == 7


@pytest.mark.parametrize("accept", ["text/csv", "application/x-ndjson", "application/vnd.apache.parquet"])
def test_query_answers_as_asked(server, accept, tmp_path):
    server.post_records([line(), line(CustomerID=None, Description='say "hi", £')])
    server.wait_for_rows(2)
    answer = server.post("/v1/query", json={"sql": "SELECT description, customer_id, unit_price, invoice_date FROM raw.online_retail ORDER BY description"}, headers={"Accept": accept})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(accept)
    if accept == "text/csv":
        assert answer.content.decode().splitlines() == [
            "description,customer_id,unit_price,invoice_date", "WHITE HANGING HEART T-LIGHT HOLDER,17850,2.5500,2010-12-01 08:26:00",
            '"say ""hi"", £",,2.5500,2010-12-01 08:26:00',
        ]
    elif accept == "application/x-ndjson":
        assert [json.loads(row)["customer_id"] for row in answer.content.decode().splitlines()] == ["17850", None]
    else:
        import pandas

        path = tmp_path / "result.parquet"
        path.write_bytes(answer.content)
        assert len(pandas.read_parquet(path)) == 2


CSV_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
GOOD_ROW = "1,A,x,1,12/1/2010 8:26,1.5,17850,France\n"

BAD_FILES = {
    "empty.csv": b"",
    "cut.csv.gz": gzip.compress((CSV_HEADER + GOOD_ROW * 5000).encode())[:-200],
    "other.csv": b"a,b,c\n1,2,3\n",
    "wide.csv": (",".join(f"c{i}" for i in range(100_000)) + "\n").encode(),
    "cut.xlsx": b"PK\x03\x04" + b"\x00" * 500,
    "noise.parquet": b"PAR1" + b"\x07" * 500 + b"PAR1",
    "cut.json": b'[{"InvoiceNo": "1"',
    "binary.csv": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_refused_as_a_whole(workspace, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(BAD_FILES[name])
    done = run("import", path, "--source", "online_retail", "--json", workspace=workspace, check=False)
    assert done.returncode == 1, done.stdout
    [report] = json.loads(done.stdout)["imports"]
    assert report["state"] in ("refused", "failed") and report["message"], report
    assert run("query", "SELECT count(*) FROM raw.online_retail", "--format", "csv", workspace=workspace).stdout.split()[1] == "0"


def test_a_file_of_a_day_without_sales_is_no_fault(workspace, tmp_path):
    path = tmp_path / "sunday.csv"
    path.write_text(CSV_HEADER)
    done = run("import", path, "--source", "online_retail", "--json", workspace=workspace)
    [report] = json.loads(done.stdout)["imports"]
    assert (report["state"], report["row_count"], report["rejected_count"]) == ("succeeded", 0, 0)


def test_a_quote_that_never_closes_costs_one_line(workspace, tmp_path):
    path = tmp_path / "unclosed.csv"
    path.write_text(CSV_HEADER + '1,A,"never closed,1,12/1/2010 8:26,1.5,17850,France\n' + GOOD_ROW * 50)
    done = run("import", path, "--source", "online_retail", "--json", workspace=workspace)
    [report] = json.loads(done.stdout)["imports"]
    assert (report["state"], report["row_count"], report["rejected_count"]) == ("succeeded", 50, 1)
    [letter] = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    assert (letter["file"], letter["line"]) == ("unclosed.csv", 2)
    assert "never closes" in letter["reason"] and letter["original"].startswith('1,A,"never closed')


def test_encodings(workspace, tmp_path):
    row = "1,A,CAFÉ £5,1,12/1/2010 8:26,1.5,17850,France\n"
    for number, (encoding, python) in enumerate([("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("iso-8859-1", "iso-8859-1")]):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes((CSV_HEADER + row.replace("1,A", f"{number},A")).encode(python))
        run("import", path, "--source", "online_retail", workspace=workspace)
    out = run("query", "SELECT DISTINCT description FROM raw.online_retail", "--format", "csv", workspace=workspace).stdout
    assert out.splitlines()[1:] == ["CAFÉ £5"]


@pytest.fixture
def small_disk(tmp_path):
    """A loop file system of 48 MiB; needs root and loop devices."""
    image, mount = tmp_path / "disk.img", tmp_path / "disk"
    mount.mkdir()
    with image.open("wb") as file:
        file.truncate(48 << 20)
    if subprocess.run(["mkfs.ext4", "-q", str(image)], capture_output=True).returncode != 0:
        pytest.skip("mkfs.ext4 is not here")
    if os.geteuid() != 0 or subprocess.run(["mount", "-o", "loop", str(image), str(mount)], capture_output=True).returncode != 0:
        pytest.skip("a loop file system cannot be mounted here (needs root and loop devices)")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=False)


def test_full_disk_answers_503_and_loses_nothing(small_disk):
    workspace = small_disk / "workspace"
    run("init", workspace, "--package", "online_retail")
    server = Server(workspace, env={"TRADEWIND_DISK_RESERVE": "12MiB", "TRADEWIND_STREAM_SEGMENT_BYTES": "4MiB"}).start()
    try:
        accepted = 0
        for number in range(100_000 // 500):
            answer = server.post_records([line(InvoiceNo=str(number), Description=os.urandom(100).hex()) for _ in range(500)])
            if answer.status_code != 200:
                break
            accepted += answer.json()["accepted"]
        assert answer.status_code in (503, 429), answer.text
        assert "Retry-After" in answer.headers and answer.json()["detail"]
        assert accepted > 0
        server.kill()
        server.start()
        assert server.wait_for_rows(accepted) == accepted
    finally:
        server.kill()


def test_a_key_that_nobody_could_type_is_refused(server):
    for value in ("5\x00", "\x005", "5\n"):
        answer = server.post_records([line(InvoiceNo=value)])
        assert answer.status_code == 400
        assert "control character" in answer.json()["errors"][0]["reason"]
    assert server.post_records([line(Description="a\x00b")]).status_code == 200


def test_a_key_is_found_however_it_is_written(server):
    assert server.post_records([line(InvoiceNo=536365.0, CustomerID="17850.0")]).status_code == 200
    server.wait_until(lambda: server.get("/v1/customers/17850").status_code == 200)
    expected = server.get("/v1/customers/17850").json()
    assert expected["customer_id"] == "17850"
    assert server.get("/v1/customers/17850.0").json() == expected
    assert server.get("/v1/customers/17850.00/invoices").json() == server.get("/v1/customers/17850/invoices").json()
    assert server.get("/v1/serving/customers/17850.0").json() == expected
    assert server.get("/v1/customers/17850.5").status_code == 404
    assert server.get("/v1/invoices/536365").json()["invoice_no"] == "536365"


def test_records_of_all_partitions_in_their_order(server):
    numbers = [str(n) for n in range(40)]
    assert server.post_records([line(InvoiceNo=n) for n in numbers]).status_code == 200
    path, seen, position = "/v1/streams/online_retail/records", [], 0
    while True:
        page = server.get(path, params={"position": position, "limit": 7}).json()
        if page["next_position"] == position:
            break
        seen += [record["value"]["InvoiceNo"] for record in page["records"]]
        position = page["next_position"]
    assert seen == numbers
    first = server.get(path, params={"partition": 0}).json()
    assert 0 < len(first["records"]) < 40 and "next_offset" in first
    assert server.get(path, params={"offset": 0}).status_code == 400


def test_a_format_that_is_not_written_names_those_that_are(server):
    answer = server.post("/v1/query", json={"sql": "SELECT 1"}, headers={"Accept": "application/vnd.apache.avro"})
    assert answer.status_code == 406
    for kind in ("application/json", "text/csv", "application/x-ndjson", "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream"):
        assert kind in answer.json()["hint"]


def test_files_leave_the_disk_its_reserve(make_server, tmp_path):
    server = make_server(env={"TRADEWIND_DISK_RESERVE": "1000TiB"})
    path = tmp_path / "day.csv"
    for size in (1, 400_000):  # held in memory, and stored piece by piece
        path.write_text(CSV_HEADER + GOOD_ROW * size)
        with path.open("rb") as file:
            answer = server.post("/v1/imports", files={"file": file}, data={"source": "online_retail"})
        assert answer.status_code == 503 and "Retry-After" in answer.headers, answer.text
        assert "room" in answer.json()["detail"]
    server.wait_until(lambda: not list((server.workspace / "data/uploads").glob("*")))


ONE_LINE = json.dumps(line()).encode()
POST = b"POST " + RECORDS.encode() + b" HTTP/1.1\r\nHost: localhost\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(ONE_LINE)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"\r\n%x\r\n" % len(ONE_LINE) + ONE_LINE + b"\r\n0\r\n\r\n"

BAD_REQUESTS = {
    "no host": (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
    "escape in a path": (b"GET /v1/invoices/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "escape nowhere": (b"GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "escape in a query": (b"GET /v1/imports?limit=%z HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "fragment": (b"GET /healthz#x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "empty key": (POST + LENGTH + b"Idempotency-Key:\r\n\r\n" + ONE_LINE, 400),
    "empty key in quotes": (POST + LENGTH + b'Idempotency-Key: ""\r\n\r\n' + ONE_LINE, 400),
    "two keys": (POST + LENGTH + b"Idempotency-Key: a\r\nIdempotency-Key: a\r\n\r\n" + ONE_LINE, 400),
    "two lengths": (POST + LENGTH + LENGTH + b"\r\n" + ONE_LINE, 400),
    "two lengths that differ": (POST + LENGTH + b"Content-Length: 1\r\n\r\n" + ONE_LINE, 400),
    "chunks and a length": (POST + CHUNKED + LENGTH + CHUNKS, 400),
    "a length and chunks": (POST + LENGTH + CHUNKED + CHUNKS, 400),
    "unknown coding": (POST + b"Transfer-Encoding: xchunked\r\n" + CHUNKS, 501),
    "large header": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    "long target": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    "another packing": (POST + LENGTH + b"Content-Encoding: br\r\n\r\n" + ONE_LINE, 415),
    "packed SQL": (b'POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 18\r\n\r\n{"sql":"SELECT 1"}', 415),
    "another method": (b"BREW /v1/imports HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    "another version": (b"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
}


def test_requests_that_are_no_good_http(server):
    for name, (request, status) in BAD_REQUESTS.items():
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(request)
            answer = b""
            while (length := re.search(rb"Content-Length: (\d+)\r\n", answer)) is None or len(answer.partition(b"\r\n\r\n")[2]) < int(length[1]):
                piece = connection.recv(65_536)
                assert piece, (name, answer)
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status), (name, answer)
        assert b"Content-Type: application/problem+json" in head and json.loads(body)["detail"], (name, answer)
        assert status != 405 or b"allow: GET, HEAD, POST" in head, head
    assert server.get("/v1/streams").json()["streams"][0]["record_count"] == 0
    assert server.session.head(server.url + "/healthz").status_code == 200
