/* asset:
  description: All orders, by file and by stream; of an order delivered again, the later delivery.
  layer: clean
  grain: one row for each order
  columns:
    eval_set: prior, train or test.
    order_number: 1 is the user's first order.
    order_dow: Day of the week, 0 is Sunday.
    order_hour_of_day: 0 to 23.
    days_since_prior_order: Whole days since the user's order before, 30 stands for more too; null for the first.
  checks:
    - not_null: [order_id, user_id, eval_set, order_number, order_dow, order_hour_of_day]
    - unique: order_id
    - accepted_values: {column: eval_set, values: [prior, train, test]}
    - min: {column: order_number, value: 1}
    - min: {column: order_dow, value: 0}
    - max: {column: order_dow, value: 6}
    - min: {column: order_hour_of_day, value: 0}
    - max: {column: order_hour_of_day, value: 23}
    - min: {column: days_since_prior_order, value: 0}
    - expression: (days_since_prior_order IS NULL) = (order_number = 1)
      name: days_since_first_order
      description: Days since the order before are unknown for a user's first order, and for no other.
    - sql: |
        SELECT user_id, min(order_number) AS first, max(order_number) AS last, count(*) AS orders
        FROM basket.orders GROUP BY user_id
        HAVING min(order_number) <> 1 OR max(order_number) <> count(*) OR count(DISTINCT order_number) <> count(*)
      name: order_number_gap_free
      description: A user's orders are numbered 1, 2, 3 and so on.
*/
SELECT order_id, user_id, eval_set, order_number, order_dow, order_hour_of_day, days_since_prior_order
FROM raw.basket_orders
WHERE items IS NULL AND eval_set IS NOT NULL AND order_number IS NOT NULL AND order_dow IS NOT NULL
  AND order_hour_of_day IS NOT NULL AND (days_since_prior_order IS NOT NULL OR order_number <= 1)
UNION ALL
SELECT order_id, user_id, eval_set, order_number, order_dow, order_hour_of_day, days_since_prior_order
FROM streamed_orders
ORDER BY user_id, order_number, order_id
