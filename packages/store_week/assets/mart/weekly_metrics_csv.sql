/* asset:
  description: >-
    The metrics of the dump's two newest weeks, the one under way and the one before, as a file: what is mailed after the run.
  materialize: export
  export: {format: csv, file: weekly_metrics}
*/
WITH metrics AS (
  SELECT history.*
  FROM weekly_metrics_history AS history
  JOIN dump ON dump.date = history.date
),
weeks AS (
  SELECT yr_wk_num, row_number() OVER (ORDER BY yr_wk_num DESC) AS place
  FROM (SELECT DISTINCT yr_wk_num FROM metrics) AS numbers
)
SELECT metrics.yr_wk_num, metrics.store_key, metrics.prod_key, metrics.sales_qty, metrics.sales_amt,
       metrics.cost_amt, metrics.avg_sales_price, metrics.stock_on_hand_qty, metrics.stock_on_order_qty,
       metrics.stock_as_of_dt, metrics.out_of_stock_rate, metrics.in_stock_rate, metrics.days_in_week_loaded,
       metrics.total_low_stock_impact, metrics.potential_low_stock_impact, metrics.potential_low_stock_qty,
       metrics.no_stock_impact, metrics.low_stock_instances, metrics.no_stock_instances,
       metrics.weeks_of_supply
FROM metrics
JOIN weeks ON weeks.yr_wk_num = metrics.yr_wk_num
WHERE weeks.place <= 2
ORDER BY metrics.yr_wk_num, metrics.store_key, metrics.prod_key
