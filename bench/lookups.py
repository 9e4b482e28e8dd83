"""GET /v1/invoices/{no} while records come in, beside PostgreSQL answering the same JSON from a prepared
statement while the same rate of rows is inserted. 64 connections each, the load on the same cores."""

import csv
import gzip
import io
import json
import os
import pathlib
import pwd
import subprocess
import threading
import time

from common import BUILD, DATA, Server, free_port, load, note, run, scratch, seconds, table

RATE = 10_000  # records a second come in meanwhile
CONNECTIONS = 64


def tradewind(folder, source, feed):
    workspace = folder / "workspace"
    run("init", workspace, "--package", "online_retail")
    run("import", source, "--source", "online_retail", workspace=workspace)
    server = Server(workspace)
    try:
        numbers = [row[0] for row in server.sql("SELECT DISTINCT invoice_no FROM raw.online_retail ORDER BY hash(invoice_no)")]
        paths = folder / "paths.txt"
        paths.write_text("".join(f"/v1/invoices/{n}\n" for n in numbers))
        length = seconds(30)
        incoming = subprocess.Popen(
            [str(BUILD / "http_load"), "--port", str(server.port), "--mode", "post", "--path", "/v1/streams/online_retail/records",
             "--content-type", "application/x-ndjson", "--body-file", str(feed), "--batch", "100", "--rate", str(RATE / 100),
             "--connections", "4", "--seconds", str(length + 2)],
            stdout=subprocess.PIPE, text=True,
        )
        time.sleep(1)
        figures = load(server.port, mode="get", paths_file=paths, connections=CONNECTIONS, seconds=length)
        figures["incoming"] = json.loads(incoming.communicate()[0])["records_per_second"]
        return figures
    finally:
        server.stop()


STATEMENT = """SELECT json_build_object('invoice_no', invoice_no, 'invoice_date', min(invoice_date), 'customer_id', max(customer_id),
 'country', max(country), 'cancelled', invoice_no LIKE 'C%', 'total', sum(quantity * unit_price),
 'items', json_agg(json_build_object('stock_code', stock_code, 'description', description, 'quantity', quantity,
 'unit_price', unit_price, 'amount', quantity * unit_price) ORDER BY line))
FROM lines WHERE invoice_no = (SELECT invoice_no FROM numbers WHERE id = :id) GROUP BY invoice_no;"""


class Postgres:
    """A server of its own in a folder, with its usual durability."""

    def __init__(self, folder):
        self.folder = folder / "postgres"
        self.port = free_port()
        bin_folder = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.bin = bin_folder
        self.user = {}
        self.folder.mkdir()
        if os.geteuid() == 0:  # it refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            for parent in folder.parents:
                if parent.stat().st_mode & 0o005 != 0o005:
                    raise RuntimeError(f"{parent} is closed to the user nobody, whom PostgreSQL runs as")
            folder.chmod(0o755)
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.call("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "bench")
        settings = "shared_buffers=2GB\\nmax_connections=120\\nlisten_addresses='127.0.0.1'\\nunix_socket_directories=''\\n"
        with open(self.folder / "data/postgresql.conf", "a") as config:
            config.write(settings.replace("\\n", "\n") + f"port={self.port}\n")
        self.call("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "start")

    def call(self, program, *arguments, **options):
        return subprocess.run(
            [str(self.bin / program), *map(str, arguments)], check=True, capture_output=True, text=True, cwd="/", **self.user, **options
        ).stdout

    def psql(self, sql, **options):
        return self.call("psql", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-d", "postgres", "-q", "-c", sql, **options)

    def stop(self):
        self.call("pg_ctl", "-D", self.folder / "data", "-m", "fast", "stop")


def fill(postgres, source):
    postgres.psql("CREATE TABLE lines(line bigserial, invoice_no text, stock_code text, description text, quantity int, invoice_date timestamp, unit_price numeric(12,4), customer_id text, country text)")
    rows = csv.reader(io.StringIO(source.read_text()))
    next(rows)
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    postgres.psql(
        "COPY lines(invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country) FROM STDIN CSV", input=out.getvalue()
    )
    postgres.psql("CREATE INDEX ON lines(invoice_no)")
    postgres.psql("CREATE TABLE numbers AS SELECT row_number() OVER (ORDER BY md5(invoice_no))::int AS id, invoice_no FROM (SELECT DISTINCT invoice_no FROM lines) n")
    postgres.psql("ALTER TABLE numbers ADD PRIMARY KEY (id)")
    postgres.psql("VACUUM ANALYZE")


def postgresql(folder, source):
    postgres = Postgres(folder)
    try:
        fill(postgres, source)
        count = int(postgres.psql("COPY (SELECT count(*) FROM numbers) TO STDOUT"))
        script = folder / "lookup.sql"
        script.write_text(f"\\set id random(1, {count})\n{STATEMENT}\n")
        insert = folder / "insert.sql"
        insert.write_text(
            "INSERT INTO lines(invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country) "
            "SELECT 'N' || (random() * 1e6)::int, '85123A', 'WHITE HANGING HEART T-LIGHT HOLDER', 6, '2010-12-01 08:26', 2.55, '17850', 'United Kingdom' FROM generate_series(1, 100);\n"
        )
        length = int(seconds(30))
        common = ["-h", "127.0.0.1", "-p", postgres.port, "-U", "bench", "-n", "-M", "prepared"]
        stop = threading.Thread(
            target=lambda: postgres.call("pgbench", *common, "-c", 4, "-j", 1, "-R", RATE // 100, "-T", length + 2, "-f", insert, "postgres")
        )
        stop.start()
        time.sleep(1)
        log = folder / "postgres" / "latency"
        postgres.call("pgbench", *common, "-c", CONNECTIONS, "-j", 1, "-T", length, "-f", script, "-l", f"--log-prefix={log}", "postgres")
        stop.join()
        times = sorted(int(line.split()[2]) for path in log.parent.glob("latency*") for line in path.open())
        return {"requests_per_second": len(times) / length, "p50_us": times[len(times) // 2], "p99_us": times[len(times) * 99 // 100]}
    finally:
        postgres.stop()


def main():
    if not (DATA / "online_retail").exists():
        return note(f"the real data is not at {DATA}: no look-ups")
    with scratch() as folder:
        source = folder / "online_retail.csv"
        source.write_text(gzip.decompress((DATA / "online_retail/data.iso8859-1.csv.gz").read_bytes()).decode("latin-1"))
        feed = folder / "feed.ndjson"
        record = {"InvoiceNo": "N1", "StockCode": "85123A", "Description": "WHITE HANGING HEART T-LIGHT HOLDER", "Quantity": 6,
                  "InvoiceDate": "2010-12-01T08:26:00", "UnitPrice": 2.55, "CustomerID": "17850", "Country": "United Kingdom"}
        feed.write_text("".join(json.dumps(record | {"InvoiceNo": f"N{i}"}) + "\n" for i in range(5_000)))
        own = tradewind(folder, source, feed)
        rows = [["Tradewind", f"{own['requests_per_second']:,.0f}", "1.00", f"{own['p50_us'] / 1000:.1f}", f"{own['p99_us'] / 1000:.1f}"]]
        try:
            peer = postgresql(folder, source)
            ratio = own["requests_per_second"] / peer["requests_per_second"]
            rows.append(["PostgreSQL, prepared, same JSON", f"{peer['requests_per_second']:,.0f}", f"{1 / ratio:.2f}", f"{peer['p50_us'] / 1000:.1f}", f"{peer['p99_us'] / 1000:.1f}"])
        except (RuntimeError, ValueError, subprocess.CalledProcessError) as error:
            note(f"  PostgreSQL was not measured: {getattr(error, 'stderr', None) or error}")
        table(f"One invoice with its items, 64 connections, {own['incoming']:,.0f} records/s coming in", ["what", "requests/s", "of Tradewind", "p50 ms", "p99 ms"], rows)


if __name__ == "__main__":
    main()
