/* asset:
  description: What is known, before an order, of each product that its user bought earlier, counted; buy_again_features are made of it.
  layer: mart
  grain: one row for each fold, user and product that the user bought before
  on_request: true
  timeout: 2h
*/
/* Sums are of whole numbers throughout: those of doubles would depend on the order in which they are added up. */
SELECT fold.fold, line.user_id, line.product_id, max(line.aisle_id) AS aisle_id,
       max(fold.before_order_number) AS before_order_number, CAST(count(*) AS INTEGER) AS orders,
       min(line.order_number) AS first_order, max(line.order_number) AS last_order,
       min(line.days_since_start) AS first_day, max(line.days_since_start) AS last_day,
       CAST(sum(line.add_to_cart_order) AS INTEGER) AS places, CAST(sum(line.basket) AS INTEGER) AS baskets,
       max(CASE WHEN line.next_order IS NULL OR line.next_order >= fold.before_order_number THEN line.streak END) AS last_streak,
       max(CASE WHEN line.next_order IS NULL OR line.next_order >= fold.before_order_number THEN line.gap_orders END)
         AS last_gap_orders,
       max(line.streak) AS longest_streak, max(line.gap_orders) AS longest_gap_orders, max(line.gap_days) AS longest_gap_days,
       CAST(count(CASE WHEN line.gap_orders = 1 THEN 1 END) AS INTEGER) AS next_orders,
       CAST(count(CASE WHEN fold.before_order_number - line.order_number > 1 THEN 1 END) AS INTEGER) AS next_chances,
       CAST(count(CASE WHEN fold.before_order_number - line.order_number <= 3 THEN 1 END) AS INTEGER) AS in_last_3,
       CAST(count(CASE WHEN fold.before_order_number - line.order_number <= 5 THEN 1 END) AS INTEGER) AS in_last_5,
       CAST(count(CASE WHEN fold.before_order_number - line.order_number <= 10 THEN 1 END) AS INTEGER) AS in_last_10,
       CAST(count(CASE WHEN line.first_of_aisle THEN 1 END) AS INTEGER) AS aisle_orders,
       CAST(count(CASE WHEN line.first_of_aisle AND fold.before_order_number - line.order_number <= 5 THEN 1 END) AS INTEGER)
         AS aisle_in_last_5,
       CAST(sum(CAST(round(1000000 * power(0.7, fold.before_order_number - line.order_number)) AS BIGINT)) AS BIGINT)
         AS recent_fast,
       CAST(sum(CAST(round(1000000 * power(0.9, fold.before_order_number - line.order_number)) AS BIGINT)) AS BIGINT) AS recent,
       CAST(sum(CAST(round(1000000 * power(0.97, fold.before_order_number - line.order_number)) AS BIGINT)) AS BIGINT)
         AS recent_slow,
       CAST(sum(line.order_hour_of_day) AS INTEGER) AS hours, CAST(sum(line.weekend) AS INTEGER) AS weekends
FROM buy_again_lines AS line
JOIN buy_again_folds AS fold ON fold.user_id = line.user_id AND fold.before_order_number > line.order_number
GROUP BY fold.fold, line.user_id, line.product_id
