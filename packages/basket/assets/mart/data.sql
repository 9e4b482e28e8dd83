/* asset:
  description: All features beside each user and product, what models are trained on.
  grain: one row for each user and product
  checks:
    - row_count: {equals: basket.up_features}
      name: nothing_is_lost
*/
SELECT up.user_id, up.product_id, up.up_orders, up.up_first_order, up.up_last_order, up.up_average_cart_position,
       user_1.max_order_number, user_1.total_days_prior_order, user_1.avg_days_prior_order,
       user_2.user_total_products, user_2.user_distinct_products, user_2.user_reorder_ratio,
       prd.prod_orders, prd.prod_reorders, prd.prod_first_orders, prd.prod_second_orders
FROM up_features AS up
JOIN user_features_1 AS user_1 ON user_1.user_id = up.user_id
JOIN user_features_2 AS user_2 ON user_2.user_id = up.user_id
JOIN prd_features AS prd ON prd.product_id = up.product_id
