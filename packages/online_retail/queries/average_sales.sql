/* Average sales of an hour, a day, a month and a year: the mean over the periods that have at
   least one line. */
SELECT grain, avg_sales, periods
FROM online_retail.average_sales
WHERE grain IN ('hour', 'day', 'month', 'year')
ORDER BY CASE grain WHEN 'hour' THEN 1 WHEN 'day' THEN 2 WHEN 'month' THEN 3 ELSE 4 END
