/* The product of which most pieces were sold in each hour. Ties go to the lower stock code; a
   product is called what it is called most often. */
SELECT period, stock_code, description, quantity, sales
FROM online_retail.top_products_by_period
WHERE grain = 'hour' AND rank = 1
ORDER BY period
