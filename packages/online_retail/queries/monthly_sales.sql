/* Sales of each month; period is its first day. Net of cancellations; lines without customer or
   description are left out. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
)
SELECT CAST(date_trunc('month', invoice_date) AS DATE) AS period,
       count(*) AS lines,
       count(DISTINCT invoice_no) AS invoices,
       sum(quantity) AS quantity,
       sum(amount) AS sales,
       coalesce(sum(amount) FILTER (WHERE invoice_no NOT LIKE 'C%' AND invoice_no NOT LIKE 'A%'), 0) AS gross_sales,
       coalesce(sum(amount) FILTER (WHERE invoice_no LIKE 'C%'), 0) AS cancelled_sales,
       CAST(sum(amount) AS DOUBLE) / nullif(count(DISTINCT invoice_no), 0) AS avg_per_invoice,
       CAST(sum(amount) AS DOUBLE) / nullif(count(*), 0) AS avg_per_line
FROM clean
GROUP BY CAST(date_trunc('month', invoice_date) AS DATE)
ORDER BY period
