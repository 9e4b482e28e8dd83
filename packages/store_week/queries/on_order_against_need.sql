/* What is on order beside what a week sells, in the newest week with seven days: what one more such week would leave missing. */
WITH newest AS (
  SELECT max(yr_wk_num) AS yr_wk_num
  FROM store_week.weekly_metrics
  WHERE days_in_week_loaded = 7
)
SELECT metrics.yr_wk_num, metrics.store_key, store.store_desc, metrics.prod_key, product.prod_name,
       metrics.sales_qty AS sold_in_a_week,
       metrics.stock_on_hand_qty,
       metrics.stock_on_order_qty,
       metrics.sales_qty - greatest(coalesce(metrics.stock_on_hand_qty, 0), 0) - coalesce(metrics.stock_on_order_qty, 0) AS missing_qty
FROM store_week.weekly_metrics AS metrics
JOIN newest ON newest.yr_wk_num = metrics.yr_wk_num
LEFT JOIN store_week.store AS store ON store.store_key = metrics.store_key
LEFT JOIN store_week.product AS product ON product.prod_key = metrics.prod_key
WHERE metrics.sales_qty > greatest(coalesce(metrics.stock_on_hand_qty, 0), 0) + coalesce(metrics.stock_on_order_qty, 0)
ORDER BY missing_qty DESC, metrics.store_key, metrics.prod_key
