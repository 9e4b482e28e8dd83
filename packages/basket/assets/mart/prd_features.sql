/* asset:
  description: How often each product is bought in prior orders, and bought again.
  grain: one row for each product with a line in a prior order
  columns:
    prod_orders: Lines.
    prod_reorders: Lines of users who had bought it before.
    prod_first_orders: Lines that are a user's first of the product, that is the users who bought it.
    prod_second_orders: Lines that are a user's second of the product.
  checks:
    - unique: product_id
    - not_null: [product_id, prod_orders, prod_reorders, prod_first_orders, prod_second_orders]
*/
WITH lines AS (
  SELECT product_id, count(*) AS prod_orders, CAST(sum(reordered) AS BIGINT) AS prod_reorders
  FROM order_products_prior
  GROUP BY product_id
),
/* rank() over a user's lines of a product by order_number is 1 once for each of them, and 2 where there are two: an order has a
   product once, and a user has one order of a number (both are audited). So no line needs to be sorted. */
users AS (
  SELECT product_id,
         count(*) AS prod_first_orders,
         count(*) FILTER (WHERE up_orders > 1) AS prod_second_orders
  FROM up_features
  GROUP BY product_id
)
SELECT lines.product_id, lines.prod_orders, lines.prod_reorders, users.prod_first_orders, users.prod_second_orders
FROM lines
JOIN users ON users.product_id = lines.product_id
