"""What every saved query must answer, computed with pandas from the input file: no SQL, no floats in sums.

Money is summed as whole ten-thousandths, the scale of the contract's prices, and leaves as Decimal.
A product is its stock code; lines count as clean when they name a customer, a date and a description.
"""

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


def read_lines(path, encoding):
    lines = pandas.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    lines.columns = ["invoice", "stock", "description", "quantity", "at", "price", "customer", "country"]
    lines["quantity"] = lines["quantity"].astype("int64")
    lines["at"] = pandas.to_datetime(lines["at"], format="%m/%d/%Y %H:%M")
    lines["amount"] = lines["quantity"] * lines["price"].map({p: units(p) for p in lines["price"].unique()})
    return lines


def clean_of(lines):
    kept = lines[(lines["customer"].str.strip() != "") & (lines["description"].str.strip() != "")].copy()
    kept["country"] = kept["country"].str.strip().str.lower()
    kept["hour"] = kept["at"].dt.floor("h").dt.strftime("%Y-%m-%dT%H:00:00")
    kept["day"] = kept["at"].dt.strftime("%Y-%m-%d")
    kept["month"] = kept["at"].dt.strftime("%Y-%m-01")
    kept["year"] = kept["at"].dt.strftime("%Y-01-01")
    return kept


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S")


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


def average_sales(lines, clean):
    rows = []
    for grain in ["hour", "day", "month", "year"]:
        periods = clean[grain].nunique()
        rows.append([grain, average(clean["amount"].sum(), periods), periods])
    return rows


def average_by(period, number):
    """Mean over the periods with at least one line, for each number that a period has."""

    def answer(lines, clean):
        sums = clean.groupby(period)["amount"].sum()
        numbers = [number(pandas.Timestamp(p)) for p in sums.index]
        grouped = pandas.DataFrame({"number": numbers, "amount": sums.values}).groupby("number")["amount"]
        return [[n, average(g.sum(), len(g)), len(g)] for n, g in grouped]

    return answer


def most_sold(period):
    def answer(lines, clean):
        names = names_of(clean)
        sold = clean.groupby([period, "stock"]).agg(quantity=("quantity", "sum"), amount=("amount", "sum")).reset_index()
        best = sold.sort_values([period, "quantity", "stock"], ascending=[True, False, True]).drop_duplicates(period)
        return [[b[period], b["stock"], names[b["stock"]], b["quantity"], money(b["amount"])] for b in best.to_dict("records")]

    return answer


def popular_products(lines, clean):
    names = names_of(clean)
    sold = clean.groupby("stock").agg(quantity=("quantity", "sum"), amount=("amount", "sum"), invoices=("invoice", "nunique")).reset_index()
    best = sold.sort_values(["quantity", "stock"], ascending=[False, True]).head(20)
    return [[b["stock"], names[b["stock"]], b["quantity"], money(b["amount"]), b["invoices"]] for b in best.to_dict("records")]


def sales_by_country(lines, clean):
    rows = [
        [country, len(g), g["invoice"].nunique(), g["customer"].nunique(), int(g["quantity"].sum()), money(g["amount"].sum())]
        for country, g in clean.groupby("country")
    ]
    return sorted(rows, key=lambda row: (-row[5], row[0]))


def customers(clean):
    return clean.groupby("customer").agg(
        amount=("amount", "sum"), invoices=("invoice", "nunique"), lines=("invoice", "size"), quantity=("quantity", "sum"),
        first=("at", "min"), last=("at", "max"), products=("stock", "nunique"),
    ).reset_index().sort_values(["amount", "customer"], ascending=[False, True]).to_dict("records")


def top_customers(lines, clean):
    return [[c["customer"], money(c["amount"]), c["invoices"], c["lines"], iso(c["first"]), iso(c["last"])] for c in customers(clean)[:20]]


def customer_insights(lines, clean):
    return [
        [c["customer"], money(c["amount"]), c["invoices"], c["quantity"] / c["lines"], iso(c["first"]), iso(c["last"]), c["products"]]
        for c in customers(clean)
    ]


def highest_invoices(lines, clean):
    """From all lines: an invoice needs no customer."""
    rows = lines.groupby("invoice").agg(
        at=("at", "min"), customer=("customer", "max"), country=("country", "max"), lines=("stock", "size"),
        quantity=("quantity", "sum"), amount=("amount", "sum"),
    ).reset_index().sort_values(["amount", "invoice"], ascending=[False, True]).head(20).to_dict("records")
    return [[r["invoice"], iso(r["at"]), r["customer"] or None, r["country"], r["lines"], r["quantity"], money(r["amount"])] for r in rows]


ANSWERS = {
    "hourly_sales": sales(["hour"]),
    "daily_sales": sales(["day", "country"]),
    "monthly_sales": sales(["month"]),
    "yearly_sales": sales(["year"]),
    "average_sales": average_sales,
    "average_sales_by_hour_of_day": average_by("hour", lambda time: time.hour),
    "average_sales_by_weekday": average_by("day", lambda time: time.isoweekday()),
    "most_sold_by_hour": most_sold("hour"),
    "most_sold_by_day": most_sold("day"),
    "most_sold_by_month": most_sold("month"),
    "most_sold_by_year": most_sold("year"),
    "popular_products": popular_products,
    "sales_by_country": sales_by_country,
    "top_customers": top_customers,
    "customer_insights": customer_insights,
    "highest_invoices": highest_invoices,
}
