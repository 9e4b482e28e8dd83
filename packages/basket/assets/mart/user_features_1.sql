/* asset:
  description: How often each user orders, over all orders.
  grain: one row for each user
  columns:
    max_order_number: Orders so far.
    total_days_prior_order: Days between the orders, each counted 30 at most; null when there is one order.
    avg_days_prior_order: Their mean; null when there is one order.
  checks:
    - unique: user_id
    - not_null: [user_id, max_order_number]
*/
SELECT user_id,
       max(order_number) AS max_order_number,
       CAST(sum(days_since_prior_order) AS BIGINT) AS total_days_prior_order,
       avg(days_since_prior_order) AS avg_days_prior_order
FROM orders
GROUP BY user_id
