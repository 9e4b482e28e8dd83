/* asset:
  description: >-
    What each invoice brought, hour by hour: small enough that a dashboard adds it up anew for every filter. Sums over
    it are those over all clean lines.
  grain: one row for each hour, country, customer and invoice; an invoice has one, unless it was written over two hours
  columns:
    period: The day.
    hour_of_day: 0 to 23.
    weekday: 1 is Monday.
    country: Where the customer lives.
    cancelled: The number begins with C.
    lines: Lines of the invoice.
    quantity: Pieces; negative where they came back.
    sales: Amount in pounds.
    last_line: When the last of these lines was written.
  checks:
    - unique: [period, hour_of_day, country, customer_id, invoice_no]
    - not_null: [period, hour_of_day, weekday, country, customer_id, invoice_no, sales]
*/
SELECT CAST(invoice_date AS DATE) AS period,
       CAST(EXTRACT(HOUR FROM invoice_date) AS INTEGER) AS hour_of_day,
       CAST((unix_date(CAST(invoice_date AS DATE)) % 7 + 10) % 7 + 1 AS INTEGER) AS weekday,
       country,
       customer_id,
       invoice_no,
       cancelled,
       count(*) AS lines,
       sum(quantity) AS quantity,
       sum(amount) AS sales,
       max(invoice_date) AS last_line
FROM lines
GROUP BY CAST(invoice_date AS DATE), CAST(EXTRACT(HOUR FROM invoice_date) AS INTEGER),
         CAST((unix_date(CAST(invoice_date AS DATE)) % 7 + 10) % 7 + 1 AS INTEGER), country, customer_id, invoice_no, cancelled
ORDER BY period, hour_of_day, country, customer_id, invoice_no
