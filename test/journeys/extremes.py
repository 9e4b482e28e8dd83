"""Order lines at the edge of what the contract of online_retail takes: every sum over them must still be right."""

import csv

QUANTITY_MAX, QUANTITY_MIN = 2**31 - 1, -(2**31)
PRICE_MAX, PRICE_MIN, PRICE_LEAST = "99999999.9999", "-99999999.9999", "0.0001"
FIRST, LAST = "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"
NAMES = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]


def lines():
    """Records as texts. Invoices 1 to 4 have the four corners; C and A of them too; one has texts as long as they may be."""
    made = []

    def add(invoice, quantity, price, stock="S", description="thing", at="2010-12-01 08:26:00", customer="7", country="France"):
        made.append(dict(zip(NAMES, [invoice, stock, description, str(quantity), at, price, customer, country])))

    corners = [(quantity, price) for quantity in (QUANTITY_MAX, QUANTITY_MIN) for price in (PRICE_MAX, PRICE_MIN)]
    for number, (quantity, price) in enumerate(corners, 1):
        for invoice in (str(number), f"C{number}", f"A{number}"):
            for repeat in range(1 + 40 * (number == 1)):  # what is largest comes often
                add(invoice, quantity, price, stock=f"S{repeat % 13}")
    for quantity in (0, 1, -1):
        for price in ("0", PRICE_LEAST, "-" + PRICE_LEAST):
            add("5", quantity, price, customer="0")
    for at in (FIRST, LAST, "2000-02-29 23:59:59", "1900-03-01 00:00:00"):
        add("6", QUANTITY_MAX, PRICE_MAX, at=at)
    add("😀" * 64, QUANTITY_MAX, PRICE_MAX, stock="é" * 64, description="漢" * 1000, customer=str(2**63 - 1), country="国" * 100)
    for number, country in enumerate(["..", "a/b%2F\\..'=c", "two\nlines", "__HIVE_DEFAULT_PARTITION__", " Blanks  ", "NULL"]):
        add(f"7{number}", 1, PRICE_MAX, description="'; \"--" + country, country=country)
    add("8", QUANTITY_MAX, PRICE_MAX, customer="")  # these two are not clean
    add("9", QUANTITY_MIN, PRICE_MAX, description="")
    return made


def write_csv(path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, NAMES)
        writer.writeheader()
        writer.writerows(lines())
    return path
