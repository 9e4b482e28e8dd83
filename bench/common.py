"""What the benches share: the binary, servers that are stopped again, figures as a table."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("TRADEWIND_BUILD", ROOT / "build/release"))
BINARY = BUILD / "tradewind"
DATA = pathlib.Path(os.environ.get("TRADEWIND_TEST_DATA", ROOT.parent / "shared/data"))
QUICK = bool(os.environ.get("QUICK"))  # a tenth of the time, to try the benches themselves


def seconds(full):
    return max(2, full / 10) if QUICK else full


def note(text):
    print(text, flush=True)


def run(*arguments, workspace=None):
    command = [str(BINARY)] + (["-C", str(workspace)] if workspace else []) + [str(a) for a in arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@contextlib.contextmanager
def scratch():
    """A folder on the disk that the project lies on: a memory file system would sync for nothing."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_peak_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


class Server:
    def __init__(self, workspace, env=None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.workspace = workspace
        self.session = requests.Session()
        self.session.trust_env = False
        with open(workspace / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [str(BINARY), "-C", str(workspace), "serve", "--listen", f"127.0.0.1:{self.port}"],
                stdout=log, stderr=log, env=os.environ | (env or {}),
            )
        for _ in range(3000):
            with contextlib.suppress(requests.RequestException):
                if self.session.get(self.url + "/readyz").status_code == 200:
                    return
            time.sleep(0.02)
        raise RuntimeError((workspace / "server.log").read_text())

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def lag(self):
        """Of the sink furthest behind, and of each that is behind, as text."""
        answer = self.session.get(self.url + "/v1/streams/online_retail/lag").json()
        behind = sorted((s for s in answer["sinks"] if s["lag"]), key=lambda s: -s["lag"])
        return answer["lag"], ", ".join(f"{s['name']} {s['lag']:,}" for s in behind)

    def pause(self, sink, verb="pause"):
        answer = self.session.post(f"{self.url}/v1/streams/online_retail/sinks/{sink}/{verb}")
        answer.raise_for_status()

    def sql(self, text):
        answer = self.session.post(self.url + "/v1/query", json={"sql": text, "timeout_ms": 300_000})
        answer.raise_for_status()
        return answer.json()["rows"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=120)


def load(port, **options):
    """One run of http_load; its figures."""
    command = [str(BUILD / "http_load"), "--port", str(port)]
    for name, value in options.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


# A process that is started inherits the peak of the one that starts it, so a small one starts what is measured.
MEASURED = """
import resource, subprocess, sys, time
begin = time.monotonic()
code = subprocess.call(sys.argv[1:])
print(time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=sys.stderr)
sys.exit(code)
"""


def timed(command, **options):
    """Seconds and peak resident bytes of a child process."""
    command = [sys.executable, "-I", "-c", MEASURED] + [str(c) for c in command]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode()[-2000:])
    took, peak = done.stderr.split()[-2:]
    return float(took), int(peak)


def table(title, head, rows):
    note(f"\n### {title}\n")
    note("| " + " | ".join(head) + " |")
    note("|" + "---|" * len(head))
    for row in rows:
        note("| " + " | ".join(str(cell) for cell in row) + " |")


def machine():
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load_now = os.getloadavg()[0]
    return f"{os.cpu_count()} × {cpu}, {memory:.0f} GiB; load when it began {load_now:.1f}"
