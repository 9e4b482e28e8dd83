/* What a piece was sold for and had cost, week by week and category by category. */
SELECT metrics.yr_wk_num, product.category_name,
       sum(metrics.sales_qty) AS sales_qty,
       sum(metrics.sales_amt) AS sales_amt,
       CAST(sum(metrics.sales_amt) AS DOUBLE) / nullif(sum(metrics.sales_qty), 0) AS avg_price,
       CAST(sum(metrics.cost_amt) AS DOUBLE) / nullif(sum(metrics.sales_qty), 0) AS avg_cost,
       CAST(sum(metrics.sales_amt) - sum(metrics.cost_amt) AS DOUBLE) / nullif(CAST(sum(metrics.sales_amt) AS DOUBLE), 0) AS margin_rate
FROM store_week.weekly_metrics AS metrics
LEFT JOIN store_week.product AS product ON product.prod_key = metrics.prod_key
GROUP BY metrics.yr_wk_num, product.category_name
ORDER BY metrics.yr_wk_num, product.category_name NULLS LAST
