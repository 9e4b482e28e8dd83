/* Average sales of an hour, a day, a month and a year: the mean over the periods that have at
   least one line. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
),
periods AS (
  SELECT 'hour' AS grain, 1 AS grain_order, sum(amount) AS sales FROM clean GROUP BY date_trunc('hour', invoice_date)
  UNION ALL
  SELECT 'day' AS grain, 2 AS grain_order, sum(amount) AS sales FROM clean GROUP BY CAST(invoice_date AS DATE)
  UNION ALL
  SELECT 'month' AS grain, 3 AS grain_order, sum(amount) AS sales FROM clean GROUP BY CAST(date_trunc('month', invoice_date) AS DATE)
  UNION ALL
  SELECT 'year' AS grain, 4 AS grain_order, sum(amount) AS sales FROM clean GROUP BY CAST(date_trunc('year', invoice_date) AS DATE)
)
SELECT grain, CAST(sum(sales) AS DOUBLE) / nullif(count(*), 0) AS avg_sales, count(*) AS periods
FROM periods
GROUP BY grain, grain_order
ORDER BY grain_order
