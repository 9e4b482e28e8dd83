/* Which stores lost most with which products to low or no stock: all weeks of the newest dump, the twenty greatest sums. */
SELECT metrics.store_key, store.store_desc, metrics.prod_key, product.prod_name, product.category_name,
       sum(metrics.potential_low_stock_impact) + CAST(sum(metrics.no_stock_impact) AS DOUBLE) AS lost,
       sum(metrics.potential_low_stock_impact) AS potential_low_stock_impact,
       sum(metrics.no_stock_impact) AS no_stock_impact,
       sum(metrics.low_stock_instances) AS low_stock_days,
       sum(metrics.no_stock_instances) AS no_stock_days
FROM store_week.weekly_metrics AS metrics
LEFT JOIN store_week.store AS store ON store.store_key = metrics.store_key
LEFT JOIN store_week.product AS product ON product.prod_key = metrics.prod_key
GROUP BY metrics.store_key, store.store_desc, metrics.prod_key, product.prod_name, product.category_name
ORDER BY lost DESC, metrics.store_key, metrics.prod_key
LIMIT 20
