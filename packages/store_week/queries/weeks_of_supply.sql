/* What will soon be gone, and what lies too long: in the newest week with seven days, products of stores with stock for less than a week,
   or for more than eight. */
WITH newest AS (
  SELECT max(yr_wk_num) AS yr_wk_num
  FROM store_week.weekly_metrics
  WHERE days_in_week_loaded = 7
)
SELECT CASE WHEN metrics.weeks_of_supply < 1 THEN 'under 1 week' ELSE 'over 8 weeks' END AS supply,
       metrics.yr_wk_num, metrics.store_key, store.store_desc, metrics.prod_key, product.prod_name,
       metrics.weeks_of_supply, metrics.stock_on_hand_qty, metrics.stock_on_order_qty, metrics.sales_qty
FROM store_week.weekly_metrics AS metrics
JOIN newest ON newest.yr_wk_num = metrics.yr_wk_num
LEFT JOIN store_week.store AS store ON store.store_key = metrics.store_key
LEFT JOIN store_week.product AS product ON product.prod_key = metrics.prod_key
WHERE metrics.weeks_of_supply < 1 OR metrics.weeks_of_supply > 8
ORDER BY supply DESC, metrics.sales_amt DESC, metrics.store_key, metrics.prod_key
