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
WITH baskets AS (
  SELECT user_id, order_id, order_number, count(*) AS basket, count(previous_order) AS known,
         CASE WHEN order_number > 1 THEN count(*) END AS later_lines
  FROM buy_again_lines
  GROUP BY user_id, order_id, order_number
),
past AS (
  SELECT folds.fold, baskets.user_id, baskets.basket, baskets.known, baskets.later_lines,
         row_number() OVER (
           PARTITION BY folds.fold, baskets.user_id ORDER BY baskets.order_number DESC, baskets.order_id DESC
         ) AS from_last
  FROM baskets
  JOIN buy_again_folds AS folds ON folds.user_id = baskets.user_id AND folds.before_order_number > baskets.order_number
),
habits AS (
  SELECT fold, user_id, CAST(sum(basket) AS BIGINT) AS lines,
         CAST(sum(known) AS DOUBLE) / nullif(sum(later_lines), 0) AS reorder_ratio,
         max(CASE WHEN from_last = 1 THEN basket END) AS last_basket,
         avg(CASE WHEN from_last <= 3 THEN basket END) AS recent_basket,
         max(CASE WHEN from_last = 1 THEN CAST(known AS DOUBLE) / nullif(later_lines, 0) END) AS last_reorder_ratio,
         CAST(sum(CASE WHEN from_last <= 3 THEN known END) AS DOUBLE)
           / nullif(sum(CASE WHEN from_last <= 3 THEN later_lines END), 0) AS recent_reorder_ratio
  FROM past
  GROUP BY fold, user_id
),
visits AS (
  SELECT folds.fold, folds.user_id, max(orders.order_number) AS max_order_number,
         CAST(sum(orders.days_since_prior_order) AS BIGINT) AS total_days, avg(orders.days_since_prior_order) AS avg_days,
         max(CASE WHEN orders.order_number = folds.before_order_number - 1 THEN orders.days_since_prior_order END) AS last_gap_days,
         avg(CASE WHEN orders.order_number >= folds.before_order_number - 3 THEN orders.days_since_prior_order END) AS recent_gap_days,
         avg(orders.order_hour_of_day) AS average_hour,
         avg(CASE WHEN orders.order_dow IN (0, 6) THEN 1 ELSE 0 END) AS weekend_share
  FROM buy_again_folds AS folds
  JOIN orders ON orders.user_id = folds.user_id AND orders.order_number < folds.before_order_number
  GROUP BY folds.fold, folds.user_id
),
/* Of the user's lines of the product's aisle; none for a product without one. */
shelved AS (
  SELECT pairs.*,
         CASE WHEN aisle_id IS NOT NULL THEN sum(orders) OVER shelf END AS shelf_lines,
         CASE WHEN aisle_id IS NOT NULL THEN sum(aisle_orders) OVER shelf END AS shelf_orders,
         CASE WHEN aisle_id IS NOT NULL THEN sum(aisle_in_last_5) OVER shelf END AS shelf_in_last_5,
         CASE WHEN aisle_id IS NOT NULL THEN count(*) OVER shelf END AS shelf_products,
         CASE WHEN aisle_id IS NOT NULL THEN max(last_order) OVER shelf END AS shelf_last_order
  FROM buy_again_pairs AS pairs
  WINDOW shelf AS (PARTITION BY fold, user_id, aisle_id)
),
variety AS (
  SELECT fold, user_id, count(*) AS products, max(last_day) AS last_day
  FROM buy_again_pairs AS pairs
  GROUP BY fold, user_id
),
aisles AS (
  SELECT fold, aisle_id, sum(orders) AS orders, sum(orders) - count(*) AS reorders,
         CAST(sum(next_orders) AS DOUBLE) / nullif(sum(next_chances), 0) AS next_ratio
  FROM buy_again_pairs AS pairs
  GROUP BY fold, aisle_id
),
products AS (
  SELECT fold, product_id, CAST(sum(orders) AS BIGINT) AS orders, CAST(sum(orders) - count(*) AS BIGINT) AS reorders,
         count(*) AS first_orders, count(CASE WHEN orders >= 2 THEN 1 END) AS second_orders,
         CAST(sum(next_orders) AS BIGINT) AS next_orders, CAST(sum(next_chances) AS BIGINT) AS next_chances,
         CAST(sum(places) AS DOUBLE) / nullif(sum(baskets), 0) AS cart_share,
         CAST(sum(last_order - first_order) AS DOUBLE) / nullif(sum(orders) - count(*), 0) AS mean_gap_orders,
         CAST(sum(last_day - first_day) AS DOUBLE) / nullif(sum(orders) - count(*), 0) AS mean_gap_days
  FROM buy_again_pairs AS pairs
  GROUP BY fold, product_id
),
users AS (
  SELECT visits.fold, visits.user_id, visits.max_order_number, visits.total_days, visits.avg_days, visits.last_gap_days,
         visits.recent_gap_days, visits.average_hour, visits.weekend_share, habits.lines, habits.reorder_ratio, habits.last_basket,
         habits.recent_basket, habits.last_reorder_ratio, habits.recent_reorder_ratio, variety.products, variety.last_day,
         count(*) OVER (PARTITION BY visits.fold) AS users
  FROM visits
  JOIN habits ON habits.fold = visits.fold AND habits.user_id = visits.user_id
  JOIN variety ON variety.fold = visits.fold AND variety.user_id = visits.user_id
),
bought AS (
  SELECT DISTINCT folds.fold, folds.user_id, order_products.product_id
  FROM buy_again_folds AS folds
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
       CAST(pairs.places AS DOUBLE) / nullif(pairs.orders, 0) AS up_average_cart_position,
       users.max_order_number,
       users.total_days AS total_days_prior_order,
       users.avg_days AS avg_days_prior_order,
       users.lines AS user_total_products,
       users.products AS user_distinct_products,
       users.reorder_ratio AS user_reorder_ratio,
       products.orders AS prod_orders,
       products.reorders AS prod_reorders,
       products.first_orders AS prod_first_orders,
       products.second_orders AS prod_second_orders,
       CAST(products.second_orders AS DOUBLE) / nullif(products.first_orders, 0) AS prod_reorder_probability,
       1 + CAST(products.reorders AS DOUBLE) / nullif(products.first_orders, 0) AS prod_reorder_times,
       CAST(products.reorders AS DOUBLE) / nullif(products.orders, 0) AS prod_reorder_ratio,
       CAST(users.lines AS DOUBLE) / nullif(users.max_order_number, 0) AS user_average_basket,
       CAST(pairs.orders AS DOUBLE) / nullif(users.max_order_number, 0) AS up_order_rate,
       users.max_order_number - pairs.last_order AS up_orders_since_last_order,
       CAST(pairs.orders AS DOUBLE) / nullif(users.max_order_number - pairs.first_order + 1, 0) AS up_order_rate_since_first_order,
       users.last_day - pairs.last_day AS up_days_since_last_order,
       users.last_day - pairs.first_day AS up_days_since_first_order,
       CASE WHEN pairs.last_order = users.max_order_number THEN pairs.last_streak ELSE 0 END AS up_streak,
       pairs.longest_streak AS up_longest_streak,
       CAST(pairs.last_order - pairs.first_order AS DOUBLE) / nullif(pairs.orders - 1, 0) AS up_mean_gap_orders,
       pairs.longest_gap_orders AS up_longest_gap_orders,
       pairs.last_gap_orders AS up_last_gap_orders,
       CAST(pairs.last_day - pairs.first_day AS DOUBLE) / nullif(pairs.orders - 1, 0) AS up_mean_gap_days,
       pairs.longest_gap_days AS up_longest_gap_days,
       (users.max_order_number - pairs.last_order + 1) * CAST(pairs.orders - 1 AS DOUBLE)
         / nullif(pairs.last_order - pairs.first_order, 0) AS up_overdue_orders,
       (users.last_day - pairs.last_day + coalesce(users.avg_days, 0)) * (pairs.orders - 1)
         / nullif(pairs.last_day - pairs.first_day, 0) AS up_overdue_days,
       pairs.in_last_3 AS up_in_last_3,
       pairs.in_last_5 AS up_in_last_5,
       pairs.in_last_10 AS up_in_last_10,
       CAST(pairs.recent_fast AS DOUBLE) / 1000000 AS up_recent_fast,
       CAST(pairs.recent AS DOUBLE) / 1000000 AS up_recent,
       CAST(pairs.recent_slow AS DOUBLE) / 1000000 AS up_recent_slow,
       CAST(pairs.places AS DOUBLE) / nullif(pairs.baskets, 0) AS up_cart_share,
       CAST(pairs.orders AS DOUBLE) / nullif(users.lines, 0) AS up_share,
       CAST(pairs.hours AS DOUBLE) / nullif(pairs.orders, 0) AS up_average_hour,
       CAST(pairs.weekends AS DOUBLE) / nullif(pairs.orders, 0) AS up_weekend_share,
       users.last_basket AS user_last_basket,
       users.recent_basket AS user_recent_basket,
       users.last_reorder_ratio AS user_last_reorder_ratio,
       users.recent_reorder_ratio AS user_recent_reorder_ratio,
       users.last_gap_days AS user_last_gap_days,
       users.recent_gap_days AS user_recent_gap_days,
       users.average_hour AS user_average_hour,
       users.weekend_share AS user_weekend_share,
       CAST(products.first_orders AS DOUBLE) / nullif(users.users, 0) AS prod_users_ratio,
       (products.next_orders + 10 * coalesce(aisles.next_ratio, 0)) / (products.next_chances + 10) AS prod_next_ratio,
       products.cart_share AS prod_cart_share,
       products.mean_gap_orders AS prod_mean_gap_orders,
       products.mean_gap_days AS prod_mean_gap_days,
       CAST(aisles.reorders AS DOUBLE) / nullif(aisles.orders, 0) AS aisle_reorder_ratio,
       aisles.next_ratio AS aisle_next_ratio,
       CAST(pairs.shelf_orders AS BIGINT) AS ua_orders,
       pairs.shelf_products AS ua_products,
       pairs.before_order_number - 1 - pairs.shelf_last_order AS ua_orders_since_last_order,
       CAST(pairs.shelf_in_last_5 AS BIGINT) AS ua_in_last_5,
       CAST(pairs.orders AS DOUBLE) / nullif(pairs.shelf_lines, 0) AS up_share_of_aisle
FROM shelved AS pairs
LEFT JOIN users ON users.fold = pairs.fold AND users.user_id = pairs.user_id
LEFT JOIN products ON products.fold = pairs.fold AND products.product_id = pairs.product_id
LEFT JOIN aisles ON aisles.fold = pairs.fold AND aisles.aisle_id = pairs.aisle_id
LEFT JOIN bought ON bought.fold = pairs.fold AND bought.user_id = pairs.user_id AND bought.product_id = pairs.product_id
ORDER BY pairs.fold, pairs.user_id, pairs.product_id
