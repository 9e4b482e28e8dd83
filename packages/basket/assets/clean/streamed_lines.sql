/* asset:
  description: >-
    What was bought by orders that were sent with their items. A product that an order names twice is one line, the later one.
    A line of the same order and product that came by file after the order was sent is in order_products instead.
  layer: clean
  grain: one row for each order and product
  columns:
    add_to_cart_order: As sent, else the place in the list of items, from 1.
    reordered: As sent, else 1 if the user bought the product in an order with a lower number, else 0.
  checks:
    - unique: [order_id, product_id]
*/
WITH sent AS (
  SELECT order_id, user_id, order_number, items, received_at
  FROM streamed_orders
  WHERE items IS NOT NULL
),
places AS (
  SELECT order_id, user_id, order_number, received_at, items,
         explode(sequence(0, CAST(json_array_length(items) AS INTEGER) - 1)) AS place
  FROM sent
  WHERE json_array_length(items) > 0
),
/* Whole numbers may be written as 7, 7.0 or "7". */
read AS (
  SELECT order_id, user_id, order_number, received_at, place,
         CAST(CAST(get_json_object(items, concat('$[', CAST(place AS STRING), '].product_id')) AS DECIMAL(20,0)) AS BIGINT) AS product_id,
         CAST(CAST(get_json_object(items, concat('$[', CAST(place AS STRING), '].add_to_cart_order')) AS DECIMAL(20,0)) AS INTEGER) AS add_to_cart_order,
         CAST(CAST(get_json_object(items, concat('$[', CAST(place AS STRING), '].reordered')) AS DECIMAL(20,0)) AS INTEGER) AS reordered
  FROM places
),
ranked AS (
  SELECT order_id, user_id, order_number, received_at, place, product_id, add_to_cart_order, reordered,
         row_number() OVER (PARTITION BY order_id, product_id ORDER BY place DESC) AS from_the_end
  FROM read
),
/* Of all lines that came by file those of the users who sent something, unless their order was sent after them: one pass over the
   files, and none while nothing was sent. */
users AS (
  SELECT DISTINCT user_id
  FROM sent
),
filed AS (
  SELECT line.order_id, line.product_id, orders.user_id, orders.order_number
  FROM raw.basket_order_products AS line
  JOIN orders ON orders.order_id = line.order_id
  JOIN users ON users.user_id = orders.user_id
  LEFT JOIN sent ON sent.order_id = line.order_id
  WHERE sent.order_id IS NULL OR line._received_at >= sent.received_at
),
lines AS (
  SELECT ranked.order_id, ranked.user_id, ranked.order_number, ranked.product_id, ranked.reordered,
         coalesce(ranked.add_to_cart_order, CAST(ranked.place + 1 AS INTEGER)) AS add_to_cart_order
  FROM ranked
  LEFT JOIN filed ON filed.order_id = ranked.order_id AND filed.product_id = ranked.product_id
  WHERE ranked.from_the_end = 1 AND filed.order_id IS NULL
),
bought AS (
  SELECT user_id, product_id, order_number
  FROM filed
  UNION ALL
  SELECT user_id, product_id, order_number
  FROM lines
),
firsts AS (
  SELECT user_id, product_id, min(order_number) AS order_number
  FROM bought
  GROUP BY user_id, product_id
)
SELECT lines.order_id,
       lines.product_id,
       lines.add_to_cart_order,
       coalesce(lines.reordered, CASE WHEN firsts.order_number < lines.order_number THEN 1 ELSE 0 END) AS reordered
FROM lines
JOIN firsts ON firsts.user_id = lines.user_id AND firsts.product_id = lines.product_id
ORDER BY lines.order_id, lines.product_id
