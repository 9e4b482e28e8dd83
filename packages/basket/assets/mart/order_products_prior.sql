/* asset:
  description: What was bought by prior orders, with the order's columns beside each line.
  grain: one row for each prior order and product
  checks:
    - not_null: [order_id, user_id, product_id, order_number, add_to_cart_order, reordered]
    - min: {column: add_to_cart_order, value: 1}
    - accepted_values: {column: reordered, values: [0, 1]}
*/
SELECT orders.order_id, orders.user_id, orders.eval_set, orders.order_number, orders.order_dow,
       orders.order_hour_of_day, orders.days_since_prior_order,
       order_products.product_id, order_products.add_to_cart_order, order_products.reordered
FROM order_products
JOIN orders ON orders.order_id = order_products.order_id
WHERE orders.eval_set = 'prior'
