/* asset:
  description: Every line of every order that has lines, with what is known of its order and product; what models learn from.
  layer: mart
  grain: one row for each order and product
  materialize: view
  columns:
    days_since_start: Days from the user's first order to this one, each gap counted 30 at most.
    add_to_cart_order: Place in the cart, 1 is the first.
    aisle_id: Null for a product that is not in the assortment.
*/
WITH dated AS (
  SELECT order_id, user_id, order_number, order_dow, order_hour_of_day,
         sum(coalesce(days_since_prior_order, 0)) OVER (
           PARTITION BY user_id ORDER BY order_number, order_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
         ) AS days_since_start
  FROM orders
)
SELECT dated.user_id,
       line.product_id,
       dated.order_id,
       dated.order_number,
       CAST(dated.days_since_start AS INTEGER) AS days_since_start,
       dated.order_dow,
       dated.order_hour_of_day,
       line.add_to_cart_order,
       product.aisle_id,
       product.department_id
FROM order_products AS line
JOIN dated ON dated.order_id = line.order_id
LEFT JOIN raw.basket_products AS product ON product.product_id = line.product_id
