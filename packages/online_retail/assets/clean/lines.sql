/* asset:
  description: >-
    The clean lines with their amounts; what every mart starts from. The price is widened first: in its
    own width the product of a large quantity and a large price would not fit, and one such line stop all marts.
  layer: clean
  grain: one row for each line of an invoice
  materialize: view
*/
SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country,
       quantity * CAST(unit_price AS DECIMAL(22,4)) AS amount,
       invoice_no LIKE 'C%' AS cancelled,
       invoice_no LIKE 'C%' OR invoice_no LIKE 'A%' AS reversal
FROM clean
