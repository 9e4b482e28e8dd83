/* asset:
  description: >-
    What was bought, by file and by stream. An order that was sent with its items says all that it consists of: lines of that
    order that had come by file before are gone, those that came after it count.
  layer: clean
  grain: one row for each order and product
  materialize: view
*/
SELECT filed.order_id, filed.product_id, filed.add_to_cart_order, filed.reordered
FROM raw.basket_order_products AS filed
LEFT JOIN (SELECT order_id, received_at FROM basket.streamed_orders WHERE items IS NOT NULL) AS sent
  ON sent.order_id = filed.order_id
WHERE coalesce(filed._received_at >= sent.received_at, true)
UNION ALL
SELECT order_id, product_id, add_to_cart_order, reordered
FROM basket.streamed_lines
