/* asset:
  description: >-
    Orders that were sent with their items, or without some of their columns: what was left out is derived here. A user's
    orders stand in a row: those without a time first, by their numbers, then the others by (order_time, order_id).
  layer: clean
  grain: one row for each order that was sent so
  columns:
    eval_set: As sent, else prior.
    order_number: As sent, else one more than the highest number of the user's orders before it.
    order_dow: As sent, else the day of the week on clocks in the package's time zone; 0 is Sunday.
    order_hour_of_day: As sent, else the hour on these clocks.
    days_since_prior_order: >-
      As sent, else whole days (24 hours each) since the order before, 30 at most. When that one has no time, as orders
      of files have none, it was made at the latest when it was delivered: the days since then, 0 at least. Null for the first.
    items: What was bought, as sent; null when the lines come by file.
    received_at: When the order was delivered.
  checks:
    - unique: order_id
*/
WITH zone AS (
  SELECT coalesce(max(CASE WHEN name = 'timezone' THEN value END), 'UTC') AS name
  FROM run.params
),
users AS (
  SELECT DISTINCT user_id
  FROM raw.basket_orders
  WHERE items IS NOT NULL OR eval_set IS NULL OR order_number IS NULL OR order_dow IS NULL OR order_hour_of_day IS NULL
     OR (days_since_prior_order IS NULL AND order_number > 1)
),
placed AS (
  SELECT orders.order_id, orders.user_id, orders.eval_set, orders.order_number, orders.order_dow,
         orders.order_hour_of_day, orders.days_since_prior_order, orders.order_time, orders.items,
         orders._received_at AS received_at,
         CASE WHEN orders.order_time IS NULL THEN orders.order_number END AS number_without_time
  FROM raw.basket_orders AS orders
  JOIN users ON users.user_id = orders.user_id
  WHERE orders.order_time IS NOT NULL
     OR (orders.order_number IS NOT NULL AND orders.order_dow IS NOT NULL AND orders.order_hour_of_day IS NOT NULL)
),
counted AS (
  SELECT order_id, user_id, eval_set, order_number, order_dow, order_hour_of_day, days_since_prior_order, order_time,
         items, received_at,
         sum(CASE WHEN order_number IS NULL THEN 1 ELSE 0 END) OVER so_far AS unnumbered,
         row_number() OVER in_a_row AS place,
         lag(coalesce(order_time, received_at)) OVER in_a_row AS previous_at,
         number_without_time
  FROM placed
  WINDOW in_a_row AS (
           PARTITION BY user_id ORDER BY order_time NULLS FIRST, number_without_time NULLS LAST, order_id
         ),
         so_far AS (
           PARTITION BY user_id ORDER BY order_time NULLS FIRST, number_without_time NULLS LAST, order_id
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
         )
),
/* The highest number so far, were all that have none numbered on from it: each of them adds one to it. */
numbered AS (
  SELECT order_id, user_id, eval_set, order_dow, order_hour_of_day, days_since_prior_order, order_time, items, received_at,
         place, previous_at, order_number AS number_sent,
         coalesce(order_number, unnumbered + coalesce(max(order_number - unnumbered) OVER (
           PARTITION BY user_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
         ), 0)) AS order_number
  FROM counted
)
SELECT numbered.order_id,
       numbered.user_id,
       coalesce(numbered.eval_set, 'prior') AS eval_set,
       CAST(numbered.order_number AS INTEGER) AS order_number,
       coalesce(
         numbered.order_dow,
         CAST((unix_date(CAST(from_utc_timestamp(numbered.order_time, zone.name) AS DATE)) % 7 + 11) % 7 AS INTEGER)
       ) AS order_dow,
       coalesce(
         numbered.order_hour_of_day,
         CAST(EXTRACT(HOUR FROM from_utc_timestamp(numbered.order_time, zone.name)) AS INTEGER)
       ) AS order_hour_of_day,
       coalesce(
         numbered.days_since_prior_order,
         CASE WHEN numbered.place > 1 AND numbered.order_time IS NOT NULL THEN CAST(greatest(0, least(30, floor(
           (unix_micros(numbered.order_time) - unix_micros(numbered.previous_at)) / 86400000000
         ))) AS INTEGER) END
       ) AS days_since_prior_order,
       numbered.order_time,
       numbered.items,
       numbered.received_at
FROM numbered
CROSS JOIN zone
WHERE numbered.items IS NOT NULL OR numbered.eval_set IS NULL OR numbered.number_sent IS NULL
   OR numbered.order_dow IS NULL OR numbered.order_hour_of_day IS NULL
   OR (numbered.days_since_prior_order IS NULL AND numbered.number_sent > 1)
ORDER BY numbered.order_id
