/* asset:
  description: How much each user buys in prior orders, and how much of it again.
  grain: one row for each user with a line in a prior order
  columns:
    user_total_products: Lines.
    user_distinct_products: Different products.
    user_reorder_ratio: Lines bought again, of those in all orders but the first; null when there are none.
  checks:
    - unique: user_id
    - not_null: [user_id, user_total_products, user_distinct_products]
*/
WITH lines AS (
  SELECT user_id,
         count(*) AS user_total_products,
         count(*) FILTER (WHERE reordered = 1) AS again,
         count(*) FILTER (WHERE order_number > 1) AS later
  FROM order_products_prior
  GROUP BY user_id
),
/* up_features has one row for each user and product: counting them needs no second grouping of all lines. */
products AS (
  SELECT user_id, count(*) AS user_distinct_products
  FROM up_features
  GROUP BY user_id
)
SELECT lines.user_id,
       lines.user_total_products,
       products.user_distinct_products,
       CAST(lines.again AS DOUBLE) / nullif(lines.later, 0) AS user_reorder_ratio
FROM lines
JOIN products ON products.user_id = lines.user_id
