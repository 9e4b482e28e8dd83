/* asset:
  description: >-
    Where the past of a user may end: before each of the orders that have lines, and after the last of them. What is before
    before_order_number may be known, the order label_order_id is to be predicted from it.
  layer: mart
  grain: one row for each user and order that has lines, and one more for each of these users
  materialize: view
  columns:
    orders_back: How many of the user's orders with lines are not known; 0 is now, 1 is the hold-out of evaluations.
    before_order_number: Orders of the user with a lower number are the past.
    label_order_id: The order to be predicted, which is none of the past; null for now.
*/
WITH filled AS (
  SELECT DISTINCT order_id
  FROM order_products
),
placed AS (
  SELECT orders.user_id, orders.order_id, orders.order_number,
         CAST(row_number() OVER (
           PARTITION BY orders.user_id ORDER BY orders.order_number DESC, orders.order_id DESC
         ) AS INTEGER) AS orders_back
  FROM orders
  JOIN filled ON filled.order_id = orders.order_id
)
SELECT user_id, 0 AS orders_back, order_number + 1 AS before_order_number, CAST(NULL AS BIGINT) AS label_order_id
FROM placed
WHERE orders_back = 1
UNION ALL
SELECT user_id, orders_back, order_number AS before_order_number, order_id AS label_order_id
FROM placed
