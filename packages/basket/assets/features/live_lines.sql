/* asset:
  description: Lines of orders that were sent with their items, as soon as they are sent; what goes into a cart next is learnt from them at once.
  layer: mart
  grain: one row for each order that was sent and each of its items
  materialize: view
  columns:
    add_to_cart_order: Place in the list of items, from 1.
    _partition: Of the record in the stream.
    _offset: Of the record in its partition.
*/
WITH sent AS (
  SELECT order_id, user_id, items, _partition, _offset
  FROM raw.basket_orders
  WHERE items IS NOT NULL AND _offset IS NOT NULL
),
places AS (
  SELECT order_id, user_id, items, _partition, _offset,
         explode(sequence(0, CAST(json_array_length(items) AS INTEGER) - 1)) AS place
  FROM sent
  WHERE json_array_length(items) > 0
)
SELECT user_id,
       order_id,
       CAST(CAST(get_json_object(items, concat('$[', CAST(place AS STRING), '].product_id')) AS DECIMAL(20,0)) AS BIGINT) AS product_id,
       place + 1 AS add_to_cart_order,
       _partition,
       _offset
FROM places
