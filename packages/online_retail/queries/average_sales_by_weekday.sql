/* What a weekday brings on average, over the days with at least one line; 1 is Monday. */
SELECT value AS weekday, avg_sales, periods
FROM online_retail.average_sales
WHERE grain = 'weekday'
ORDER BY weekday
