/* asset:
  description: The clean lines with their amounts; what every mart starts from.
  layer: clean
  grain: one row for each line of an invoice
  materialize: view
*/
SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country,
       quantity * unit_price AS amount,
       invoice_no LIKE 'C%' AS cancelled,
       invoice_no LIKE 'C%' OR invoice_no LIKE 'A%' AS reversal
FROM clean
