"""Durable ingest: every record on disk before its answer. Beside it a bare server that writes and syncs
the same bytes and looks at nothing; the same load on the same cores."""

import csv
import json
import subprocess

from common import BUILD, Server, free_port, load, note, run, scratch, seconds, table

CONNECTIONS = 64
BATCH = 500
STAMP = "@@@@@@"  # in it http_load writes how often it has sent the file: each time these are new invoices


def make_bodies(folder):
    """A file of records, one a line, as the client sends them."""
    run("generate", "online_retail", "--out", folder / "lines", "--scale", "0.1")
    [source] = sorted((folder / "lines").glob("*.csv"))[:1]
    with source.open(encoding="utf-8", newline="") as rows, (folder / "records.ndjson").open("w") as out:
        for row in csv.DictReader(rows):
            row["InvoiceNo"] += "-" + STAMP
            row["Quantity"] = int(row["Quantity"])
            row["UnitPrice"] = float(row["UnitPrice"])
            out.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n")
    return folder / "records.ndjson"


class Bare:
    def __init__(self, folder):
        self.port = free_port()
        self.process = subprocess.Popen([str(BUILD / "bare_server"), str(self.port), str(folder / "bare.log")], stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def stop(self):
        self.process.kill()
        self.process.wait()


def kinds(bodies):
    common = dict(mode="post", path="/v1/streams/online_retail/records", body_file=bodies, stamp=STAMP, connections=CONNECTIONS)
    return {
        "singles": common | dict(batch=1, content_type="application/json"),
        f"batches of {BATCH}": common | dict(batch=BATCH, content_type="application/x-ndjson"),
    }


def measure_bare(folder, options):
    server = Bare(folder)
    try:
        return load(server.port, seconds=seconds(10), **options)
    finally:
        server.stop()


def begin_server(folder, name):
    workspace = folder / name.replace(" ", "_")
    run("init", workspace, "--package", "online_retail")
    return Server(workspace)


def measure_burst(folder, name, options):
    server = begin_server(folder, "burst " + name)
    try:
        for sink in ("raw", "serving", "table", "errors", "dead_letters"):
            server.pause(sink)
        before = server.cpu()
        figures = load(server.port, seconds=seconds(30), **options)
        figures["server_cpu"] = server.cpu() - before
        return figures
    finally:
        server.process.kill()
        server.process.wait()


def follows(figures, lag, rate):
    """The rate was kept, and no sink is more than two seconds behind."""
    return figures["records_per_second"] > 0.9 * rate and lag < 2 * rate


def measure_sustained(folder, name, options, bare_rate):
    """The highest of a few rates that all sinks follow: first for half a minute, then to the end."""
    for share in (0.75, 0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1):
        server = begin_server(folder, f"sustained {name} {share}")
        try:
            rate = share * bare_rate
            for length in (seconds(30), seconds(270)):
                figures = load(server.port, seconds=length, rate=rate / options["batch"], **options)
                figures["lag"], behind = server.lag()
                if not follows(figures, figures["lag"], rate):
                    note(f"  {name} at {share:.0%} of bare: {figures['records_per_second']:,.0f}/s, lag after {length:.0f} s: {behind or 'none'}; not followed")
                    break
            else:
                return figures
        finally:
            server.process.kill()
            server.process.wait()
    return None


def main():
    rows = []
    with scratch() as folder:
        bodies = make_bodies(folder)
        for name, options in kinds(bodies).items():
            bare = measure_bare(folder, options)
            rate = bare["records_per_second"]
            rows.append([name, "bare write + fdatasync", f"{rate:,.0f}", "1.00", f"{bare['p50_us'] / 1000:.1f}", f"{bare['p99_us'] / 1000:.1f}", ""])
            burst = measure_burst(folder, name, options)
            rows.append([
                name, "acknowledged, 30 s, contracts on, sinks paused", f"{burst['records_per_second']:,.0f}", f"{burst['records_per_second'] / rate:.2f}",
                f"{burst['p50_us'] / 1000:.1f}", f"{burst['p99_us'] / 1000:.1f}", f"{burst['server_cpu'] / burst['seconds']:.2f}",
            ])
            kept = measure_sustained(folder, name, options, rate)
            if kept:
                rows.append([
                    name, f"sustained {kept['seconds']:.0f} s, all sinks, lag {kept['lag']:,}", f"{kept['records_per_second']:,.0f}",
                    f"{kept['records_per_second'] / rate:.2f}", f"{kept['p50_us'] / 1000:.1f}", f"{kept['p99_us'] / 1000:.1f}", "",
                ])
    table("Durable ingest, 64 connections, load on the same cores", ["requests", "what", "records/s", "of bare", "p50 ms", "p99 ms", "server cores"], rows)


if __name__ == "__main__":
    main()
