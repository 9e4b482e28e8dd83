/* asset:
  description: >-
    Which products each customer bought, invoice by invoice; what models learn from. Without cancellations, and without what is
    no product: postage, discounts, fees.
  layer: mart
  grain: one row for each customer, invoice and product
  materialize: view
  columns:
    invoice_number: The customer's invoices in a row, 1 is the first.
    invoice_date: When the invoice was begun.
    days_since_start: Whole days from the customer's first invoice to this one.
    place: One of 1 to the number of products, by chance and always the same; in which order lines were written is not kept.
    quantity: Pieces.
    amount: In pounds.
*/
WITH bought AS (
  SELECT customer_id, stock_code, invoice_no, min(invoice_date) AS line_date, sum(quantity) AS quantity, sum(amount) AS amount
  FROM lines
  WHERE NOT cancelled AND quantity > 0
    AND stock_code NOT IN ('POST', 'D', 'M', 'C2', 'DOT', 'BANK CHARGES', 'PADS', 'CRUK', 'AMAZONFEE', 'S', 'B')
  GROUP BY customer_id, stock_code, invoice_no
),
dated AS (
  SELECT customer_id, stock_code, invoice_no, quantity, amount,
         min(line_date) OVER (PARTITION BY customer_id, invoice_no) AS invoice_date
  FROM bought
)
SELECT customer_id,
       stock_code,
       invoice_no,
       CAST(dense_rank() OVER (PARTITION BY customer_id ORDER BY invoice_date, invoice_no) AS INTEGER) AS invoice_number,
       invoice_date,
       CAST(unix_date(CAST(invoice_date AS DATE))
         - unix_date(CAST(min(invoice_date) OVER (PARTITION BY customer_id) AS DATE)) AS INTEGER) AS days_since_start,
       CAST(row_number() OVER (PARTITION BY customer_id, invoice_no
                                 ORDER BY md5(concat(invoice_no, ' ', stock_code)), stock_code) AS INTEGER) AS place,
       quantity,
       amount
FROM dated
