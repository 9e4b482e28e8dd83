/* asset:
  description: >-
    What is known, before an order, of each product that its user bought earlier; the label says whether the order has it. Nothing
    of a row comes from that order or a later one of the user: whatever becomes of those, the row stays as it is. The names
    up_, user_, prod_, ua_ and aisle_ say of what a feature is: user and product, user, product, user and aisle, aisle.
  layer: mart
  grain: one row for each fold, user and product that the user bought before
  on_request: true
  timeout: 2h
  columns:
    fold: >-
      test, the hold-out; train, train_2 and so on, the orders before it; score, what comes next. With --param orders_back=1
      the same as if every user's last order had not been made yet.
    label: 1 when the order to be predicted has the product, else 0; null in score.
    max_order_number: Number of the user's last order.
    prod_reorder_probability: Of the users who bought the product, how many did so again.
    prod_reorder_times: How often a user who bought it bought it, on average.
    up_orders_since_last_order: Orders since the user last bought it; 0 when the last order has it.
    up_days_since_last_order: Days from that order to the user's last.
    up_streak: How many orders in a row, up to the last, have it.
    up_mean_gap_orders: The user's cycle for the product in orders; null when it was bought once.
    up_mean_gap_days: The same in days.
    up_overdue_orders: Orders since it was bought, the next one included, as a multiple of the cycle.
    up_overdue_days: Days since it was bought, the user's usual pause included, as a multiple of the cycle.
    up_recent_fast: Orders with the product, the last one counting 0.7, the one before 0.49 and so on.
    up_recent: The same with 0.9.
    up_recent_slow: The same with 0.97.
    up_cart_share: Mean place in the cart as a share of the basket's lines.
    prod_users_ratio: Of all users, how many bought the product.
    prod_next_ratio: >-
      Of the orders with the product that have an order after them, how many of these have it too; drawn to its aisle's
      ratio while there are few.
    aisle_next_ratio: The same over all products of the aisle.
    ua_orders: Orders of the user with a product of its aisle.
    up_share_of_aisle: Of the user's lines of its aisle, those of the product.
  checks:
    - not_null: [fold, user_id, product_id, up_orders, max_order_number, prod_orders, user_average_basket]
    - accepted_values: {column: label, values: [0, 1]}
    - expression: (label IS NULL) = (fold = 'score')
      name: label_but_for_score
    - min: {column: up_orders_since_last_order, value: 0}
    - max: {column: up_order_rate, value: 1}
    - max: {column: up_order_rate_since_first_order, value: 1}
*/
/* What is predicted, and from which past. Small shops have more folds to learn from: the order before the hold-out for all users,
   then the one before that, until there are as many users and orders as a large shop has users. The sample is the same from
   run to run: users by a number that is mixed out of theirs. */
WITH asked AS (
  SELECT coalesce(max(CASE WHEN name = 'orders_back' THEN CAST(value AS INTEGER) END), 0) AS orders_back,
         coalesce(max(CASE WHEN name = 'sample_users' THEN CAST(value AS INTEGER) END), 50000) AS sample_users,
         coalesce(max(CASE WHEN name = 'train_folds' THEN CAST(value AS INTEGER) END), 8) AS train_folds
  FROM run.params
),
users AS (
  SELECT user_id, row_number() OVER (ORDER BY (user_id % 1000003) * 7919 % 1000003, user_id) AS place, count(*) OVER () AS users
  FROM cutoffs
  WHERE orders_back = 0
),
folds AS (
  SELECT CASE cutoffs.orders_back - asked.orders_back
           WHEN 0 THEN 'score'
           WHEN 1 THEN 'test'
           WHEN 2 THEN 'train'
           ELSE concat('train_', CAST(cutoffs.orders_back - asked.orders_back - 1 AS STRING))
         END AS fold,
         cutoffs.user_id, cutoffs.before_order_number, cutoffs.label_order_id
  FROM cutoffs
  JOIN users ON users.user_id = cutoffs.user_id
  CROSS JOIN asked
  WHERE cutoffs.orders_back >= asked.orders_back
    AND cutoffs.orders_back - asked.orders_back <= asked.train_folds + 1
    AND (cutoffs.orders_back = asked.orders_back OR users.place + users.users
          * greatest(cutoffs.orders_back - asked.orders_back - 2, 0) <= asked.sample_users)
),
/* What a line knows of the user's lines around it. Sums are of whole numbers throughout: those of doubles would depend on the
   order in which they are added up. */
lines AS (
  SELECT user_id, product_id, aisle_id, order_id, order_number, days_since_start, order_hour_of_day, add_to_cart_order,
         CASE WHEN order_dow IN (0, 6) THEN 1 ELSE 0 END AS weekend,
         count(*) OVER (PARTITION BY user_id, order_number, order_id) AS basket,
         row_number() OVER (PARTITION BY user_id, aisle_id, order_number, order_id ORDER BY product_id) AS nth_of_aisle,
         lag(order_number) OVER mine AS previous_order,
         lag(days_since_start) OVER mine AS previous_day,
         lead(order_number) OVER mine AS next_order,
         row_number() OVER mine AS nth
  FROM interactions
  WINDOW mine AS (PARTITION BY user_id, product_id ORDER BY order_number, order_id)
),
runs AS (
  SELECT user_id, product_id, aisle_id, order_id, order_number, days_since_start, order_hour_of_day, add_to_cart_order, weekend,
         basket, nth_of_aisle, previous_order, next_order, nth,
         order_number - previous_order AS gap_orders,
         days_since_start - previous_day AS gap_days,
         row_number() OVER (PARTITION BY user_id, product_id, order_number - nth ORDER BY order_number, order_id) AS streak
  FROM lines
),
past AS (
  SELECT folds.fold, runs.user_id, runs.product_id, runs.aisle_id, runs.order_id, runs.order_number, runs.days_since_start,
         runs.order_hour_of_day, runs.add_to_cart_order, runs.weekend, runs.basket, runs.nth_of_aisle, runs.previous_order,
         runs.nth, runs.gap_orders, runs.gap_days, runs.streak,
         folds.before_order_number - runs.order_number AS ago,
         runs.next_order IS NULL OR runs.next_order >= folds.before_order_number AS newest
  FROM runs
  JOIN folds ON folds.user_id = runs.user_id AND folds.before_order_number > runs.order_number
),
baskets AS (
  SELECT fold, user_id, order_id, order_number, min(ago) AS ago, count(*) AS basket, count(previous_order) AS known,
         CASE WHEN order_number > 1 THEN count(*) END AS later_lines,
         row_number() OVER (PARTITION BY fold, user_id ORDER BY order_number DESC, order_id DESC) AS from_last
  FROM past
  GROUP BY fold, user_id, order_id, order_number
),
habits AS (
  SELECT fold, user_id, count(*) AS baskets, sum(basket) AS lines,
         CAST(sum(known) AS DOUBLE) / nullif(sum(later_lines), 0) AS reorder_ratio,
         max(CASE WHEN from_last = 1 THEN basket END) AS last_basket,
         avg(CASE WHEN from_last <= 3 THEN basket END) AS recent_basket,
         max(CASE WHEN from_last = 1 THEN CAST(known AS DOUBLE) / nullif(later_lines, 0) END) AS last_reorder_ratio,
         CAST(sum(CASE WHEN from_last <= 3 THEN known END) AS DOUBLE)
           / nullif(sum(CASE WHEN from_last <= 3 THEN later_lines END), 0) AS recent_reorder_ratio
  FROM baskets
  GROUP BY fold, user_id
),
visits AS (
  SELECT folds.fold, folds.user_id, max(orders.order_number) AS max_order_number,
         sum(orders.days_since_prior_order) AS total_days, avg(orders.days_since_prior_order) AS avg_days,
         max(CASE WHEN orders.order_number = folds.before_order_number - 1 THEN orders.days_since_prior_order END) AS last_gap_days,
         avg(CASE WHEN orders.order_number >= folds.before_order_number - 3 THEN orders.days_since_prior_order END) AS recent_gap_days,
         avg(orders.order_hour_of_day) AS average_hour,
         avg(CASE WHEN orders.order_dow IN (0, 6) THEN 1 ELSE 0 END) AS weekend_share
  FROM folds
  JOIN orders ON orders.user_id = folds.user_id AND orders.order_number < folds.before_order_number
  GROUP BY folds.fold, folds.user_id
),
pairs AS (
  SELECT fold, user_id, product_id, max(aisle_id) AS aisle_id, count(*) AS orders,
         min(order_number) AS first_order, max(order_number) AS last_order,
         min(days_since_start) AS first_day, max(days_since_start) AS last_day,
         avg(add_to_cart_order) AS cart_position,
         CAST(sum(add_to_cart_order) AS DOUBLE) / nullif(sum(basket), 0) AS cart_share,
         max(CASE WHEN newest THEN streak END) AS last_streak, max(streak) AS longest_streak,
         avg(gap_orders) AS mean_gap_orders, max(gap_orders) AS longest_gap_orders,
         max(CASE WHEN newest THEN gap_orders END) AS last_gap_orders,
         avg(gap_days) AS mean_gap_days, max(gap_days) AS longest_gap_days,
         count(CASE WHEN ago <= 3 THEN 1 END) AS in_last_3, count(CASE WHEN ago <= 5 THEN 1 END) AS in_last_5,
         count(CASE WHEN ago <= 10 THEN 1 END) AS in_last_10,
         CAST(sum(CAST(round(1000000 * power(0.7, ago)) AS BIGINT)) AS DOUBLE) / 1000000 AS recent_fast,
         CAST(sum(CAST(round(1000000 * power(0.9, ago)) AS BIGINT)) AS DOUBLE) / 1000000 AS recent,
         CAST(sum(CAST(round(1000000 * power(0.97, ago)) AS BIGINT)) AS DOUBLE) / 1000000 AS recent_slow,
         avg(order_hour_of_day) AS average_hour, avg(weekend) AS weekend_share
  FROM past
  GROUP BY fold, user_id, product_id
),
variety AS (
  SELECT fold, user_id, count(*) AS products, max(last_day) AS last_day
  FROM pairs
  GROUP BY fold, user_id
),
aisles AS (
  SELECT fold, aisle_id, count(*) AS orders, count(previous_order) AS reorders,
         CAST(count(CASE WHEN gap_orders = 1 THEN 1 END) AS DOUBLE) / nullif(count(CASE WHEN ago > 1 THEN 1 END), 0) AS next_ratio
  FROM past
  GROUP BY fold, aisle_id
),
products AS (
  SELECT fold, product_id, max(aisle_id) AS aisle_id, count(*) AS orders, count(previous_order) AS reorders,
         count(CASE WHEN nth = 1 THEN 1 END) AS first_orders, count(CASE WHEN nth = 2 THEN 1 END) AS second_orders,
         count(CASE WHEN gap_orders = 1 THEN 1 END) AS next_orders, count(CASE WHEN ago > 1 THEN 1 END) AS next_chances,
         CAST(sum(add_to_cart_order) AS DOUBLE) / nullif(sum(basket), 0) AS cart_share,
         avg(gap_orders) AS mean_gap_orders, avg(gap_days) AS mean_gap_days
  FROM past
  GROUP BY fold, product_id
),
user_aisles AS (
  SELECT fold, user_id, aisle_id, count(*) AS lines, min(ago) AS ago,
         count(CASE WHEN nth_of_aisle = 1 THEN 1 END) AS orders,
         count(CASE WHEN nth_of_aisle = 1 AND ago <= 5 THEN 1 END) AS in_last_5,
         count(CASE WHEN nth = 1 THEN 1 END) AS products
  FROM past
  GROUP BY fold, user_id, aisle_id
),
totals AS (
  SELECT fold, count(*) AS users
  FROM habits
  GROUP BY fold
),
bought AS (
  SELECT DISTINCT folds.fold, folds.user_id, order_products.product_id
  FROM folds
  JOIN order_products ON order_products.order_id = folds.label_order_id
)
/* Outer joins, so that none of them is carried out before the other: two tables of one fold, joined by it alone, would be all
   users with all products. */
SELECT pairs.fold,
       pairs.user_id,
       pairs.product_id,
       CASE WHEN pairs.fold = 'score' THEN NULL WHEN bought.product_id IS NULL THEN 0 ELSE 1 END AS label,
       pairs.orders AS up_orders,
       pairs.first_order AS up_first_order,
       pairs.last_order AS up_last_order,
       pairs.cart_position AS up_average_cart_position,
       visits.max_order_number,
       CAST(visits.total_days AS BIGINT) AS total_days_prior_order,
       visits.avg_days AS avg_days_prior_order,
       CAST(habits.lines AS BIGINT) AS user_total_products,
       variety.products AS user_distinct_products,
       habits.reorder_ratio AS user_reorder_ratio,
       products.orders AS prod_orders,
       products.reorders AS prod_reorders,
       products.first_orders AS prod_first_orders,
       products.second_orders AS prod_second_orders,
       CAST(products.second_orders AS DOUBLE) / nullif(products.first_orders, 0) AS prod_reorder_probability,
       1 + CAST(products.reorders AS DOUBLE) / nullif(products.first_orders, 0) AS prod_reorder_times,
       CAST(products.reorders AS DOUBLE) / nullif(products.orders, 0) AS prod_reorder_ratio,
       CAST(habits.lines AS DOUBLE) / nullif(visits.max_order_number, 0) AS user_average_basket,
       CAST(pairs.orders AS DOUBLE) / nullif(visits.max_order_number, 0) AS up_order_rate,
       visits.max_order_number - pairs.last_order AS up_orders_since_last_order,
       CAST(pairs.orders AS DOUBLE) / nullif(visits.max_order_number - pairs.first_order + 1, 0) AS up_order_rate_since_first_order,
       variety.last_day - pairs.last_day AS up_days_since_last_order,
       variety.last_day - pairs.first_day AS up_days_since_first_order,
       CASE WHEN pairs.last_order = visits.max_order_number THEN pairs.last_streak ELSE 0 END AS up_streak,
       pairs.longest_streak AS up_longest_streak,
       pairs.mean_gap_orders AS up_mean_gap_orders,
       pairs.longest_gap_orders AS up_longest_gap_orders,
       pairs.last_gap_orders AS up_last_gap_orders,
       pairs.mean_gap_days AS up_mean_gap_days,
       pairs.longest_gap_days AS up_longest_gap_days,
       (visits.max_order_number - pairs.last_order + 1) / nullif(pairs.mean_gap_orders, 0) AS up_overdue_orders,
       (variety.last_day - pairs.last_day + coalesce(visits.avg_days, 0)) / nullif(pairs.mean_gap_days, 0) AS up_overdue_days,
       pairs.in_last_3 AS up_in_last_3,
       pairs.in_last_5 AS up_in_last_5,
       pairs.in_last_10 AS up_in_last_10,
       pairs.recent_fast AS up_recent_fast,
       pairs.recent AS up_recent,
       pairs.recent_slow AS up_recent_slow,
       pairs.cart_share AS up_cart_share,
       CAST(pairs.orders AS DOUBLE) / nullif(habits.lines, 0) AS up_share,
       pairs.average_hour AS up_average_hour,
       pairs.weekend_share AS up_weekend_share,
       habits.last_basket AS user_last_basket,
       habits.recent_basket AS user_recent_basket,
       habits.last_reorder_ratio AS user_last_reorder_ratio,
       habits.recent_reorder_ratio AS user_recent_reorder_ratio,
       visits.last_gap_days AS user_last_gap_days,
       visits.recent_gap_days AS user_recent_gap_days,
       visits.average_hour AS user_average_hour,
       visits.weekend_share AS user_weekend_share,
       CAST(products.first_orders AS DOUBLE) / nullif(totals.users, 0) AS prod_users_ratio,
       (products.next_orders + 10 * coalesce(aisles.next_ratio, 0)) / (products.next_chances + 10) AS prod_next_ratio,
       products.cart_share AS prod_cart_share,
       products.mean_gap_orders AS prod_mean_gap_orders,
       products.mean_gap_days AS prod_mean_gap_days,
       CAST(aisles.reorders AS DOUBLE) / nullif(aisles.orders, 0) AS aisle_reorder_ratio,
       aisles.next_ratio AS aisle_next_ratio,
       user_aisles.orders AS ua_orders,
       user_aisles.products AS ua_products,
       user_aisles.ago - 1 AS ua_orders_since_last_order,
       user_aisles.in_last_5 AS ua_in_last_5,
       CAST(pairs.orders AS DOUBLE) / nullif(user_aisles.lines, 0) AS up_share_of_aisle
FROM pairs
LEFT JOIN habits ON habits.fold = pairs.fold AND habits.user_id = pairs.user_id
LEFT JOIN visits ON visits.fold = pairs.fold AND visits.user_id = pairs.user_id
LEFT JOIN variety ON variety.fold = pairs.fold AND variety.user_id = pairs.user_id
LEFT JOIN products ON products.fold = pairs.fold AND products.product_id = pairs.product_id
LEFT JOIN aisles ON aisles.fold = pairs.fold AND aisles.aisle_id = pairs.aisle_id
LEFT JOIN user_aisles ON user_aisles.fold = pairs.fold AND user_aisles.user_id = pairs.user_id AND user_aisles.aisle_id = pairs.aisle_id
LEFT JOIN totals ON totals.fold = pairs.fold
LEFT JOIN bought ON bought.fold = pairs.fold AND bought.user_id = pairs.user_id AND bought.product_id = pairs.product_id
ORDER BY pairs.fold, pairs.user_id, pairs.product_id
