/* The twenty customers who spent most, net of what they sent back. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
)
SELECT customer_id,
       sum(amount) AS total_spent,
       count(DISTINCT invoice_no) AS invoices,
       count(*) AS lines,
       min(invoice_date) AS first_invoice,
       max(invoice_date) AS last_invoice
FROM clean
GROUP BY customer_id
ORDER BY total_spent DESC, customer_id
LIMIT 20
