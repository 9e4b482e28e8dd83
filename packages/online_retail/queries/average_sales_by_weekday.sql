/* What a weekday brings on average, over the days with at least one line; 1 is Monday. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
),
days AS (
  SELECT CAST(invoice_date AS DATE) AS day, CAST(date_trunc('week', invoice_date) AS DATE) AS week, sum(amount) AS sales
  FROM clean
  GROUP BY CAST(invoice_date AS DATE), CAST(date_trunc('week', invoice_date) AS DATE)
),
numbered AS (
  SELECT sales,
         CASE day
              WHEN CAST(week + INTERVAL 0 DAY AS DATE) THEN 1
              WHEN CAST(week + INTERVAL 1 DAY AS DATE) THEN 2
              WHEN CAST(week + INTERVAL 2 DAY AS DATE) THEN 3
              WHEN CAST(week + INTERVAL 3 DAY AS DATE) THEN 4
              WHEN CAST(week + INTERVAL 4 DAY AS DATE) THEN 5
              WHEN CAST(week + INTERVAL 5 DAY AS DATE) THEN 6
              WHEN CAST(week + INTERVAL 6 DAY AS DATE) THEN 7
         END AS weekday
  FROM days
)
SELECT weekday, CAST(sum(sales) AS DOUBLE) / nullif(count(*), 0) AS avg_sales, count(*) AS periods
FROM numbered
GROUP BY weekday
ORDER BY weekday
