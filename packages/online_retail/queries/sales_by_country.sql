/* Sales, invoices and customers of each country, best first. Net of cancellations; lines without
   customer or description are left out. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
)
SELECT country,
       count(*) AS lines,
       count(DISTINCT invoice_no) AS invoices,
       count(DISTINCT customer_id) AS customers,
       sum(quantity) AS quantity,
       sum(amount) AS sales
FROM clean
GROUP BY country
ORDER BY sales DESC, country
