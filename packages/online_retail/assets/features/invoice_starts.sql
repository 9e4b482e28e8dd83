/* asset:
  description: >-
    What is known of an invoice when its third line has been written, and whether it came to 1,000 pounds or more in the end. Of the
    invoice itself there are its first three lines, its hour and day, and its customer; everything else is of earlier invoices of the customer.
    Neither the total nor the number of lines is among it, and no later line's amount moves it; customer, country and date are the invoice's. Invoices with fewer lines are over before
    anything is asked.
  layer: mart
  grain: one row for each invoice of three lines or more
  on_request: true
  columns:
    high_value: 1 when the invoice came to 1,000 pounds or more; what is to be predicted.
    hour: Of the first line.
    weekday: 1 is Monday.
    in_home_country: 1 for the United Kingdom.
    first_amount: Of the first three lines, in pounds.
    first_quantity: Their pieces.
    first_most: The largest amount among them.
    first_price: Their highest unit price.
    earlier_invoices: Invoices of the customer before this one.
    earlier_high_value: Of these, how many came to 1,000 pounds or more.
    earlier_mean: Their mean total in pounds; null for the first.
    earlier_most: Their highest total.
    last_total: That of the one before.
    days_since_last: Whole days since that; null for the first.
  checks:
    - unique: invoice_no
    - not_null: [invoice_no, invoice_date, high_value, first_amount, earlier_invoices]
    - accepted_values: {column: high_value, values: [0, 1]}
*/
WITH written AS (
  SELECT invoice_no, invoice_date, quantity, unit_price,
         quantity * CAST(unit_price AS DECIMAL(22,4)) AS amount,
         row_number() OVER (PARTITION BY invoice_no
           ORDER BY _received_at NULLS LAST, _import NULLS FIRST, _row NULLS FIRST, _partition NULLS FIRST, _offset NULLS FIRST, stock_code) AS place
  FROM raw.online_retail
),
first_lines AS (
  SELECT invoice_no,
         min(invoice_date) AS begun,
         sum(amount) AS first_amount,
         sum(quantity) AS first_quantity,
         max(amount) AS first_most,
         max(unit_price) AS first_price
  FROM written
  WHERE place <= 3
  GROUP BY invoice_no
  HAVING count(*) = 3
),
placed AS (
  SELECT invoice_no, customer_id, country, invoice_date, total, high_value,
         count(*) OVER earlier AS earlier_invoices,
         sum(CASE WHEN high_value THEN 1 ELSE 0 END) OVER earlier AS earlier_high_value,
         avg(CAST(total AS DOUBLE)) OVER earlier AS earlier_mean,
         max(total) OVER earlier AS earlier_most,
         lag(total) OVER (PARTITION BY customer_id ORDER BY invoice_date, invoice_no) AS last_total,
         lag(invoice_date) OVER (PARTITION BY customer_id ORDER BY invoice_date, invoice_no) AS last_date
  FROM invoice_values
  WINDOW earlier AS (PARTITION BY customer_id ORDER BY invoice_date, invoice_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT p.invoice_no,
       p.customer_id,
       p.invoice_date,
       CASE WHEN p.high_value THEN 1 ELSE 0 END AS high_value,
       CAST(EXTRACT(HOUR FROM f.begun) AS INTEGER) AS hour,
       CAST((unix_date(CAST(f.begun AS DATE)) % 7 + 10) % 7 + 1 AS INTEGER) AS weekday,
       CASE WHEN p.country = 'united kingdom' THEN 1 ELSE 0 END AS in_home_country,
       CAST(f.first_amount AS DOUBLE) AS first_amount,
       f.first_quantity,
       CAST(f.first_most AS DOUBLE) AS first_most,
       CAST(f.first_price AS DOUBLE) AS first_price,
       p.earlier_invoices,
       coalesce(p.earlier_high_value, 0) AS earlier_high_value,
       p.earlier_mean,
       CAST(p.earlier_most AS DOUBLE) AS earlier_most,
       CAST(p.last_total AS DOUBLE) AS last_total,
       CAST(unix_date(CAST(p.invoice_date AS DATE)) - unix_date(CAST(p.last_date AS DATE)) AS INTEGER) AS days_since_last
FROM placed p
JOIN first_lines f ON f.invoice_no = p.invoice_no
ORDER BY p.invoice_no
