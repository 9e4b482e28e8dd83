/* What an hour of the day brings on average, over the days on which it has at least one line. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
),
hours AS (
  SELECT date_trunc('hour', invoice_date) AS period, sum(amount) AS sales
  FROM clean
  GROUP BY date_trunc('hour', invoice_date)
)
SELECT EXTRACT(HOUR FROM period) AS hour_of_day,
       CAST(sum(sales) AS DOUBLE) / nullif(count(*), 0) AS avg_sales,
       count(*) AS periods
FROM hours
GROUP BY EXTRACT(HOUR FROM period)
ORDER BY hour_of_day
