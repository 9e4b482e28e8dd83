/* The product of which most pieces were sold in each day. Ties go to the lower stock code; a
   product is called what it is called most often. */
SELECT CAST(period AS DATE) AS period, stock_code, description, quantity, sales
FROM online_retail.top_products_by_period
WHERE grain = 'day' AND rank = 1
ORDER BY period
