/* asset:
  description: What each user bought in prior orders, how often, since when, how early in the cart.
  grain: one row for each user and product
  columns:
    up_orders: Orders with the product.
    up_first_order: Number of the first of them.
    up_last_order: Number of the last of them.
    up_average_cart_position: Mean place in the cart, 1 is the first.
  checks:
    - not_null: [user_id, product_id, up_orders, up_first_order, up_last_order, up_average_cart_position]
*/
SELECT user_id,
       product_id,
       count(*) AS up_orders,
       min(order_number) AS up_first_order,
       max(order_number) AS up_last_order,
       avg(add_to_cart_order) AS up_average_cart_position
FROM order_products_prior
GROUP BY user_id, product_id
