"""Odd rows for recipes: nulls, ties, negatives, empty texts, blanks, other alphabets, equal rows; the same for every run."""

import datetime
import decimal
import random

COUNTRIES = ["France", "france", "Österreich", "日本", "", " Peru ", "l'Île \"d'Or\"", None, "EIRE"]
NAMES = ["Ada Lovelace", "  Jean\tPaul  Sartre ", "王 小明", "o'Neil", "", None, "ÉLODIE d'arc", "x", "a,b;c", "50% off $1\\2"]
CODES = ["007", "12", "-5", "+3", " 8 ", "1.5", "abc", "", None, "99999999999999999999"]
PRICES = ["£1,234.50", "-2.25", "€ 3", "", None, "n/a", "1.2.3", "0"]
TAGS = ["red;green", "blue", "", ";", None, "a;;b"]
DATES = ["31/1/2024 8:05", "29/02/2024 23:59", "30/2/2024 10:00", "", None, "soon"]
JSON = [
    '{"a": {"b": 1, "c": [10, {"d": "x"}]}, "n": null}', '{"a": {"b": "7"}}', "[1, \"x\", null, {\"k\": 2}]", "[]", "not json", "", None, '"text"',
    '{"a": {"b": "ü \\u00e9"}}',
]
FLAGS = [True, False, None]

FIELDS = {
    "id": "bigint", "country": "text", "name": "text", "qty": "integer", "price": "decimal(12,4)", "weight": "double", "at": "timestamp",
    "day": "date", "flag": "boolean", "code": "text", "price_text": "text", "tags": "text", "date_text": "text", "js": "text",
}
COLUMNS = list(FIELDS)


def rows(count=300, seed=7):
    chance = random.Random(seed)
    out = []
    for i in range(count):
        at = datetime.datetime(2023, 12, 30) + datetime.timedelta(seconds=chance.randrange(0, 120 * 86_400))
        out.append({
            "id": i,
            "country": chance.choice(COUNTRIES),
            "name": chance.choice(NAMES),
            "qty": chance.choice([None, 0, 1, 1, 2, 3, -4, 1000]),
            "price": chance.choice([None, decimal.Decimal(chance.randrange(-50_000, 90_000)).scaleb(-4), decimal.Decimal("2.5000")]),
            "weight": chance.choice([None, 0.0, round(chance.uniform(-5, 5), 3), 1e6, 2.5]),
            "at": chance.choice([None, at, at.replace(hour=0, minute=0, second=0)]),
            "day": chance.choice([None, at.date()]),
            "flag": chance.choice(FLAGS),
            "code": chance.choice(CODES),
            "price_text": chance.choice(PRICES),
            "tags": chance.choice(TAGS),
            "date_text": chance.choice(DATES),
            "js": chance.choice(JSON),
        })
    # The same orders delivered twice, and rows equal but for their number.
    out += [dict(row) for row in chance.sample(out, 30)]
    out += [dict(row, id=row["id"] + 1000) for row in chance.sample(out, 20)]
    return out


PARTNERS = [
    {"country": "France", "zone": "Europe/Paris", "qty": 1}, {"country": "France", "zone": "Europe/Monaco", "qty": 2},
    {"country": "日本", "zone": None, "qty": None}, {"country": None, "zone": "nowhere", "qty": 5}, {"country": "Chile", "zone": "America/Santiago", "qty": 1},
]
PARTNER_FIELDS = {"country": "text", "zone": "text", "qty": "integer"}
