/* asset:
  description: The features in the order and under the names that the pipeline had which this one replaces.
  grain: one row for each user and product
  materialize: view
*/
SELECT user_id, product_id, up_orders, up_first_order, up_last_order, up_average_cart_position,
       prod_orders, prod_reorders, prod_first_orders, prod_second_orders,
       max_order_number AS user_orders,
       total_days_prior_order AS user_period,
       avg_days_prior_order AS user_mean_days_since_prior,
       user_total_products, user_distinct_products, user_reorder_ratio
FROM data
