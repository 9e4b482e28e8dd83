/* asset:
  description: >-
    What a line knows of the user's lines around it. A table of its own, as buy_again_pairs is, so that each of them is made within the
    memory that the engine has.
  layer: mart
  grain: one row for each order and product
  on_request: true
  timeout: 2h
  columns:
    basket: Lines of the order.
    first_of_aisle: Of the order's products of the aisle it has the lowest number.
    previous_order: Number of the user's order before that has the product.
    next_order: The same after it, which features must not look at but to know whether it is past.
    streak: How many orders in a row, up to this, have the product.
*/
WITH lines AS (
  SELECT user_id, product_id, aisle_id, order_id, order_number, days_since_start, order_hour_of_day, add_to_cart_order,
         CASE WHEN order_dow IN (0, 6) THEN 1 ELSE 0 END AS weekend,
         count(*) OVER (PARTITION BY user_id, order_number, order_id) AS basket,
         row_number() OVER (PARTITION BY user_id, aisle_id, order_number, order_id ORDER BY product_id) AS nth_of_aisle,
         lag(order_number) OVER mine AS previous_order,
         lag(days_since_start) OVER mine AS previous_day,
         lead(order_number) OVER mine AS next_order,
         order_number - row_number() OVER mine AS island
  FROM interactions
  WINDOW mine AS (PARTITION BY user_id, product_id ORDER BY order_number, order_id)
)
SELECT user_id, product_id, aisle_id, order_id, order_number, days_since_start, order_hour_of_day, add_to_cart_order, weekend,
       CAST(basket AS INTEGER) AS basket, nth_of_aisle = 1 AS first_of_aisle, previous_order, next_order,
       order_number - previous_order AS gap_orders,
       days_since_start - previous_day AS gap_days,
       CAST(row_number() OVER (
         PARTITION BY user_id, product_id, island ORDER BY order_number, order_id
       ) AS INTEGER) AS streak
FROM lines
