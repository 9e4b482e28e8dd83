/* asset:
  description: >-
    What is known of an invoice when its third line has been written, and whether it came to 1,000 pounds or more in the end. Of the
    invoice itself there are its first three lines alone: customer, country and date are theirs too. Everything else is of the customer's invoices whose last
    line was written before this one was begun. Nothing that a later line says moves any of it. Invoices with fewer lines are over before
    anything is asked.
  layer: mart
  grain: one row for each invoice of three lines or more
  on_request: true
  columns:
    customer_id: As the first three lines name him; null where they name nobody.
    invoice_date: When the first of these lines was written.
    high_value: 1 when the invoice came to 1,000 pounds or more; what is to be predicted.
    hour: Of that date.
    weekday: 1 is Monday.
    in_home_country: 1 for the United Kingdom.
    first_amount: Of the first three lines, in pounds.
    first_quantity: Their pieces.
    first_most: The largest amount among them.
    first_price: Their highest unit price.
    earlier_invoices: Invoices of the customer that were over before this one was begun.
    earlier_high_value: Of these, how many came to 1,000 pounds or more.
    earlier_mean: Their mean total in pounds; null for the first.
    earlier_most: Their highest total.
    last_total: That of the last of them.
    days_since_last: Whole days since that was over; null for the first.
  checks:
    - unique: invoice_no
    - not_null: [invoice_no, invoice_date, high_value, first_amount, earlier_invoices]
    - accepted_values: {column: high_value, values: [0, 1]}
*/
WITH written AS (
  SELECT invoice_no, customer_id, country, invoice_date, quantity, unit_price,
         quantity * CAST(unit_price AS DECIMAL(22,4)) AS amount,
         row_number() OVER (PARTITION BY invoice_no
           ORDER BY _received_at NULLS LAST, _import NULLS FIRST, _row NULLS FIRST, _partition NULLS FIRST, _offset NULLS FIRST, stock_code) AS place
  FROM raw.online_retail
),
first_lines AS (
  SELECT invoice_no,
         max(customer_id) AS customer_id,
         max(lower(trim(BOTH concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160)) FROM country))) AS country,
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
ended AS (
  SELECT invoice_no, max(invoice_date) AS ended
  FROM written
  GROUP BY invoice_no
),
over_by_then AS (
  SELECT v.customer_id, v.invoice_no, v.total, e.ended,
         count(*) OVER so_far AS nth,
         sum(CASE WHEN v.high_value THEN 1 ELSE 0 END) OVER so_far AS high_values,
         sum(v.total) OVER so_far AS total_sum,
         max(v.total) OVER so_far AS most
  FROM invoice_values v
  JOIN ended e ON e.invoice_no = v.invoice_no
  WINDOW so_far AS (PARTITION BY v.customer_id ORDER BY e.ended, v.invoice_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
-- Begins and ends of a customer's invoices in their order; what ends in the moment of a begin is not over by then.
moments AS (
  SELECT customer_id, invoice_no, begun AS happened, 0 AS is_end
  FROM first_lines
  WHERE customer_id IS NOT NULL
  UNION ALL
  SELECT customer_id, invoice_no, ended AS happened, 1 AS is_end
  FROM over_by_then
),
counted AS (
  SELECT customer_id, invoice_no, is_end,
         sum(is_end) OVER (PARTITION BY customer_id ORDER BY happened, is_end, invoice_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS earlier
  FROM moments
)
SELECT f.invoice_no,
       f.customer_id,
       f.begun AS invoice_date,
       CASE WHEN v.high_value THEN 1 ELSE 0 END AS high_value,
       CAST(EXTRACT(HOUR FROM f.begun) AS INTEGER) AS hour,
       CAST((unix_date(CAST(f.begun AS DATE)) % 7 + 10) % 7 + 1 AS INTEGER) AS weekday,
       CASE WHEN f.country = 'united kingdom' THEN 1 ELSE 0 END AS in_home_country,
       CAST(f.first_amount AS DOUBLE) AS first_amount,
       f.first_quantity,
       CAST(f.first_most AS DOUBLE) AS first_most,
       CAST(f.first_price AS DOUBLE) AS first_price,
       CAST(coalesce(p.nth, 0) AS BIGINT) AS earlier_invoices,
       CAST(coalesce(p.high_values, 0) AS BIGINT) AS earlier_high_value,
       CAST(p.total_sum AS DOUBLE) / nullif(CAST(p.nth AS DOUBLE), 0) AS earlier_mean,
       CAST(p.most AS DOUBLE) AS earlier_most,
       CAST(p.total AS DOUBLE) AS last_total,
       CAST(unix_date(CAST(f.begun AS DATE)) - unix_date(CAST(p.ended AS DATE)) AS INTEGER) AS days_since_last
FROM first_lines f
JOIN invoice_values v ON v.invoice_no = f.invoice_no
LEFT JOIN counted c ON c.invoice_no = f.invoice_no AND c.customer_id = f.customer_id AND c.is_end = 0
LEFT JOIN over_by_then p ON p.customer_id = c.customer_id AND p.nth = c.earlier
ORDER BY f.invoice_no
