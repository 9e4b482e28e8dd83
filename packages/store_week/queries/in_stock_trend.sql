/* How much of the shelf was in stock, week by week: the mean of in_stock_rate, and the days that were not. */
SELECT yr_wk_num,
       avg(in_stock_rate) AS in_stock_rate,
       sum(no_stock_instances) AS no_stock_days,
       sum(low_stock_instances) AS low_stock_days,
       max(days_in_week_loaded) AS days_loaded
FROM store_week.weekly_metrics
GROUP BY yr_wk_num
ORDER BY yr_wk_num
