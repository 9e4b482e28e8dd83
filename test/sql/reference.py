"""What every mart and every saved query must hold, computed with pandas from the input file: no SQL, no floats in sums.

Money is summed as whole ten-thousandths, the scale of the contract's prices, and leaves as Decimal.
A product is its stock code; lines count as clean when they name a customer, a date and a description.
"""

import collections
import datetime
import decimal

import pandas

SCALE = 4


def units(price):
    """'2.55' → 25500; a price with more than four places would not fit the contract."""
    scaled = decimal.Decimal(price).scaleb(SCALE)
    assert scaled == int(scaled), price
    return int(scaled)


def money(amount):
    return decimal.Decimal(int(amount)).scaleb(-SCALE)


def average(amount, count):
    """As SQL says it: the exact sum becomes a double, then it is divided."""
    return float(money(amount)) / int(count)


def iso(text):
    """'12/1/2010 8:26' or '2010-12-01 08:26:00' → '2010-12-01T08:26:00'; such texts sort as their times do."""
    read = datetime.datetime.strptime(text, "%m/%d/%Y %H:%M") if "/" in text else datetime.datetime.fromisoformat(text)
    return read.isoformat()


def amounts_of(lines):
    """Whole numbers of any size: 64 bits where all sums fit, else Python's own, which are slower."""
    scale = {price: units(price) for price in lines["price"].unique()}
    amounts = [int(quantity) * scale[price] for quantity, price in zip(lines["quantity"], lines["price"])]
    fits = max(map(abs, amounts)) * len(amounts) < 2**63
    return pandas.Series(amounts, index=lines.index, dtype="int64" if fits else "object")


def read_lines(path, encoding):
    lines = pandas.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    lines.columns = ["invoice", "stock", "description", "quantity", "at", "price", "customer", "country"]
    lines["quantity"] = lines["quantity"].astype("int64")
    lines["at"] = lines["at"].map({text: iso(text) for text in lines["at"].unique()})
    lines["amount"] = amounts_of(lines)
    return lines


def clean_of(lines):
    kept = lines[(lines["customer"].str.strip() != "") & (lines["description"].str.strip() != "")].copy()
    kept["country"] = kept["country"].str.strip().str.lower()
    kept["hour"] = kept["at"].str[:13] + ":00:00"
    kept["day"] = kept["at"].str[:10]
    kept["month"] = kept["at"].str[:7] + "-01"
    kept["year"] = kept["at"].str[:4] + "-01-01"
    return kept


def names_of(clean):
    """The description that a stock code has most often, then the first by alphabet."""
    counted = clean.groupby(["stock", "description"]).size().reset_index(name="n")
    counted = counted.sort_values(["stock", "n", "description"], ascending=[True, False, True])
    return counted.drop_duplicates("stock").set_index("stock")["description"]


def sales(keys):
    def answer(lines, clean):
        rows = []
        for key, group in clean.groupby(keys):
            amount, count, invoices = group["amount"].sum(), len(group), group["invoice"].nunique()
            adjusted = group["invoice"].str.startswith(("C", "A"))
            cancelled = group["invoice"].str.startswith("C")
            rows.append([
                *key, count, invoices, int(group["quantity"].sum()), money(amount), money(group["amount"][~adjusted].sum()),
                money(group["amount"][cancelled].sum()), average(amount, invoices), average(amount, count),
            ])
        return sorted(rows, key=lambda row: row[: len(keys)])

    return answer


GRAINS = ["hour", "day", "month", "year"]


def averages(clean, period, number):
    """(number, mean, periods): the mean over the periods with at least one line, for each number that a period has."""
    sums = clean.groupby(period)["amount"].sum()
    numbers = [number(datetime.datetime.fromisoformat(p)) for p in sums.index]
    grouped = pandas.DataFrame({"number": numbers, "amount": sums.values}).groupby("number")["amount"]
    return [(n, average(g.sum(), len(g)), len(g)) for n, g in grouped]


def average_sales(lines, clean):
    rows = [[grain, average(clean["amount"].sum(), clean[grain].nunique()), clean[grain].nunique(), None] for grain in GRAINS]
    rows += [["hour_of_day", mean, periods, hour] for hour, mean, periods in averages(clean, "hour", lambda time: time.hour)]
    rows += [["weekday", mean, periods, day] for day, mean, periods in averages(clean, "day", lambda time: time.isoweekday())]
    return rows


def ranked(clean, period):
    """Products of each period, those of which most pieces were sold first, equals by their code."""
    sold = clean.groupby([period, "stock"]).agg(quantity=("quantity", "sum"), amount=("amount", "sum")).reset_index()
    sold = sold.sort_values([period, "quantity", "stock"], ascending=[True, False, True])
    sold["rank"] = sold.groupby(period).cumcount() + 1
    return sold


def top_products_by_period(lines, clean):
    names = names_of(clean)
    return [
        [grain, s[grain] if grain == "hour" else s[grain] + "T00:00:00", s["rank"], s["stock"], names[s["stock"]], s["quantity"], money(s["amount"])]
        for grain in GRAINS
        for s in ranked(clean, grain).query("rank <= 10").to_dict("records")
    ]


def popular_products(lines, clean):
    names = names_of(clean)
    sold = clean.groupby("stock").agg(
        quantity=("quantity", "sum"), amount=("amount", "sum"), invoices=("invoice", "nunique"), customers=("customer", "nunique"),
    ).reset_index().sort_values(["quantity", "stock"], ascending=[False, True])
    return [[s["stock"], names[s["stock"]], s["quantity"], money(s["amount"]), s["invoices"], s["customers"]] for s in sold.to_dict("records")]


def sales_by_country(lines, clean):
    rows = [
        [country, len(g), g["invoice"].nunique(), g["customer"].nunique(), int(g["quantity"].sum()), money(g["amount"].sum())]
        for country, g in clean.groupby("country")
    ]
    return sorted(rows, key=lambda row: (-row[5], row[0]))


def top_customers(lines, clean):
    found = clean.groupby("customer").agg(
        amount=("amount", "sum"), invoices=("invoice", "nunique"), lines=("invoice", "size"), quantity=("quantity", "sum"),
        first=("at", "min"), last=("at", "max"), products=("stock", "nunique"),
    ).reset_index().sort_values(["amount", "customer"], ascending=[False, True])
    return [
        [c["customer"], money(c["amount"]), c["invoices"], c["lines"], c["quantity"] / c["lines"], c["products"], c["first"], c["last"]]
        for c in found.to_dict("records")
    ]


def customer_features(lines, clean):
    """A9. Whole days are between moments, not between dates."""
    end = datetime.datetime.fromisoformat(clean["at"].max())
    found = clean.groupby("customer").agg(
        amount=("amount", "sum"), orders=("invoice", "nunique"), lines=("invoice", "size"), quantity=("quantity", "sum"), last=("at", "max"),
    ).reset_index()
    return [
        [c["customer"], money(c["amount"]), c["orders"], c["quantity"] / c["lines"], (end - datetime.datetime.fromisoformat(c["last"])).days + 1]
        for c in found.to_dict("records")
    ]


def fifths(values, best_is_high):
    """1 to 5: how many fifths of all others are worse."""
    worse = values.rank(method="min", ascending=best_is_high) - 1
    return [int(5 * int(n) // len(values)) + 1 for n in worse]


def rfm_group(r, f, m, orders):
    if min(r, f, m) >= 4:
        return "champion"
    if r >= 3 and f >= 4:
        return "loyal"
    if r >= 4:
        return "new" if orders == 1 else "promising" if f >= 2 else "regular"
    if r <= 2:
        return "at risk" if f >= 3 or m >= 4 else "dormant"
    return "regular"


def customer_rfm(lines, clean):
    rows = customer_features(lines, clean)
    columns = [pandas.Series([row[c] for row in rows]) for c in (4, 2, 1)]
    scores = zip(fifths(columns[0], False), fifths(columns[1], True), fifths(columns[2].map(lambda amount: int(amount.scaleb(SCALE))), True))
    return [
        [row[0], row[4], row[2], row[1], r, f, m, f"{r}{f}{m}", rfm_group(r, f, m, row[2]), row[3]] for row, (r, f, m) in zip(rows, scores)
    ]


def highest_invoices(lines, clean):
    """From all lines: an invoice needs no customer."""
    rows = lines.groupby("invoice").agg(
        at=("at", "min"), customer=("customer", "max"), country=("country", "max"), lines=("stock", "size"),
        quantity=("quantity", "sum"), amount=("amount", "sum"),
    ).reset_index().sort_values(["amount", "invoice"], ascending=[False, True]).to_dict("records")
    return [[r["invoice"], r["at"], r["customer"] or None, r["country"], r["lines"], r["quantity"], money(r["amount"])] for r in rows]


def invoice_values(lines, clean):
    """Neither cancellations nor corrections; much is 1,000 pounds or more."""
    bought = clean[~clean["invoice"].str.startswith(("C", "A"))]
    found = bought.groupby("invoice").agg(
        customer=("customer", "max"), country=("country", "max"), at=("at", "min"), lines=("stock", "size"), amount=("amount", "sum"),
    ).reset_index()
    high = 1000 * 10**SCALE
    return [
        [v["invoice"], v["customer"], v["country"], v["at"], v["lines"], money(v["amount"]), v["amount"] >= high] for v in found.to_dict("records")
    ]


def clean_lines(lines, clean):
    columns = ["invoice", "stock", "description", "quantity", "at", "price", "customer", "country"]
    price = {text: decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-SCALE)) for text in clean["price"].unique()}
    return [[*row[:5], price[row[5]], *row[6:]] for row in clean[columns].itertuples(index=False, name=None)]


def dropped_lines(lines, clean):
    nobody = lines["customer"].str.strip() == ""
    nothing = lines["description"].str.strip() == ""
    counts = {"no customer": int(nobody.sum()), "no description": int((nothing & ~nobody).sum())}
    return [[reason, count] for reason, count in counts.items() if count]


def product_names(lines, clean):
    return [[stock, name] for stock, name in names_of(clean).items()]


def invoice_sales(lines, clean):
    grouped = clean.assign(clock=clean["at"].str[11:13].astype("int64")).groupby(["day", "clock", "country", "customer", "invoice"])
    rows = grouped.agg(lines=("invoice", "size"), quantity=("quantity", "sum"), amount=("amount", "sum"), last=("at", "max")).reset_index()
    return [
        [
            r["day"], r["clock"], datetime.date.fromisoformat(r["day"]).isoweekday(), r["country"], r["customer"], r["invoice"],
            r["invoice"].startswith("C"), r["lines"], r["quantity"], money(r["amount"]), r["last"],
        ]
        for r in rows.to_dict("records")
    ]


def product_sales(lines, clean):
    rows = clean.groupby(["day", "country", "stock"]).agg(lines=("invoice", "size"), quantity=("quantity", "sum"), amount=("amount", "sum"))
    return [[*key, n, quantity, money(amount)] for key, n, quantity, amount in zip(rows.index, rows["lines"], rows["quantity"], rows["amount"])]


def product_countries(lines, clean):
    found = clean.groupby(["stock", "country"]).agg(quantity=("quantity", "sum"), amount=("amount", "sum")).reset_index()
    answer = []
    for stock, of in found.groupby("stock"):
        best = sorted(of.to_dict("records"), key=lambda r: (-r["amount"], r["country"]))
        answer += [[stock, place, r["country"], r["quantity"], money(r["amount"])] for place, r in enumerate(best, 1)]
    return answer


def bought_together(lines, clean):
    names = names_of(clean)
    sold = clean[~clean["invoice"].str.startswith("C") & (clean["quantity"] > 0)]
    invoices = collections.Counter()
    together = collections.defaultdict(collections.Counter)
    for products in sold.groupby("invoice")["stock"].agg(set):
        invoices.update(products)
        for one in products:
            together[one].update(products)
    answer = []
    for one, counts in together.items():
        best = sorted((-n, other) for other, n in counts.items() if n > 1 and other != one)[:10]
        answer += [[one, place, other, names[other], -n, -n / invoices[one]] for place, (n, other) in enumerate(best, 1)]
    return answer


# Every table that the package makes, with all its rows and columns.
TABLES = {
    "clean": clean_lines,
    "dropped_lines": dropped_lines,
    "product_names": product_names,
    "hourly_sales": sales(["hour"]),
    "daily_sales": sales(["day", "country"]),
    "monthly_sales": sales(["month"]),
    "yearly_sales": sales(["year"]),
    "average_sales": average_sales,
    "popular_products": popular_products,
    "top_products_by_period": top_products_by_period,
    "sales_by_country": sales_by_country,
    "top_customers": top_customers,
    "customer_features": customer_features,
    "customer_rfm": customer_rfm,
    "highest_invoices": highest_invoices,
    "invoice_values": invoice_values,
    "invoice_sales": invoice_sales,
    "product_sales": product_sales,
    "product_countries": product_countries,
    "bought_together": bought_together,
}


def part(answer, columns, first=None):
    """Some columns of the first rows."""
    return lambda lines, clean: [[row[c] for c in columns] for row in answer(lines, clean)[:first]]


def average_of_grains(lines, clean):
    return [row[:3] for row in average_sales(lines, clean)[: len(GRAINS)]]


def average_by(grain):
    return lambda lines, clean: [[value, mean, periods] for g, mean, periods, value in average_sales(lines, clean) if g == grain]


def most_sold(period):
    def answer(lines, clean):
        names = names_of(clean)
        best = ranked(clean, period).drop_duplicates(period)
        return [[b[period], b["stock"], names[b["stock"]], b["quantity"], money(b["amount"])] for b in best.to_dict("records")]

    return answer


# Every saved query, in its order.
ANSWERS = {
    "hourly_sales": sales(["hour"]),
    "daily_sales": sales(["day", "country"]),
    "monthly_sales": sales(["month"]),
    "yearly_sales": sales(["year"]),
    "average_sales": average_of_grains,
    "average_sales_by_hour_of_day": average_by("hour_of_day"),
    "average_sales_by_weekday": average_by("weekday"),
    "most_sold_by_hour": most_sold("hour"),
    "most_sold_by_day": most_sold("day"),
    "most_sold_by_month": most_sold("month"),
    "most_sold_by_year": most_sold("year"),
    "popular_products": part(popular_products, [0, 1, 2, 3, 4], first=20),
    "sales_by_country": sales_by_country,
    "top_customers": part(top_customers, [0, 1, 2, 3, 6, 7], first=20),
    "customer_insights": part(top_customers, [0, 1, 2, 4, 6, 7, 5]),
    "highest_invoices": part(highest_invoices, range(7), first=20),
}
