/* asset:
  description: Products by the pieces sold, net of returns, best first.
  grain: one row for each product
  columns:
    quantity: Pieces, net of what came back.
    sales: Amount in pounds, net of cancellations.
    invoices: Different invoices that name it.
    customers: Different customers who bought it.
  checks:
    - unique: stock_code
    - not_null: [stock_code, description, quantity]
    - relationships: {column: stock_code, to: product_names, field: stock_code}
*/
SELECT lines.stock_code,
       product_names.description,
       sum(lines.quantity) AS quantity,
       sum(lines.amount) AS sales,
       count(DISTINCT lines.invoice_no) AS invoices,
       count(DISTINCT lines.customer_id) AS customers
FROM lines
JOIN product_names ON product_names.stock_code = lines.stock_code
GROUP BY lines.stock_code, product_names.description
ORDER BY quantity DESC, lines.stock_code
