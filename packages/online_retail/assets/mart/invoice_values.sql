/* asset:
  description: >-
    What each invoice of a customer came to, and whether that is much: 1,000 pounds or more. Cancellations and corrections are left
    out.
  grain: one row for each invoice
  columns:
    invoice_date: When its first line was written.
    total: Amount in pounds.
    high_value: The total is 1,000 pounds or more.
  checks:
    - unique: invoice_no
    - not_null: [invoice_no, invoice_date, total, high_value]
*/
SELECT invoice_no,
       max(customer_id) AS customer_id,
       max(country) AS country,
       min(invoice_date) AS invoice_date,
       count(*) AS lines,
       sum(amount) AS total,
       sum(amount) >= 1000 AS high_value
FROM lines
WHERE NOT reversal
GROUP BY invoice_no
ORDER BY total DESC, invoice_no
