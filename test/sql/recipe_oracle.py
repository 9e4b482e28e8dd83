"""What every step of a recipe must make of the odd rows, in plain Python and pandas: no SQL.

A case is (steps as YAML, function of rows that gives rows). Rows are dicts in the order of their columns.
"""

import collections
import datetime
import decimal
import functools
import hashlib
import json
import math
import re
import zoneinfo

import numpy
import pandas

from odd_data import COLUMNS, PARTNERS

D = decimal.Decimal
BLANKS = " \t\n\r\u00a0"


def half_up(value, digits=0):
    return D(value).quantize(D(1).scaleb(-digits), rounding=decimal.ROUND_HALF_UP)


def compare(a, b, descending):
    if a is None or b is None:
        return (a is None) - (b is None)
    result = (a > b) - (a < b)
    return -result if descending else result


def ordered(rows, keys, ties=True):
    """keys: [(column, descending)]; null last; then all other columns, so that nothing is left to chance."""
    names = {name for name, _ in keys}
    whole = list(keys) + ([(c, False) for c in rows[0] if c not in names] if ties and rows else [])

    def by(a, b):
        for name, descending in whole:
            found = compare(a[name], b[name], descending)
            if found:
                return found
        return 0

    return sorted(rows, key=functools.cmp_to_key(by))


def groups(rows, by):
    found = collections.OrderedDict()
    for row in rows:
        found.setdefault(tuple(row[c] for c in by), []).append(row)
    return found


def each(**changes):
    """New values for columns, computed from the row."""

    def answer(rows):
        return [row | {name: change(row) for name, change in changes.items()} for row in rows]

    return answer


def on_text(column, change):
    return each(**{column: lambda r: None if r[column] is None else change(r[column])})


def values(rows, column):
    return [float(r[column]) for r in rows if r[column] is not None]


def numbers(rows, column):
    return pandas.Series(values(rows, column), dtype="float64")


def fill_with(column, function, by=()):
    def answer(rows):
        known = {key: function(numbers(group, column)) for key, group in groups(rows, by).items()}
        return [r | {column: known[tuple(r[c] for c in by)] if r[column] is None else r[column]} for r in rows]

    return answer


def none_if_nan(value):
    return None if value is None or value != value else value


def fill_mode(rows):
    counts = collections.Counter(r["country"] for r in rows if r["country"] is not None)
    best = min(counts, key=lambda c: (-counts[c], c))
    return [r | {"country": best if r["country"] is None else r["country"]} for r in rows]


def fill_previous(rows):
    out, last = [], collections.defaultdict(lambda: None)
    for row in ordered(rows, [("at", False)]):
        key = row["country"]
        if row["qty"] is not None:
            last[key] = row["qty"]
        out.append(row | {"qty": last[key]})
    return out


def title(text):
    return " ".join(word[:1].upper() + word[1:].lower() for word in text.split(" "))


def parse_date(text):
    try:
        return datetime.datetime.strptime(text.strip(" "), "%d/%m/%Y %H:%M")
    except (ValueError, AttributeError):
        return None


def truncate(unit):
    def change(at):
        if unit == "week":
            return datetime.datetime.combine(at.date() - datetime.timedelta(days=at.weekday()), datetime.time())
        if unit == "quarter":
            return datetime.datetime(at.year, (at.month - 1) // 3 * 3 + 1, 1)
        parts = {"year": 1, "month": 2, "day": 3, "hour": 4, "minute": 5}[unit]
        whole = [at.year, at.month, at.day, at.hour, at.minute][:parts]
        return datetime.datetime(*whole, *([1] * (3 - len(whole))))

    return change


def to_zone(at):
    return at.replace(tzinfo=zoneinfo.ZoneInfo("UTC")).astimezone(zoneinfo.ZoneInfo("Europe/London")).replace(tzinfo=None)


def months_later(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = ((datetime.date(year, month, 28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)).day
    return day.replace(year=year, month=month, day=min(day.day, last))


def whole_hours(row):
    if row["day"] is None or row["at"] is None:
        return None
    seconds = (row["at"] - datetime.datetime.combine(row["day"], datetime.time())).total_seconds()
    return int(math.trunc(seconds / 3600))


def number_of(text):
    if text is None:
        return None
    digits = re.sub(r"[^0-9+.-]+", "", text)
    return float(digits) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?|[+-]?\.[0-9]+", digits) else None


def quantile(rows, column, fraction):
    return float(numpy.quantile(values(rows, column), fraction))


def scale(method, column, by=()):
    def answer(rows):
        measured = {}
        for key, group in groups(rows, by).items():
            series = numbers(group, column)
            if not len(series):
                continue
            if method == "min_max":
                measured[key] = series.min(), series.max() - series.min()
            elif method == "z_score":
                measured[key] = series.mean(), series.std(ddof=0)
            else:
                measured[key] = series.median(), series.quantile(0.75) - series.quantile(0.25)
        out = []
        for row in rows:
            if row[column] is None:
                out.append(row | {"scaled": None})
                continue
            center, spread = measured[tuple(row[c] for c in by)]
            out.append(row | {"scaled": 0.0 if spread == 0 else (float(row[column]) - center) / spread})
        return out

    return answer


def outlier_z(rows, row, threshold):
    series = numbers(rows, "weight")
    return row["weight"] is not None and abs(row["weight"] - series.mean()) > threshold * series.std(ddof=0)


def outlier_iqr(rows, row):
    low, high = quantile(rows, "qty", 0.25), quantile(rows, "qty", 0.75)
    return row["qty"] is not None and (row["qty"] < low - 1.5 * (high - low) or row["qty"] > high + 1.5 * (high - low))


def bin_edges(row):
    if row["qty"] is None:
        return None
    return "low" if row["qty"] < 0 else "mid" if row["qty"] < 2.5 else "high"


def bin_count(rows, count, quantiles):
    low, high = min(values(rows, "weight")), max(values(rows, "weight"))
    steps = range(1, count)
    edges = [quantile(rows, "weight", i / count) for i in steps] if quantiles else [low + (high - low) * (i / count) for i in steps]
    return [r | {"bin": None if r["weight"] is None else 1 + sum(r["weight"] >= e for e in edges)} for r in rows]


def categories(rows, column):
    return sorted({r[column] for r in rows if r[column] is not None})


def group(rows):
    out = []
    for (country,), some in groups(rows, ["country"]).items():
        prices = [r["price"] for r in some if r["price"] is not None]
        quantities = [r["qty"] for r in some if r["qty"] is not None]
        weights = numbers(some, "weight")
        out.append({
            "country": country, "lines": len(some), "named": sum(r["name"] is not None for r in some), "names": len({r["name"] for r in some} - {None}),
            "quantity": sum(quantities) if quantities else None, "sales": sum(prices) if prices else None,
            "price": float(sum(prices)) / len(prices) if prices else None, "middle": none_if_nan(weights.median()),
            "first": min((r["at"] for r in some if r["at"] is not None), default=None), "last": max((r["name"] for r in some if r["name"] is not None), default=None),
            "spread": none_if_nan(weights.std(ddof=0)), "sold": sum(1 for r in some if r["qty"] is not None and r["qty"] > 0),
        })
    return out


def window(by, keys, compute):
    """compute(ordered rows of the group, index, row) → the new value."""

    def answer(rows):
        out = []
        for some in groups(rows, by).values():
            some = ordered(some, keys)
            out += [row | {"w": compute(some, i, row)} for i, row in enumerate(some)]
        return out

    return answer


def same(a, b, keys):
    return all(a[k] == b[k] for k in keys)


def known(rows, column):
    return [r[column] for r in rows if r[column] is not None]


def total(found):
    return sum(found) if found else None


def mean(found):
    return float(sum(map(float, found))) / len(found) if found else None


def ntile(size, parts, index):
    large = size % parts
    width = size // parts
    border = large * (width + 1)
    return index // (width + 1) + 1 if index < border else large + (index - border) // max(width, 1) + 1


def pivot(rows):
    out = []
    for (flag,), some in groups(rows, ["flag"]).items():
        row = {"flag": flag}
        for country in ["France", "日本"]:
            found = [r["qty"] for r in some if r["country"] == country and r["qty"] is not None]
            row["q_" + country] = sum(found) if found else None
        out.append(row)
    return out


def pivot_read(rows):
    out = []
    for (code,), some in groups(rows, ["code"]).items():
        out.append({"code": code} | {str(q): sum(r["qty"] == q for r in some) for q in sorted(set(known(rows, "qty")), key=str)})
    return out


def unpivot(rows):
    out = []
    for row in rows:
        for name in ["name", "code"]:
            out.append({"id": row["id"], "which": name, "text": row[name]})
    return out


def join(how):
    def answer(rows):
        out, met = [], set()
        for row in rows:
            partners = [(i, p) for i, p in enumerate(PARTNERS) if row["country"] is not None and p["country"] == row["country"]]
            met |= {i for i, _ in partners}
            out += [row | {"zone": p["zone"], "qty_other": p["qty"]} for _, p in partners]
            if not partners and how in ("left", "full"):
                out.append(row | {"zone": None, "qty_other": None})
        if how in ("right", "full"):
            for i, p in enumerate(PARTNERS):
                if i not in met:
                    out.append({c: None for c in rows[0]} | {"country": p["country"], "zone": p["zone"], "qty_other": p["qty"]})
        return out

    return answer


def has_partner(row):
    return row["country"] in {p["country"] for p in PARTNERS if p["country"] is not None}


def at_path(text, *path):
    try:
        value = json.loads(text)
        for part in path:
            value = value[part] if (isinstance(part, int)) == isinstance(value, list) else None
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def json_rows(rows):
    out = []
    for row in rows:
        try:
            items = json.loads(row["js"])
        except (ValueError, TypeError):
            continue
        if isinstance(items, list):
            out += [row | {"item": i if i is None or isinstance(i, str) else json.dumps(i, separators=(",", ":"))} for i in items]
    return out


def integer_of(text):
    if text is None or not re.fullmatch(r"[+-]?[0-9]+", text.strip(" ")):
        return None
    return int(text) if abs(int(text)) < 2**63 else None


def boolean_of(text):
    return {"true": True, "t": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "f": False, "0": False}.get((text or "").strip(" ").lower())


def draw(row, columns, seed):
    def text(value):
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else str(value)

    return hashlib.md5("|".join([seed] + [text(row[c]) for c in columns]).encode()).hexdigest()


def distinct(rows):
    return list({tuple(r.items()): r for r in rows}.values())


def keep(*columns):
    return lambda rows: [{c: r[c] for c in columns} for r in rows]


def first_of_group(rows):
    return [ordered(some, [("price", True)])[0] for some in groups(rows, ["country", "flag"]).values()]


def mask(text, first, last):
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + (text[len(text) - last :] if last else "")


def sha(text, salt=""):
    return None if text is None else hashlib.sha256((salt + str(text)).encode()).hexdigest()


def split_rows(rows):
    return [r | {"tags": part} for r in rows if r["tags"] is not None for part in r["tags"].split(";")]


def nth(parts, n):
    return parts[n] if n < len(parts) else None


def days(name):
    return {"year": lambda a: a.year, "quarter": lambda a: (a.month + 2) // 3, "month": lambda a: a.month, "week": lambda a: a.isocalendar()[1],
            "day": lambda a: a.day, "weekday": lambda a: a.isoweekday(), "day_of_year": lambda a: a.timetuple().tm_yday, "hour": lambda a: a.hour,
            "minute": lambda a: a.minute, "second": lambda a: a.second}[name]


PARTS = ["year", "quarter", "month", "week", "day", "weekday", "day_of_year", "hour", "minute", "second"]
TIES = [("qty", False)]


def rank(some, index, row, dense=False):
    before = [r for r in some if compare(r["qty"], row["qty"], False) < 0]
    return 1 + (len({r["qty"] for r in before}) if dense else len(before))


CASES = {
    "filter": ("filter: {where: \"qty > 0 AND country <> 'EIRE'\"}", lambda rows: [r for r in rows if r["qty"] is not None and r["qty"] > 0 and r["country"] not in (None, "EIRE")]),
    "drop_nulls": ("drop_nulls: {columns: [qty, name]}", lambda rows: [r for r in rows if r["qty"] is not None and r["name"] is not None]),
    "drop_nulls all": ("drop_nulls: {columns: [qty, name], how: all}", lambda rows: [r for r in rows if r["qty"] is not None or r["name"] is not None]),
    "dedupe": ("dedupe", distinct),
    "dedupe by": ("dedupe: {by: [country, flag], order_by: [{price: desc}]}", first_of_group),
    "sort": ("sort: {by: [country, {qty: desc}]}", lambda rows: ordered(rows, [("country", False), ("qty", True)])),
    "limit": ("limit: {rows: 17}", lambda rows: ordered(rows, [])[:17]),
    "sample fraction": ("sample: {fraction: 0.3, key: [id], seed: 9}", lambda rows: [r for r in rows if int(draw(r, ["id"], "9")[:8], 16) < int(0.3 * 2**32)]),
    "sample rows": ("sample: {rows: 25, key: [id, country]}", lambda rows: sorted(ordered(rows, []), key=lambda r: draw(r, ["id", "country"], "42"))[:25]),
    "keep": ("keep: {columns: [qty, ID]}", keep("qty", "id")),
    "drop": ("drop: {columns: [qty, js]}", keep(*[c for c in COLUMNS if c not in ("qty", "js")])),
    "rename": ("rename: {columns: {name: country, country: 'The \"land\"'}}", lambda rows: [{{"name": "country", "country": 'The "land"'}.get(k, k): v for k, v in r.items()} for r in rows]),
    "reorder": ("reorder: {columns: [qty, id]}", keep("qty", "id", *[c for c in COLUMNS if c not in ("qty", "id")])),
    "reorder end": ("reorder: {columns: [qty, id], to: end}", keep(*[c for c in COLUMNS if c not in ("qty", "id")], "qty", "id")),
    "cast": ("cast: {columns: {code: BIGINT, price: INTEGER, weight: BIGINT, qty: STRING, at: DATE, flag: INTEGER}, on_error: 'null'}", each(
        code=lambda r: integer_of(r["code"]), price=lambda r: None if r["price"] is None else int(half_up(r["price"])),
        weight=lambda r: None if r["weight"] is None else int(half_up(repr(r["weight"]))), qty=lambda r: None if r["qty"] is None else str(r["qty"]),
        at=lambda r: r["at"] and r["at"].date(), flag=lambda r: None if r["flag"] is None else int(r["flag"]))),
    "cast boolean": ("cast: {columns: {code: BOOLEAN, qty: BOOLEAN}, on_error: 'null'}", each(code=lambda r: boolean_of(r["code"]), qty=lambda r: None if r["qty"] is None else r["qty"] != 0)),
    "cast number": ("cast: {columns: {qty: 'DECIMAL(10,2)', price: DOUBLE, day: TIMESTAMP}}", each(
        qty=lambda r: None if r["qty"] is None else D(r["qty"]), price=lambda r: None if r["price"] is None else float(r["price"]),
        day=lambda r: r["day"] and datetime.datetime.combine(r["day"], datetime.time()))),
    "add": ("add: {columns: {twice: qty * 2, qty: qty + 1, text: \"coalesce(country, 'it''s none')\"}}", each(
        qty=lambda r: None if r["qty"] is None else r["qty"] + 1, twice=lambda r: None if r["qty"] is None else r["qty"] * 2,
        text=lambda r: "it's none" if r["country"] is None else r["country"])),
    "coalesce": ("coalesce: {columns: [name, code, country], into: any}", each(any=lambda r: next((r[c] for c in ["name", "code", "country"] if r[c] is not None), None))),
    "fill value": ("fill: {columns: [qty], value: -7}", each(qty=lambda r: -7 if r["qty"] is None else r["qty"])),
    "fill text": ("fill: {columns: [country, name], value: 'l''état'}", each(country=lambda r: "l'état" if r["country"] is None else r["country"], name=lambda r: "l'état" if r["name"] is None else r["name"])),
    "fill time": ("fill: {columns: [at], value: '2024-01-01 12:30'}", each(at=lambda r: r["at"] or datetime.datetime(2024, 1, 1, 12, 30))),
    "fill mean": ("fill: {columns: [qty], method: mean, by: [flag]}", fill_with("qty", lambda s: s.mean(), ["flag"])),
    "fill mean decimal": ("fill: {columns: [price], method: mean}", fill_with("price", lambda s: half_up(s.mean(), 4))),
    "fill median": ("fill: {columns: [weight], method: median, by: [country]}", fill_with("weight", lambda s: none_if_nan(s.median()), ["country"])),
    "fill mode": ("fill: {columns: [country], method: mode}", fill_mode),
    "fill previous": ("fill: {columns: [qty], method: previous, by: [country], order_by: [at]}", fill_previous),
    "null_if": ("null_if: {columns: [country, name], values: [EIRE, x]}", each(**{c: lambda r, c=c: None if r[c] is None or r[c].strip(" ") == "" or r[c] in ("EIRE", "x") else r[c] for c in ("country", "name")})),
    "null_if number": ("null_if: {columns: [qty], values: [0, -4]}", each(qty=lambda r: None if r["qty"] in (0, -4) else r["qty"])),
    "trim": ("trim: {columns: [country, name]}", each(**{c: lambda r, c=c: None if r[c] is None else r[c].strip(BLANKS) for c in ("country", "name")})),
    "trim left": ("trim: {columns: [code], side: left, characters: '0 +', into: trimmed}", each(trimmed=lambda r: None if r["code"] is None else r["code"].lstrip("0 +"))),
    "trim collapse": ("trim: {columns: [name], collapse: true, side: right}", on_text("name", lambda t: re.sub(r"[ \t\r\n]+", " ", t).rstrip(BLANKS))),
    "case lower": ("case: {columns: [country], to: lower}", on_text("country", str.lower)),
    "case upper": ("case: {columns: [country], to: upper}", on_text("country", str.upper)),
    "case title": ("case: {columns: [name], to: title}", on_text("name", title)),
    "case sentence": ("case: {columns: [name], to: sentence}", on_text("name", lambda t: t[:1].upper() + t[1:].lower())),
    "replace": ("replace: {columns: [name, country], find: \"'\", with: '\"'}", each(**{c: lambda r, c=c: None if r[c] is None else r[c].replace("'", '"') for c in ("name", "country")})),
    "regex_replace": ("regex_replace: {columns: [name], pattern: '(\\w)\\W+(\\w)', with: '\\2$\\\\\\1'}", on_text("name", lambda t: re.sub(r"(\w)\W+(\w)", r"\2$\\\1", t, flags=re.ASCII))),
    "extract": ("extract: {columns: [price_text], pattern: '([0-9]+)[.]([0-9]+)', group: 2, into: cents}", each(cents=lambda r: (m := re.search(r"([0-9]+)[.]([0-9]+)", r["price_text"] or "")) and m.group(2))),
    "substring": ("substring: {columns: [name], start: 2, length: 4}", on_text("name", lambda t: t[1:5])),
    "pad": ("pad: {columns: [code], length: 5, with: '0'}", on_text("code", lambda t: t.rjust(5, "0"))),
    "pad right": ("pad: {columns: [country], length: 7, with: 'é', side: right}", on_text("country", lambda t: t.ljust(7, "é"))),
    "split": ("split: {column: name, separator: ' ', into: [one, two, three]}", each(**{n: lambda r, i=i: None if r["name"] is None else nth(r["name"].split(" "), i) for i, n in enumerate(["one", "two", "three"])})),
    "split special": ("split: {column: name, separator: '\\', into: [one, two], drop: true}", lambda rows: [{k: v for k, v in r.items() if k != "name"} | {n: None if r["name"] is None else nth(r["name"].split("\\"), i) for i, n in enumerate(["one", "two"])} for r in rows]),
    "split_to_rows": ("split_to_rows: {column: tags, separator: ';'}", split_rows),
    "merge": ("merge: {columns: [name, qty, code], separator: ' | ', into: all}", each(all=lambda r: " | ".join(str(r[c]) for c in ("name", "qty", "code") if r[c] is not None))),
    "parse_date": ("parse_date: {columns: [date_text], format: '%d/%m/%Y %H:%M', on_error: 'null', into: parsed}", each(parsed=lambda r: parse_date(r["date_text"]))),
    "parse_date day": ("parse_date: {columns: [date_text], format: '%d/%m/%Y %H:%M', type: DATE, on_error: 'null'}", each(date_text=lambda r: (p := parse_date(r["date_text"])) and p.date())),
    "format_date": ("format_date: {columns: [at], format: 'on %d.%m.%y at %H:%M (%b)', into: text}", each(text=lambda r: r["at"] and r["at"].strftime("on %d.%m.%y at %H:%M (%b)"))),
    **{f"truncate_date {unit}": (f"truncate_date: {{columns: [at], unit: {unit}}}", each(at=lambda r, unit=unit: r["at"] and truncate(unit)(r["at"]))) for unit in ["year", "quarter", "month", "week", "day", "hour", "minute"]},
    "truncate_date date": ("truncate_date: {columns: [day], unit: month}", each(day=lambda r: r["day"] and r["day"].replace(day=1))),
    "convert_time_zone": ("convert_time_zone: {columns: [at], to: Europe/London}", each(at=lambda r: r["at"] and to_zone(r["at"]))),
    "date_parts": (f"date_parts: {{column: at, parts: {PARTS}, prefix: p_}}", each(**{"p_" + p: lambda r, p=p: None if r["at"] is None else days(p)(r["at"]) for p in PARTS})),
    "date_parts date": ("date_parts: {column: day, parts: [week, hour, weekday]}", each(**{"day_" + p: lambda r, p=p: None if r["day"] is None else days(p)(datetime.datetime.combine(r["day"], datetime.time())) for p in ["week", "hour", "weekday"]})),
    "date_difference": ("date_difference: {from: day, to: at, unit: hour, into: hours}", each(hours=whole_hours)),
    "shift_date": ("shift_date: {columns: [day], amount: 1, unit: month}", each(day=lambda r: r["day"] and months_later(r["day"], 1))),
    "shift_date back": ("shift_date: {columns: [at], amount: -90, unit: minute, into: before}", each(before=lambda r: r["at"] and r["at"] - datetime.timedelta(minutes=90))),
    "round": ("round: {columns: [price], digits: 1}", each(price=lambda r: None if r["price"] is None else half_up(r["price"], 1))),
    "round down": ("round: {columns: [price, weight], mode: down}", each(price=lambda r: None if r["price"] is None else D(math.floor(r["price"])), weight=lambda r: None if r["weight"] is None else float(math.floor(r["weight"])))),
    "clip": ("clip: {columns: [qty, price], min: 0, max: 2}", each(**{c: lambda r, c=c: None if r[c] is None else min(max(r[c], 0), 2) for c in ("qty", "price")})),
    "bin edges": ("bin: {column: qty, edges: [0, 2.5], labels: [low, mid, high], into: size}", each(size=bin_edges)),
    "bin width": ("bin: {column: weight, count: 4, into: bin}", lambda rows: bin_count(rows, 4, False)),
    "bin quantile": ("bin: {column: weight, count: 3, method: quantile, into: bin}", lambda rows: bin_count(rows, 3, True)),
    "parse_number": ("parse_number: {columns: [price_text]}", each(price_text=lambda r: number_of(r["price_text"]))),
    "flag_outliers z": ("flag_outliers: {column: weight, method: z_score, threshold: 1.5}", lambda rows: [r | {"weight_outlier": bool(outlier_z(rows, r, 1.5))} for r in rows]),
    "flag_outliers drop": ("flag_outliers: {column: qty, method: iqr, action: drop}", lambda rows: [r for r in rows if not outlier_iqr(rows, r)]),
    "flag_outliers null": ("flag_outliers: {column: qty, method: iqr, action: 'null'}", lambda rows: [r | {"qty": None if outlier_iqr(rows, r) else r["qty"]} for r in rows]),
    "scale min_max": ("scale: {columns: [weight], method: min_max, into: scaled}", scale("min_max", "weight")),
    "scale z_score": ("scale: {columns: [price], method: z_score, by: [country], into: scaled}", scale("z_score", "price", ["country"])),
    "scale robust": ("scale: {columns: [qty], method: robust, into: scaled}", scale("robust", "qty")),
    "one_hot": ("one_hot: {column: country, values: [France, 日本, '']}", each(**{"country_" + v: lambda r, v=v: int(r["country"] == v) for v in ["France", "日本", ""]})),
    "one_hot read": ("one_hot: {column: qty, prefix: q, drop: true}", lambda rows: [{k: v for k, v in r.items() if k != "qty"} | {f"q{q}": int(r["qty"] == q) for q in sorted({x["qty"] for x in rows} - {None}, key=str)} for r in rows]),
    "label_encode": ("label_encode: {column: country, into: label}", lambda rows: [r | {"label": None if r["country"] is None else categories(rows, "country").index(r["country"])} for r in rows]),
    "label_encode listed": ("label_encode: {column: country, values: [EIRE, France], into: label}", each(label=lambda r: {"EIRE": 0, "France": 1}.get(r["country"]))),
    "map_values": ("map_values: {columns: [country], mapping: {EIRE: Ireland, '': none}}", each(country=lambda r: {"EIRE": "Ireland", "": "none"}.get(r["country"], r["country"]))),
    "map_values default": ("map_values: {columns: [qty], mapping: {1: 0.5, 2: 1}, default: -1, into: m}", each(m=lambda r: {1: 0.5, 2: 1.0}.get(r["qty"], -1.0))),
    "map_values null": ("map_values: {columns: [qty], mapping: {1: one}, others: 'null', into: m}", each(m=lambda r: {1: "one"}.get(r["qty"]))),
    "group": ("group: {by: [country], aggregates: {lines: {count: '*'}, named: {count: name}, names: {count_distinct: name}, quantity: {sum: qty}, sales: {sum: price}, price: {mean: price}, "
              "middle: {median: weight}, first: {min: at}, last: {max: name}, spread: {stddev: weight}, sold: {count: '*', where: qty > 0}}}", group),
    "group all": ("group: {aggregates: {n: {count: '*'}}}", lambda rows: [{"n": len(rows)}]),
    "window rank": ("window: {function: rank, by: [country], order_by: [qty], into: w}", window(["country"], TIES, rank)),
    "window dense_rank": ("window: {function: dense_rank, by: [country], order_by: [qty], into: w}", window(["country"], TIES, functools.partial(rank, dense=True))),
    "window percent_rank": ("window: {function: percent_rank, by: [country], order_by: [qty], into: w}", window(["country"], TIES, lambda s, i, r: (rank(s, i, r) - 1) / (len(s) - 1) if len(s) > 1 else 0.0)),
    "window row_number": ("window: {function: row_number, by: [country], order_by: [{qty: desc}], into: w}", window(["country"], [("qty", True)], lambda s, i, r: i + 1)),
    "window ntile": ("window: {function: ntile, count: 4, order_by: [qty], into: w}", window([], TIES, lambda s, i, r: ntile(len(s), 4, i))),
    "window lag": ("window: {function: lag, column: price, by: [flag], order_by: [at], into: w}", window(["flag"], [("at", False)], lambda s, i, r: s[i - 1]["price"] if i else None)),
    "window lead": ("window: {function: lead, column: qty, offset: 2, default: 0, order_by: [at], into: w}", window([], [("at", False)], lambda s, i, r: s[i + 2]["qty"] if i + 2 < len(s) else 0)),
    "window first": ("window: {function: first, column: name, by: [country], order_by: [at], into: w}", window(["country"], [("at", False)], lambda s, i, r: s[0]["name"])),
    "window last": ("window: {function: last, column: name, by: [country], order_by: [at], into: w}", window(["country"], [("at", False)], lambda s, i, r: s[-1]["name"])),
    "window running_sum": ("window: {function: running_sum, column: price, by: [country], order_by: [at], into: w}", window(["country"], [("at", False)], lambda s, i, r: total(known(s[: i + 1], "price")))),
    "window running_mean": ("window: {function: running_mean, column: qty, order_by: [at], into: w}", window([], [("at", False)], lambda s, i, r: mean(known(s[: i + 1], "qty")))),
    "window running_count": ("window: {function: running_count, column: qty, order_by: [at], into: w}", window([], [("at", False)], lambda s, i, r: len(known(s[: i + 1], "qty")))),
    "window running_min": ("window: {function: running_min, column: name, order_by: [at], into: w}", window([], [("at", False)], lambda s, i, r: min(known(s[: i + 1], "name"), default=None))),
    "window running_max": ("window: {function: running_max, column: day, order_by: [at], into: w}", window([], [("at", False)], lambda s, i, r: max(known(s[: i + 1], "day"), default=None))),
    "window moving_sum": ("window: {function: moving_sum, column: qty, rows: 3, order_by: [at], into: w}", window([], [("at", False)], lambda s, i, r: total(known(s[max(i - 2, 0) : i + 1], "qty")))),
    "window moving_mean": ("window: {function: moving_mean, column: qty, rows: 4, order_by: [at], into: w}", window([], [("at", False)], lambda s, i, r: mean(known(s[max(i - 3, 0) : i + 1], "qty")))),
    "window sum": ("window: {function: sum, column: qty, by: [country], into: w}", window(["country"], [], lambda s, i, r: total(known(s, "qty")))),
    "window mean": ("window: {function: mean, column: weight, by: [country], into: w}", window(["country"], [], lambda s, i, r: mean(known(s, "weight")))),
    "window count": ("window: {function: count, by: [country], into: w}", window(["country"], [], lambda s, i, r: len(s))),
    "window share": ("window: {function: share, column: qty, by: [country], into: w}", window(["country"], [], lambda s, i, r: None if r["qty"] is None or not total(known(s, "qty")) else r["qty"] / total(known(s, "qty")))),
    "pivot": ("pivot: {by: [flag], column: country, value: qty, values: [France, 日本], prefix: q_}", pivot),
    "pivot read": ("pivot: {by: [code], column: qty, function: count}", pivot_read),
    "unpivot": ("keep: {columns: [id, name, code]}\n  - unpivot: {columns: [name, code], name_into: which, value_into: text}", unpivot),
    "unpivot known": ("keep: {columns: [id, name, code]}\n  - unpivot: {columns: [name, code], name_into: which, value_into: text, drop_nulls: true}", lambda rows: [r for r in unpivot(rows) if r["text"] is not None]),
    **{f"join {how}": (f"join: {{with: partners, on: [country], how: {how}, columns: [zone, qty]}}", join(how)) for how in ["inner", "left", "right", "full"]},
    "join semi": ("join: {with: partners, on: {country: country}, how: semi}", lambda rows: [r for r in rows if has_partner(r)]),
    "join anti": ("join: {with: raw.partners, on: {country: country}, how: anti}", lambda rows: [r for r in rows if not has_partner(r)]),
    "union": ("keep: {columns: [country, qty, id]}\n  - union: {with: partners}", lambda rows: keep("country", "qty", "id")(rows) + [{"country": p["country"], "qty": p["qty"], "id": None} for p in PARTNERS]),
    "union distinct": ("keep: {columns: [country, qty]}\n  - union: {with: [partners], distinct: true}", lambda rows: distinct(keep("country", "qty")(rows) + keep("country", "qty")(PARTNERS))),
    "flatten_json": ("flatten_json: {column: js, fields: {b: a.b, ten: 'a.c[0]', d: {path: 'a.c[1].d'}, n: n, number: {path: a.b, type: INTEGER}, whole: a}}", each(
        b=lambda r: at_path(r["js"], "a", "b"), ten=lambda r: at_path(r["js"], "a", "c", 0), d=lambda r: at_path(r["js"], "a", "c", 1, "d"), n=lambda r: at_path(r["js"], "n"),
        number=lambda r: integer_of(at_path(r["js"], "a", "b")), whole=lambda r: at_path(r["js"], "a"))),
    "json_to_rows": ("json_to_rows: {column: js, into: item}", json_rows),
    "mask": ("mask: {columns: [name]}", on_text("name", lambda t: mask(t, 0, 0))),
    "mask ends": ("mask: {columns: [name], keep_first: 1, keep_last: 2, with: '#'}", on_text("name", lambda t: mask(t, 1, 2).replace("*", "#"))),
    "hash": ("hash: {columns: [name, id], salt: s4lt}", each(name=lambda r: sha(r["name"], "s4lt"), id=lambda r: sha(r["id"], "s4lt"))),
    "hash short": ("hash: {columns: [country], length: 12, into: h}", each(h=lambda r: (s := sha(r["country"])) and s[:12])),
}
