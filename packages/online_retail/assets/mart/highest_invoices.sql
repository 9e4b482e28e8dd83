/* asset:
  description: Invoices by their total, highest first. They are read from all raw lines, for an invoice needs no customer.
  grain: one row for each invoice
  refresh: {every: 60s, records: 50000}
  checks:
    - unique: invoice_no
    - not_null: [invoice_no, total]
*/
SELECT invoice_no,
       min(invoice_date) AS invoice_date,
       max(customer_id) AS customer_id,
       max(country) AS country,
       count(*) AS lines,
       sum(quantity) AS quantity,
       sum(quantity * CAST(unit_price AS DECIMAL(22,4))) AS total
FROM raw.online_retail
GROUP BY invoice_no
ORDER BY total DESC, invoice_no
