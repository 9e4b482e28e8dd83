/* asset:
  description: >-
    Orders that cannot be placed among the user's, and are not in orders: they name no time, and not all of number, day and
    hour either. Sent again with an order_time they are in.
  layer: clean
  grain: one row for each order
  materialize: view
*/
SELECT order_id, user_id, eval_set, order_number, order_dow, order_hour_of_day, _received_at AS received_at
FROM raw.basket_orders
WHERE order_time IS NULL AND (order_number IS NULL OR order_dow IS NULL OR order_hour_of_day IS NULL)
