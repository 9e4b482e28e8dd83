"""Notices by mail and webhook: a real mail server, a real web server, and ones that misbehave."""

import email
import email.policy
import hashlib
import hmac
import http.server
import json
import ssl
import subprocess
import threading
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from conftest import free_port, run


class Mailbox:
    """What a mail server took. `refuse`: receivers that it does not know."""

    def __init__(self, refuse=()):
        self.mails, self.refuse = [], refuse

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.mails.append((envelope.rcpt_tos, mail, encrypted, session.authenticated))
        return "250 taken"


@pytest.fixture
def certificate(tmp_path):
    key, file = tmp_path / "key.pem", tmp_path / "ca.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", file, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return file, context


@pytest.fixture
def mail_server():
    started = []

    def make(mailbox, **options):
        controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        started.append(controller)
        return f"localhost:{controller.port}"

    yield make
    for one in started:
        one.stop()


class Hook:
    """A web server that keeps what is posted to it and answers as told."""

    def __init__(self, *statuses):
        self.statuses, self.got = list(statuses), []
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.got.append((dict(self.headers), body, self.path))
                self.send_response(hook.statuses.pop(0) if hook.statuses else 200)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def make_workspace(folder, notifications, settings=""):
    run("init", folder)
    (folder / "tradewind.yml").write_text(f"notices:\n  retry_delay: 50ms\n  attempts: 4\n  timeout: 2s\n{settings}")
    package = folder / "packages/chain"
    package.mkdir()
    (package / "package.yml").write_text(f"name: chain\ndescription: a chain\nnotifications:\n{notifications}")
    return folder


def mail_settings(server, **more):
    lines = {"server": server, "from": '"Tradewind <tw@example.org>"'} | more
    return "mail:\n" + "".join(f"  {key}: {value}\n" for key, value in lines.items())


def notify(workspace, check=True, env=None):
    return run("notify", "--test", "chain", "--json", workspace=workspace, check=check, env={"no_proxy": "*"} | (env or {}))


@pytest.mark.parametrize("tls", ["starttls", "tls", "none"])
def test_mail_reaches_a_real_server(tmp_path, mail_server, certificate, tls):
    """Encrypted either way, logged in, letters of any kind, an attachment as it was."""
    file, context = certificate
    mailbox = Mailbox()
    (tmp_path / "secret").write_text("pässword\n")

    def log_in(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and data.password.decode() == "pässword"
        return AuthResult(success=good, auth_data=data.login.decode() if good else None, handled=False)

    options = {"authenticator": log_in, "auth_require_tls": tls == "starttls", "auth_required": True}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if tls == "tls":
        options |= {"ssl_context": context}
    server = mail_server(mailbox, **options)
    settings = mail_settings(server, tls=tls, ca_file=file, user="shop", password_file=tmp_path / "secret")
    rule = '  - mail: {to: [ops@example.org, "Bär <b@example.org>"], subject: "Grüße: {title} {{{run}}}", text: "{text}\\nénd", attach: [metrics]}\n'
    workspace = make_workspace(tmp_path / "w", rule, settings)
    exports = workspace / "exports/chain"
    exports.mkdir(parents=True)
    (exports / "metrics.csv").write_text("a,b\n1,é\n")
    done = json.loads(notify(workspace).stdout)
    assert [d["state"] for d in done["deliveries"]] == ["delivered"] * 2
    assert [to for to, *_ in mailbox.mails] == [["ops@example.org"], ["b@example.org"]]
    _, mail, encrypted, authenticated = mailbox.mails[0]
    assert encrypted == (tls != "none") and authenticated
    assert mail["Subject"] == "Grüße: a test of the notifications of chain {}"
    assert mail["To"] == "ops@example.org, Bär <b@example.org>" and mail["From"] == "Tradewind <tw@example.org>"
    assert mail["Message-ID"].endswith("@example.org>") and mail["Auto-Submitted"] == "auto-generated"
    text, metrics = mail.iter_parts()
    assert text.get_content().rstrip().endswith("énd")
    assert metrics.get_filename() == "metrics.csv" and metrics.get_content() == "a,b\n1,é\n"
    assert mailbox.mails[1][1].as_bytes() == mail.as_bytes()


def test_a_mail_server_without_encryption_gets_nothing(tmp_path, mail_server):
    mailbox = Mailbox()
    workspace = make_workspace(tmp_path / "w", "  - mail: {to: [ops@example.org]}\n", mail_settings(mail_server(mailbox)))
    done = notify(workspace, check=False)
    assert done.returncode == 1 and "mail.tls" in json.loads(done.stdout)["deliveries"][0]["error"]
    assert mailbox.mails == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, mail_server, certificate):
    mailbox = Mailbox()
    server = mail_server(mailbox, tls_context=certificate[1])
    workspace = make_workspace(tmp_path / "w", "  - mail: {to: [ops@example.org]}\n", mail_settings(server))
    error = json.loads(notify(workspace, check=False).stdout)["deliveries"][0]["error"]
    assert "certificate" in error
    assert mailbox.mails == []


def test_who_is_refused_is_told_and_others_get_their_mail(tmp_path, mail_server):
    mailbox = Mailbox(refuse=["gone@example.org"])
    settings = mail_settings(mail_server(mailbox), tls="none")
    workspace = make_workspace(tmp_path / "w", "  - mail: {to: [gone@example.org, here@example.org]}\n", settings)
    done = notify(workspace, check=False)
    assert done.returncode == 1
    gone, here = json.loads(done.stdout)["deliveries"]
    assert gone["state"] == "given_up" and "550 no such person" in gone["error"]
    assert here["state"] == "delivered" and len(mailbox.mails) == 1
    listed = run("notices", workspace=workspace).stdout
    assert "gone@example.org" in listed and "given_up" in listed


def test_a_mail_waits_for_its_server_across_a_restart(tmp_path, make_server):
    """Told while no mail server was there; the server is stopped and started; then one is, and the mail comes once."""
    port = free_port()
    settings = mail_settings(f"127.0.0.1:{port}", tls="none")
    workspace = make_workspace(tmp_path / "w", "  - mail: {to: [ops@example.org]}\n", settings.replace("notices", "x"))
    (workspace / "tradewind.yml").write_text("notices:\n  retry_delay: 300ms\n  attempts: 50\n" + settings)
    server = make_server(folder=workspace)
    assert server.post("/v1/notices/test", json={"package": "chain"}).status_code == 202
    server.wait_until(lambda: server.get("/v1/notices/1").json()["deliveries"][0]["attempts"] > 0)
    server.stop()
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        server = make_server(folder=workspace)
        server.wait_until(lambda: server.get("/v1/notices/1").json()["deliveries"][0]["state"] == "delivered")
        assert len(mailbox.mails) == 1
        assert "tradewind_notices_waiting 0" in server.get("/metrics").text
    finally:
        controller.stop()


def test_webhooks_are_signed_and_tried_again(tmp_path):
    """A receiver checks the signature as the documentation says; a busy one gets the same body again."""
    hook = Hook(503, 429, 204)
    workspace = make_workspace(tmp_path / "w", f"  - webhook: {{url: {hook.url}, secret_env: HOOK_SECRET}}\n")
    done = json.loads(notify(workspace, env={"HOOK_SECRET": "s3cret"}, check=False).stdout)
    if done["deliveries"][0]["state"] == "waiting":  # the command waits for the first attempt; the server goes on with the others
        deadline = time.monotonic() + 20
        while len(hook.got) < 3 and time.monotonic() < deadline:
            run("notices", workspace=workspace, env={"HOOK_SECRET": "s3cret", "no_proxy": "*"})
    assert len(hook.got) == 3
    assert len({body for _, body, _ in hook.got}) == 1
    for headers, body, path in hook.got:
        assert path == "/hook" and headers["Content-Type"] == "application/json"
        signed = hmac.new(b"s3cret", headers["X-Tradewind-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
        assert headers["X-Tradewind-Signature"] == f"sha256={signed}"
        assert abs(int(headers["X-Tradewind-Timestamp"]) - time.time()) < 60
        told = json.loads(body)
        assert told["kind"] == "test" and told["package"] == "chain" and headers["X-Tradewind-Notice"] == told["id"]
    for file in (workspace / "data").rglob("meta.sqlite*"):
        assert b"s3cret" not in file.read_bytes()


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410])
def test_a_refusal_is_final_and_no_redirect_is_followed(tmp_path, status):
    hook = Hook(status)
    workspace = make_workspace(tmp_path / "w", f"  - webhook: {{url: {hook.url}}}\n")
    delivery = json.loads(notify(workspace, check=False).stdout)["deliveries"][0]
    assert delivery["state"] == "given_up" and delivery["attempts"] == 1 and str(status) in delivery["error"]
    assert len(hook.got) == 1


def test_who_notifies_nobody_is_told_so(tmp_path):
    run("init", tmp_path / "w", "--package", "online_retail")
    done = run("notify", "--test", "online_retail", workspace=tmp_path / "w", check=False)
    assert done.returncode == 1 and "notifies nobody" in done.stderr


def test_mistakes_have_their_place(tmp_path):
    workspace = make_workspace(tmp_path / "w", "  - mail: {to: [ops@example.org], subject: '{pakage}'}\n")
    done = run("validate", workspace=workspace, check=False)
    assert done.returncode == 1 and "package.yml:4" in done.stdout + done.stderr and "{package}" in done.stdout + done.stderr


def test_a_refresh_that_fails_is_told_once_and_so_is_its_recovery(tmp_path, make_server):
    """Tables that stop following their stream are nobody's job: somebody is told when it begins and when it is over."""
    hook = Hook()
    workspace = make_workspace(tmp_path / "w", f"  - webhook: {{url: {hook.url}}}\n")
    package = workspace / "packages/chain"
    (package / "sources").mkdir()
    (package / "sources/till.yml").write_text("source: till\nkind: stream\nfields: {receipt: {type: text}, amount: {type: integer}}\n")
    (package / "assets").mkdir()
    (package / "assets/takings.sql").write_text(
        "/* asset:\n  refresh: {every: 1s}\n  checks: [{max: {column: amount, value: 100}}]\n*/\nSELECT receipt, amount FROM raw.till WHERE amount <> 0\n"
    )
    server = make_server(folder=workspace, env={"no_proxy": "*"})

    def send(receipt, amount):
        assert server.post("/v1/streams/till/records", json={"receipt": receipt, "amount": amount}).status_code == 200

    def kinds():
        return [json.loads(body)["kind"] for _, body, _ in hook.got]

    def failed_runs():
        return sum(run["state"] == "failed" and run["reason"] == "refresh" for run in server.get("/v1/runs?limit=1000").json()["runs"])

    send("1", 5)
    server.wait_until(lambda: server.sql("SELECT count(*) FROM system.runs WHERE state = 'succeeded'") != [[0]])
    send("2", 500)
    server.wait_until(lambda: kinds() == ["failed_checks"], seconds=60)
    known = failed_runs()
    send("3", 6)
    server.wait_until(lambda: failed_runs() > known, seconds=60)
    asset = package / "assets/takings.sql"
    server.stop()
    asset.write_text(asset.read_text().replace("value: 100}", "value: 1000}"))
    server = make_server(folder=workspace, env={"no_proxy": "*"})
    send("4", 7)
    server.wait_until(lambda: server.sql("SELECT count(*) FROM chain.takings") == [[4]], seconds=60)
    server.wait_until(lambda: len(kinds()) > 1, seconds=60)
    assert kinds() == ["failed_checks", "recovery"]
    told = json.loads(hook.got[0][1])
    assert told["facts"]["by"] == "refresh" and "takings" in told["facts"]["error"]
    notices = server.sql("SELECT package, kind, subject FROM system.notices ORDER BY notice_id")
    assert notices == [["chain", "failed_checks", "new rows"], ["chain", "recovery", "new rows"]]
