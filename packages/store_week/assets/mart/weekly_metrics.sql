/* asset:
  description: The weekly metrics of the newest dump.
  grain: one row for each week, store and product with a sale or an inventory row
  materialize: view
*/
SELECT yr_wk_num, store_key, prod_key, sales_qty, sales_amt, cost_amt, avg_sales_price, stock_on_hand_qty,
       stock_on_order_qty, stock_as_of_dt, out_of_stock_rate, in_stock_rate, days_in_week_loaded,
       total_low_stock_impact, potential_low_stock_impact, potential_low_stock_qty, no_stock_impact,
       low_stock_instances, no_stock_instances, weeks_of_supply, date
FROM weekly_metrics_history
WHERE date = (SELECT max(date) FROM weekly_metrics_history)
