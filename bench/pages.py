"""The pages in a real Chromium over the real binary: the first paint from cold, the first script's bytes, the first rows of a large answer in
Explore, and what listeners of live updates cost the server."""

import gzip
import re
import selectors
import shutil
import socket
import statistics
import threading
import time

from playwright.sync_api import sync_playwright

from common import DATA, QUICK, Server, note, run, scratch, seconds, table

PATHS = ["/", "/dashboards", "/explore", "/catalog", "/customers", "/recommend", "/runs", "/quality", "/recipes", "/import", "/streams"]
ROUNDS = 3 if QUICK else 9
LISTENERS = 50
RECORDS_A_SECOND = 20
LARGE = {
    "5,000,000 made rows": "SELECT range AS n, range * 2 AS twice, 'row ' || range AS words FROM range(5000000)",
    "order lines ten times, 5,419,090 rows": "SELECT l.* FROM raw.online_retail AS l, range(10)",
    "the same, sorted by amount": "SELECT l.* FROM raw.online_retail AS l, range(10) ORDER BY quantity * unit_price DESC NULLS LAST, invoice_no",
}
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
SCRIPTS = "performance.getEntriesByType('resource').filter(it => it.name.endsWith('.js')).map(it => [it.encodedBodySize, it.responseEnd])"
# From the click on Ask to the frame in which the first row of the answer stands.
FIRST_ROW = """() => new Promise(done => {
    const began = performance.now();
    const there = () => document.querySelector('[role=region][aria-label=Answer] tbody tr td')
    const look = () => there() ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
    [...document.querySelectorAll('button')].find(it => it.textContent.trim().startsWith('Ask')).click();
    look();
})"""


def fresh(browser, server, path):
    """A page in a browser that keeps nothing from before."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(path)
    page.get_by_role("heading", level=1).wait_for()
    return context, page


def paints(browser, server):
    for path in PATHS:
        took, scripts = [], []
        for _ in range(ROUNDS):
            context, page = fresh(browser, server, path)
            page.wait_for_function(f"({PAINT}) !== null")
            took.append(page.evaluate(PAINT))
            scripts.append(sum(size for size, end in page.evaluate(SCRIPTS) if end <= took[-1]))
            context.close()
        yield [path, f"{statistics.median(took):.0f} ms", f"{max(took):.0f} ms", f"{statistics.median(scripts):,.0f}"]


def first_byte(server, sql):
    """Milliseconds until the first row leaves the server, without a browser."""
    begin = time.perf_counter()
    answer = server.session.post(
        server.url + "/v1/query", json={"sql": sql, "limit": 6_000_000}, headers={"Accept": "application/x-ndjson"}, stream=True, timeout=60
    )
    answer.raise_for_status()
    next(answer.iter_content(1))
    took = (time.perf_counter() - begin) * 1000
    answer.close()
    return took


def answers(browser, server):
    for name, sql in LARGE.items():
        took = []
        for _ in range(ROUNDS):
            context, page = fresh(browser, server, "/explore")
            page.get_by_role("textbox", name="SQL").fill(sql)
            took.append(page.evaluate(FIRST_ROW))
            context.close()
        bare = statistics.median(first_byte(server, sql) for _ in range(ROUNDS))
        yield [name, f"{statistics.median(took):.0f} ms", f"{max(took):.0f} ms", f"{bare:.0f} ms"]


class Listeners:
    """Clients of /v1/events that read what they are told, all on one thread."""

    def __init__(self, server, count):
        self.selector = selectors.DefaultSelector()
        self.sockets = []
        self.bytes = 0
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", server.port))
            client.sendall(f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: text/event-stream\r\n\r\n".encode())
            self.selector.register(client, selectors.EVENT_READ)
            self.sockets.append(client)
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        while not self.ends.is_set():
            for key, _ in self.selector.select(0.1) if self.sockets else []:
                self.bytes += len(key.fileobj.recv(1 << 16))
            if not self.sockets:
                self.ends.wait(0.1)

    def close(self):
        self.ends.set()
        self.thread.join()
        for client in self.sockets:
            client.close()


def send_records(server, ends):
    record = {"InvoiceNo": "1", "StockCode": "85123A", "Description": "x", "Quantity": 1, "InvoiceDate": "12/1/2010 8:26", "UnitPrice": 1, "Country": "France"}
    while not ends.wait(1 / RECORDS_A_SECOND):
        server.session.post(server.url + "/v1/streams/online_retail/records", json=record).raise_for_status()


def listening(server, count, busy):
    """Share of one core that the server takes, and bytes a second that each listener is told."""
    listeners = Listeners(server, count)
    ends = threading.Event()
    sender = threading.Thread(target=send_records, args=(server, ends)) if busy else None
    if sender:
        sender.start()
    time.sleep(2)
    length, before, told = seconds(30), server.cpu(), listeners.bytes
    begin = time.perf_counter()
    time.sleep(length)
    elapsed = time.perf_counter() - begin
    share = (server.cpu() - before) / elapsed
    told = (listeners.bytes - told) / elapsed / max(1, count)
    ends.set()
    if sender:
        sender.join()
    listeners.close()
    return share, told


def costs(server):
    for name, busy in [("nothing happens", False), (f"{RECORDS_A_SECOND} records a second", True)]:
        alone, _ = listening(server, 0, busy)
        followed, told = listening(server, LISTENERS, busy)
        yield [name, f"{alone:.1%}", f"{followed:.1%}", f"{max(0, followed - alone):.1%}", f"{told:,.0f} B/s"]


def first_script_bytes(server):
    """Packed, as they travel: what the page itself names, all of which is there before anything is drawn."""
    page = server.session.get(server.url + "/", headers={"Accept": "text/html"}).text
    total = 0
    for path in sorted(set(re.findall(r'(?:src|href)="(/[^"]+\.js)"', page))):
        answer = server.session.get(server.url + path, headers={"Accept-Encoding": "gzip"}, stream=True)
        total += len(answer.raw.read(decode_content=False))
    return total


def main():
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        note("pages: no Chromium here; tools/setup.sh test installs it")
        return
    with scratch() as folder, sync_playwright() as playwright:
        workspace, source = folder / "workspace", folder / "data.csv"
        source.write_bytes(gzip.decompress((DATA / "online_retail/data.iso8859-1.csv.gz").read_bytes()))
        run("init", workspace, "--package", "online_retail")
        run("import", source, "--source", "online_retail", workspace=workspace)
        run("run", "online_retail", workspace=workspace)
        server = Server(workspace)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            table(f"First paint from cold, median and worst of {ROUNDS}", ["page", "first paint", "worst", "bytes of scripts by then"], paints(browser, server))
            table(f"Explore: from Ask to the first row on the screen, of {ROUNDS}", ["answer", "first row", "worst", "first byte without a browser"], answers(browser, server))
            browser.close()
            head = ["meanwhile", "server alone", f"with {LISTENERS} listeners", "they cost", "each is told"]
            table("Live updates, of one core", head, costs(server))
            note(f"\nFirst script, packed: {first_script_bytes(server):,} bytes.")
        finally:
            server.stop()
    note("\nAims: first paint ≤ 1 s, first script ≤ 250,000 bytes, first row ≤ 200 ms, 50 listeners ≤ 5 % of one core.")


main()
