/* asset:
  description: >-
    The features as one CSV file in the order and under the names of the pipeline that this one replaces. Made when it is asked
    for: tradewind run basket:data_original_csv.
  materialize: export
  export: {format: csv, file: data_original}
  on_request: true
*/
SELECT user_id, product_id, up_orders, up_first_order, up_last_order, up_average_cart_position,
       prod_orders, prod_reorders, prod_first_orders, prod_second_orders,
       user_orders, user_period, user_mean_days_since_prior,
       user_total_products, user_distinct_products, user_reorder_ratio
FROM data_original
ORDER BY user_id, product_id
