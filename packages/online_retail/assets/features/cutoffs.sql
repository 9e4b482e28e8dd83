/* asset:
  description: >-
    Where the past of a customer may end: before each of the invoices, and after the last of them. What is before
    before_invoice_number may be known, the invoice label_invoice_no is to be predicted from it.
  layer: mart
  grain: one row for each customer and invoice, and one more for each customer
  materialize: view
  columns:
    invoices_back: How many of the customer's invoices are not known; 0 is now, 1 is the hold-out of evaluations.
    before_invoice_number: Invoices of the customer with a lower number are the past.
    label_invoice_no: The invoice to be predicted, which is none of the past; null for now.
*/
WITH placed AS (
  SELECT customer_id, invoice_no, max(invoice_number) AS invoice_number
  FROM online_retail.interactions
  GROUP BY customer_id, invoice_no
),
counted AS (
  SELECT customer_id, invoice_no, invoice_number, max(invoice_number) OVER (PARTITION BY customer_id) AS invoices
  FROM placed
)
SELECT customer_id, 0 AS invoices_back, invoice_number + 1 AS before_invoice_number, CAST(NULL AS STRING) AS label_invoice_no
FROM counted
WHERE invoice_number = invoices
UNION ALL
SELECT customer_id, invoices - invoice_number + 1 AS invoices_back, invoice_number AS before_invoice_number, invoice_no AS label_invoice_no
FROM counted
