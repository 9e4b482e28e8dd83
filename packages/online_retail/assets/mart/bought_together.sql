/* asset:
  description: >-
    The ten products that stand with each on the same invoices most often, cancellations left out. One invoice alone is chance:
    two at least have both.
  grain: one row for each product and one of its ten
  columns:
    place: 1 stands with it most often; equals in the order of their codes.
    other_code: The other product.
    together: Invoices that have both.
    share: Of the invoices that have the product.
  checks:
    - unique: [stock_code, place]
    - not_null: [stock_code, place, other_code, description, together, share]
    - min: {column: together, value: 2}
    - max: {column: share, value: 1}
*/
WITH products AS (
  SELECT stock_code, description, row_number() OVER (ORDER BY stock_code) AS number
  FROM product_names
),
bought AS (
  SELECT DISTINCT lines.invoice_no, products.number
  FROM lines
  JOIN products ON products.stock_code = lines.stock_code
  WHERE NOT lines.cancelled AND lines.quantity > 0
),
invoices AS (
  SELECT number, count(*) AS invoices
  FROM bought
  GROUP BY number
),
pairs AS (
  SELECT one.number AS one, other.number AS other, count(*) AS together
  FROM bought AS one
  JOIN bought AS other ON other.invoice_no = one.invoice_no AND other.number > one.number
  GROUP BY one.number, other.number
  HAVING count(*) >= 2
),
both_ways AS (
  SELECT one, other, together FROM pairs
  UNION ALL
  SELECT other AS one, one AS other, together FROM pairs
),
ranked AS (
  SELECT one, other, together, row_number() OVER (PARTITION BY one ORDER BY together DESC, other) AS place
  FROM both_ways
)
SELECT product.stock_code,
       CAST(ranked.place AS BIGINT) AS place,
       companion.stock_code AS other_code,
       companion.description,
       ranked.together,
       ranked.together / CAST(invoices.invoices AS DOUBLE) AS share
FROM ranked
JOIN products AS product ON product.number = ranked.one
JOIN products AS companion ON companion.number = ranked.other
JOIN invoices ON invoices.number = ranked.one
WHERE ranked.place <= 10
ORDER BY product.stock_code, place
