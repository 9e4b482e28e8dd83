/* For each customer: what was spent, in how many orders, how large a line is, and since when. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
)
SELECT customer_id,
       sum(amount) AS total_spent,
       count(DISTINCT invoice_no) AS order_count,
       avg(quantity) AS avg_basket_size,
       min(invoice_date) AS first_invoice,
       max(invoice_date) AS last_invoice,
       count(DISTINCT stock_code) AS products
FROM clean
GROUP BY customer_id
ORDER BY total_spent DESC, customer_id
