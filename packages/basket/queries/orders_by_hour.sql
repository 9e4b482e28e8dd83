/* Orders by day of the week (0 is Sunday) and hour. */
SELECT order_dow, order_hour_of_day, count(*) AS orders, count(DISTINCT user_id) AS users
FROM basket.orders
GROUP BY order_dow, order_hour_of_day
ORDER BY order_dow, order_hour_of_day
