"""What every sink must hold, from the input file alone: read with csv and Decimal, none of the platform's own SQL."""

import collections
import csv
import decimal
import json
from urllib.parse import quote

import requests

Customer = collections.namedtuple("Customer", "invoices spent")


class Orders:
    """Invoices with their items, totals and customers of one CSV file, exactly."""

    def __init__(self, path, encoding):
        self.rows = 0
        self.items = collections.defaultdict(collections.Counter)
        self.invoices = {}  # number → (lines, total, customer or None)
        spent, histories = collections.Counter(), collections.defaultdict(set)
        with open(path, encoding=encoding, newline="") as file:
            for row in csv.DictReader(file):
                self.rows += 1
                number, customer = row["InvoiceNo"], row["CustomerID"] or None
                quantity, price = int(row["Quantity"]), decimal.Decimal(row["UnitPrice"])
                self.items[number][(row["StockCode"], row["Description"] or None, quantity, price)] += 1
                lines, total, known = self.invoices.get(number, (0, decimal.Decimal(0), customer))
                assert known == customer, f"{number}: which customer is the latest cannot be told from the file"
                self.invoices[number] = (lines + 1, total + quantity * price, customer)
                if customer:
                    spent[customer] += quantity * price
                    histories[customer].add(number)
        self.customers = {c: Customer(len(histories[c]), spent[c]) for c in spent}
        assert sum(lines for lines, _, _ in self.invoices.values()) == self.rows > 0

    def line_counts(self):
        return collections.Counter({number: lines for number, (lines, _, _) in self.invoices.items()})


def exactly(text):
    return json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def assert_same(found, expected):
    """Two dicts by key; says the first keys that differ, with both sides."""
    wrong = [(k, found.get(k), expected.get(k)) for k in sorted(found.keys() | expected.keys()) if found.get(k) != expected.get(k)]
    assert not wrong, f"{len(wrong)} differ (key, found, expected): {wrong[:5]}"


def assert_sql(server, orders):
    """Every invoice by SQL over what arrived: nothing missing, nothing more."""
    statement = "SELECT invoice_no, count(*), sum(quantity * CAST(unit_price AS DECIMAL(22,4))), max(customer_id) FROM raw.online_retail GROUP BY invoice_no"
    answer = server.post("/v1/query", json={"sql": statement, "limit": 10_000_000})
    assert answer.status_code == 200, answer.text
    table = exactly(answer.text)
    assert not table["truncated"]
    found = {number: (int(lines), total, customer) for number, lines, total, customer in table["rows"]}
    assert len(found) == len(table["rows"])
    assert_same(found, orders.invoices)


class Getter:
    """GETs by the ten thousand on one connection: without what a session does around each of them."""

    def __init__(self, server):
        self.url = server.url
        self.adapter = requests.adapters.HTTPAdapter()
        self.pool = self.adapter.poolmanager.connection_from_url(self.url)

    def get(self, path, parse=exactly):
        answer = self.pool.request("GET", path)
        assert answer.status == 200, f"{path}: {answer.status} {answer.data[:500]}"
        return parse(answer.data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.adapter.close()


def assert_serving(server, orders):
    """Every invoice with every item and its total, every customer's invoices and total: the key-value tables."""
    with Getter(server) as getter:
        for number, (lines, total, customer) in orders.invoices.items():
            served = getter.get(f"/v1/invoices/{quote(number, safe='')}")
            items = collections.Counter((i["stock_code"], i["description"], i["quantity"], i["unit_price"]) for i in served["items"])
            assert len(served["items"]) == lines, (number, len(served["items"]), lines)
            assert items == orders.items[number], (number, items - orders.items[number], orders.items[number] - items)
            assert (served["total"], served["customer_id"]) == (total, customer), (number, total, customer, served)
        for customer, expected in orders.customers.items():
            served = getter.get(f"/v1/customers/{customer}")
            assert (served["invoices"], served["spent"]) == expected, (expected, served)
