/* The features in the order and under the names of the pipeline that this one replaces. */
SELECT user_id, product_id, up_orders, up_first_order, up_last_order, up_average_cart_position,
       prod_orders, prod_reorders, prod_first_orders, prod_second_orders,
       user_orders, user_period, user_mean_days_since_prior,
       user_total_products, user_distinct_products, user_reorder_ratio
FROM basket.data_original
ORDER BY user_id, product_id
