"""P2: what cannot be used is kept with its reason, can be repaired, and is replayed once."""

import base64
import json
import urllib.parse

import pytest

from conftest import line, query_csv, run


def letters(server, **filters):
    page = server.get("/v1/deadletters", params=filters)
    assert page.status_code == 200, page.text
    return page.json()["dead_letters"]


def dead_letter(server, record):
    """Posts one bad record under on_invalid=deadletter and returns the letter it became."""
    body = record if isinstance(record, bytes) else json.dumps(record).encode()
    answer = server.post(
        "/v1/streams/online_retail/records?on_invalid=deadletter", data=body, headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["rejected"] == 1
    return letters(server)[0]


def test_refused_request_names_each_bad_record_and_keeps_nothing(server):
    answer = server.post_records([line(), line(Quantity="six"), line(UnitPrice=None)])
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert [e["index"] for e in problem["errors"]] == [1, 2]
    assert letters(server) == []
    assert server.sql("SELECT count(*) FROM raw.online_retail")[0][0] in (0, "0")


def test_letter_is_listed_once_the_answer_was_sent_and_repaired(server, workspace):
    letter = dead_letter(server, line(InvoiceNo="700001", Quantity="six"))
    assert letter["stream"] == "online_retail" and letter["stage"] == "door" and letter["state"] == "open"
    assert "six" in letter["reason"] and letter["original_encoding"] == "utf-8"
    assert json.loads(letter["original"])["Quantity"] == "six"

    for target in (letter["id"], urllib.parse.quote(letter["id"], safe="")):
        assert server.get(f"/v1/deadletters/{target}").json()["id"] == letter["id"]
    assert server.post(f"/v1/deadletters/{letter['id']}/replay").status_code == 400  # still broken, still open
    replay = server.post(f"/v1/deadletters/{letter['id']}/replay", json=line(InvoiceNo="700001", Quantity=6))
    assert replay.status_code == 200, replay.text
    assert letters(server, state="replayed")[0]["id"] == letter["id"]
    assert server.post(f"/v1/deadletters/{letter['id']}/replay", json=line(InvoiceNo="700001", Quantity=6)).status_code == 409
    assert server.wait_for_rows(1) == 1
    assert server.get("/v1/invoices/700001").json()["items"][0]["quantity"] == 6


def test_letter_survives_a_kill_and_is_replayed_once(server):
    letter = dead_letter(server, line(InvoiceNo="700002", Quantity=""))
    server.kill()
    server.start()
    assert letters(server)[0]["id"] == letter["id"]
    fixed = line(InvoiceNo="700002")
    assert server.post(f"/v1/deadletters/{letter['id']}/replay", json=fixed).status_code == 200
    server.kill()
    server.start()
    assert server.post(f"/v1/deadletters/{letter['id']}/replay", json=fixed).status_code == 409
    assert server.wait_for_rows(1) == 1


def test_bytes_that_are_no_text_are_kept_as_they_came(server):
    broken = b'{"InvoiceNo": "7\xff0003"'
    letter = dead_letter(server, broken)
    assert letter["original_encoding"] == "base64"
    assert base64.b64decode(letter["original"]) == broken


def test_pages_of_letters(server):
    bad = [line(InvoiceNo=str(i), Quantity="x") for i in range(25)]
    assert server.post_records(bad, params={"on_invalid": "deadletter"}).json()["rejected"] == 25
    seen, cursor = [], None
    while True:
        page = server.get("/v1/deadletters", params={"limit": 10, "stream": "online_retail"} | ({"cursor": cursor} if cursor else {})).json()
        seen += [letter["id"] for letter in page["dead_letters"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 25
    assert server.get("/v1/deadletters", params={"cursor": "nonsense"}).status_code == 400
    assert server.get("/v1/deadletters/none/such").status_code == 404


def test_rows_of_a_file_that_break_the_contract_are_letters_with_file_and_line(workspace, tmp_path):
    rows = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"]
    rows += ["1,A,good,1,12/1/2010 8:26,1.5,17850,France", '2,B,"two', 'lines",six,12/1/2010 8:26,1.5,17850,France', "3,C,good,1,12/1/2010 8:26,1.5,,France"]
    path = tmp_path / "day.csv"
    path.write_text("\n".join(rows) + "\n")
    report = json.loads(run("import", path, "--source", "online_retail", "--json", workspace=workspace).stdout)["imports"][0]
    assert (report["row_count"], report["rejected_count"]) == (2, 1)
    [letter] = json.loads(run("deadletters", "list", "--json", workspace=workspace).stdout)["dead_letters"]
    assert letter["stage"] == "import" and letter["line"] == 3 and letter["file"] == "day.csv"
    assert letter["original"].startswith('2,B,"two')
    shown = json.loads(run("deadletters", "show", letter["id"], "--json", workspace=workspace).stdout)
    assert shown["reason"] == letter["reason"]
    run("deadletters", "replay", letter["id"], "--with", json.dumps(line(InvoiceNo="2", StockCode="B", Quantity=6)), workspace=workspace)
    assert run("deadletters", "replay", letter["id"], workspace=workspace, check=False).returncode == 1
    assert query_csv(workspace, "SELECT invoice_no, quantity FROM raw.online_retail ORDER BY 1") == [["1", "1"], ["2", "6"], ["3", "1"]]


@pytest.mark.parametrize("kind", ["door", "import"])
def test_errors_folder_holds_the_same(server, workspace, tmp_path, kind):
    if kind == "door":
        dead_letter(server, line(Quantity="six"))
    else:
        path = tmp_path / "bad.csv"
        path.write_text("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,x,six,12/1/2010 8:26,1,1,France\n2,A,x,6,12/1/2010 8:26,1,1,France\n")
        run("import", path, "--source", "online_retail", workspace=workspace)
    server.stop()
    files = list((workspace / "data/lake/raw/online_retail/errors").rglob("*.ndjson.zst"))
    assert [f.parent.name for f in files] == ["wrong_type"]
    assert "year=" in str(files[0]) and "month=" in str(files[0]) and "day=" in str(files[0])


def test_pages_and_discarding_by_command(server, workspace):
    for number in range(3):
        dead_letter(server, line(InvoiceNo=str(number), Quantity="six"))
    seen, cursor = [], []
    while True:
        page = json.loads(run("deadletters", "list", "--limit", "2", *cursor, "--json", workspace=workspace).stdout)
        seen += [letter["id"] for letter in page["dead_letters"]]
        if page["next_cursor"] is None:
            break
        cursor = ["--cursor", page["next_cursor"]]
    assert len(seen) == len(set(seen)) == 3
    run("deadletters", "discard", seen[0], workspace=workspace)
    assert json.loads(run("deadletters", "show", seen[0], workspace=workspace).stdout)["state"] == "discarded"
    assert run("deadletters", "replay", seen[0], workspace=workspace, check=False).returncode == 1


def test_send_names_its_own_option(server, workspace, tmp_path):
    path = tmp_path / "day.ndjson"
    path.write_text(json.dumps(line(Quantity="six")) + "\n")
    send = ("send", path, "--url", server.url, "--stream", "online_retail")
    done = run(*send, workspace=workspace, check=False)
    assert done.returncode == 1 and "--deadletter" in done.stderr and "on_invalid" not in done.stderr
    assert run(*send, "--deadletter", workspace=workspace).returncode == 0
