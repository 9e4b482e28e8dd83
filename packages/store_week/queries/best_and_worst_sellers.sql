/* For each week and store the five products of each category that brought most, and the five that brought least. Products without a sale in
   the week are not among them. */
WITH sellers AS (
  SELECT metrics.yr_wk_num, metrics.store_key, product.category_name, metrics.prod_key, product.prod_name, metrics.sales_qty,
         metrics.sales_amt,
         row_number() OVER (
           PARTITION BY metrics.yr_wk_num, metrics.store_key, product.category_name
           ORDER BY metrics.sales_amt DESC, metrics.prod_key
         ) AS from_the_best,
         row_number() OVER (
           PARTITION BY metrics.yr_wk_num, metrics.store_key, product.category_name
           ORDER BY metrics.sales_amt, metrics.prod_key
         ) AS from_the_worst
  FROM store_week.weekly_metrics AS metrics
  JOIN store_week.product AS product ON product.prod_key = metrics.prod_key
  WHERE metrics.sales_qty <> 0
)
SELECT yr_wk_num, store_key, category_name, prod_key, prod_name, sales_qty, sales_amt, from_the_best, from_the_worst
FROM sellers
WHERE from_the_best <= 5 OR from_the_worst <= 5
ORDER BY yr_wk_num DESC, store_key, category_name NULLS LAST, from_the_best
