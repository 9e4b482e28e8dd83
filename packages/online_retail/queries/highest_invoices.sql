/* The twenty highest invoices. They are read from all lines: an invoice needs no customer. */
SELECT invoice_no,
       min(invoice_date) AS invoice_date,
       max(customer_id) AS customer_id,
       max(country) AS country,
       count(*) AS lines,
       sum(quantity) AS quantity,
       sum(quantity * unit_price) AS total
FROM raw.online_retail
GROUP BY invoice_no
ORDER BY total DESC, invoice_no
LIMIT 20
