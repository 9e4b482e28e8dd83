/* asset:
  description: Customers by what they spent, net of what they sent back, best first.
  grain: one row for each customer
  columns:
    total_spent: Amount in pounds, net of cancellations.
    invoices: Different invoices, cancellations among them.
    avg_basket_size: Mean of the pieces of a line.
    products: Different products.
  checks:
    - unique: customer_id
    - not_null: [customer_id, total_spent]
*/
SELECT customer_id,
       sum(amount) AS total_spent,
       count(DISTINCT invoice_no) AS invoices,
       count(*) AS lines,
       CAST(sum(quantity) AS DOUBLE) / nullif(count(*), 0) AS avg_basket_size,
       count(DISTINCT stock_code) AS products,
       min(invoice_date) AS first_invoice,
       max(invoice_date) AS last_invoice
FROM lines
GROUP BY customer_id
ORDER BY total_spent DESC, customer_id
