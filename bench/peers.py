"""Durable ingest of others on the same machine, with the same records: NATS JetStream by single records,
Kafka in batches. One that is not here is left out, and the reason is said. They parse no JSON and know no contract."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

from common import BUILD, ROOT, free_port, load, note, scratch, seconds, table
from ingest import BATCH, begin_server, kinds, make_bodies, measure_bare

KAFKA = pathlib.Path(os.environ.get("KAFKA_JARS", ROOT / ".deps/kafka"))
CONNECTIONS = 64

NATS_SYNCED = "sync_interval: always"  # from 2.10 on; older ones sync every two minutes


class Absent(Exception):
    """Why a peer is not measured, and what would bring it here."""


@contextlib.contextmanager
def running(command, port, log):
    with open(log, "wb") as out:
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=out)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None:
                raise Absent(f"{command[0]} ended: {pathlib.Path(log).read_text()[-500:]}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def figures_of(process):
    if process.returncode != 0:
        raise Absent(f"the load ended with {process.stderr[-500:] or process.stdout[-500:]}")
    return process.stdout


def nats(folder, bodies):
    """Rows of the table: as it is by default, and syncing before each answer where it can."""
    if not shutil.which("nats-server"):
        raise Absent("nats-server is not installed (apt-get install nats-server)")
    version = re.search(r"v(\d+)\.(\d+)", subprocess.run(["nats-server", "--version"], capture_output=True, text=True).stdout)
    can_sync = (int(version[1]), int(version[2])) >= (2, 10)
    if not can_sync:
        note(f"  NATS {version[0]} cannot sync before it answers (2.10 can): only the default is measured")
    rows = []
    for synced in [False, True] if can_sync else [False]:
        port, name = free_port(), "synced" if synced else "not synced"
        config = folder / f"nats {name}.conf"
        config.write_text(f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{folder / ("nats " + name)}"\n{NATS_SYNCED if synced else ""}\n}}\n')
        with running(["nats-server", "-c", config], port, folder / "nats.log"):
            command = [BUILD / "nats_load", port, bodies, CONNECTIONS, seconds(30)]
            got = json.loads(figures_of(subprocess.run([str(c) for c in command], capture_output=True, text=True)))
        rows.append([f"NATS JetStream {version[0]}, {name}", "singles", got["records_per_second"], got["p50_us"], got["p99_us"]])
    return rows


def java(*arguments, heap="1g"):
    return ["java", f"-Xmx{heap}", "-cp", f"{KAFKA}/*", *map(str, arguments)]


def have_kafka():
    if not shutil.which("java"):
        raise Absent("java is not installed (apt-get install openjdk-17-jre-headless)")
    if any(KAFKA.glob("kafka_2.13-*.jar")):
        return
    if not shutil.which("mvn"):
        raise Absent(f"there are no jars of Kafka in {KAFKA}, and no mvn to fetch them (or set KAFKA_JARS)")
    fetched = subprocess.run(
        ["mvn", "-q", "-B", "-f", ROOT / "bench/kafka.xml", "dependency:copy-dependencies", f"-DoutputDirectory={KAFKA}"], capture_output=True, text=True
    )
    if fetched.returncode != 0:
        raise Absent(f"mvn could not fetch Kafka: {fetched.stdout[-300:]}")


def kafka(folder, bodies):
    """acks=all from one broker, flushed for every message set and not."""
    have_kafka()
    port, controller = free_port(), free_port()
    config = folder / "kafka.properties"
    config.write_text(
        f"process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:{controller}\ncontroller.listener.names=CONTROLLER\n"
        f"listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\nlog.dirs={folder / 'kafka'}\n"
        "offsets.topic.replication.factor=1\ntransaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n"
    )
    figures_of(subprocess.run(java("kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAA", "-c", config), capture_output=True, text=True))
    rows = []
    with running(java("kafka.Kafka", config), port, folder / "kafka.log"):
        for name, flushed in [("not flushed", []), ("flushed for each message", ["--config", "flush.messages=1"])]:
            topic = name.replace(" ", "_")
            server = ["--bootstrap-server", f"127.0.0.1:{port}"]
            create = ["org.apache.kafka.tools.TopicCommand", *server, "--create", "--topic", topic, "--partitions", 4, *flushed]
            figures_of(subprocess.run(java(*create), capture_output=True, text=True))
            rows.append([f"Kafka 3.9, acks=all, {name}", f"batches of about {BATCH}", *measure_kafka(port, topic, bodies)])
    return rows


def measure_kafka(port, topic, bodies):
    size = bodies.stat().st_size // sum(1 for _ in bodies.open())
    load_of = ["org.apache.kafka.tools.ProducerPerformance", "--topic", topic, "--payload-file", bodies, "--throughput", -1]
    properties = [f"bootstrap.servers=127.0.0.1:{port}", "acks=all", f"batch.size={BATCH * size}", "linger.ms=5"]

    def send(count):
        command = java(*load_of, "--num-records", count, "--producer-props", *properties)
        last = figures_of(subprocess.run(command, capture_output=True, text=True)).strip().splitlines()[-1]
        rate, p50, p99 = (re.search(pattern, last)[1] for pattern in (r"([\d.]+) records/sec", r"(\d+) ms 50th", r"(\d+) ms 99th"))
        return float(rate), 1000 * float(p50), 1000 * float(p99)

    rate, _, _ = send(200_000)  # the first run warms the broker up, and says how many fill the time
    return send(int(max(200_000, rate * seconds(30))))


def own(folder, name, options):
    """Tradewind's burst with the sinks paused: the log is what is compared."""
    server = begin_server(folder, "peers " + name)
    try:
        for sink in ("raw", "serving", "table", "errors", "dead_letters"):
            server.pause(sink)
        return load(server.port, seconds=seconds(30), **options)
    finally:
        server.process.kill()
        server.process.wait()


def main():
    with scratch() as folder:
        bodies = make_bodies(folder)
        rows = []
        for name, options in kinds(bodies).items():
            bare = measure_bare(folder, options)
            mine = own(folder, name, options)
            for what, got in (("bare write + fdatasync", bare), ("Tradewind, synced, contracts on", mine)):
                rows.append([what, name, got["records_per_second"], got["p50_us"], got["p99_us"]])
        for peer in (nats, kafka):
            try:
                rows += peer(folder, bodies)
            except Absent as reason:
                note(f"  {peer.__name__} was not measured: {reason}")
    table(
        "Durable ingest beside others, load on the same cores", ["what", "requests", "records/s", "p50 ms", "p99 ms"],
        [[what, kind, f"{rate:,.0f}", f"{p50 / 1000:.1f}", f"{p99 / 1000:.1f}"] for what, kind, rate, p50, p99 in rows],
    )


if __name__ == "__main__":
    main()
