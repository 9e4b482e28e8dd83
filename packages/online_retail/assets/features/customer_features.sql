/* asset:
  description: What each customer spends, how often, how much at a time and how long ago; what segments are made of.
  layer: mart
  grain: one row for each customer
  columns:
    total_spent: Amount in pounds, net of cancellations.
    order_count: Different invoices, cancellations among them.
    avg_basket_size: Mean of the pieces of a line.
    recency_days: Whole days from the customer's last invoice to a day after the shop's last.
  checks:
    - unique: customer_id
    - not_null: [customer_id, total_spent, order_count, avg_basket_size, recency_days]
    - min: {column: order_count, value: 1}
    - min: {column: recency_days, value: 1}
*/
WITH customers AS (
  SELECT customer_id,
         sum(amount) AS total_spent,
         count(DISTINCT invoice_no) AS order_count,
         CAST(sum(quantity) AS DOUBLE) / nullif(count(*), 0) AS avg_basket_size,
         unix_micros(max(invoice_date)) AS last_at
  FROM lines
  GROUP BY customer_id
)
SELECT customer_id, total_spent, order_count, avg_basket_size,
       CAST(1 + floor((max(last_at) OVER () - last_at) / CAST(86400000000 AS DOUBLE)) AS INTEGER) AS recency_days
FROM customers
ORDER BY customer_id
