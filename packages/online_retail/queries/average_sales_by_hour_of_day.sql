/* What an hour of the day brings on average, over the days on which it has at least one line. */
SELECT value AS hour_of_day, avg_sales, periods
FROM online_retail.average_sales
WHERE grain = 'hour_of_day'
ORDER BY hour_of_day
