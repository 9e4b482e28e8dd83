/* asset:
  description: The features as one CSV file for tools outside, by user and product.
  materialize: export
  export: {format: csv, file: data}
*/
SELECT user_id, product_id, up_orders, up_first_order, up_last_order, up_average_cart_position,
       max_order_number, total_days_prior_order, avg_days_prior_order,
       user_total_products, user_distinct_products, user_reorder_ratio,
       prod_orders, prod_reorders, prod_first_orders, prod_second_orders
FROM data
ORDER BY user_id, product_id
