/* asset:
  description: Where each product went, by what it brought, net of cancellations.
  grain: one row for each product and country
  columns:
    place: 1 is the country that brought most.
    quantity: Pieces, net of what came back.
    sales: Amount in pounds, net of cancellations.
  checks:
    - unique: [stock_code, country]
    - not_null: [stock_code, place, country, quantity, sales]
*/
WITH countries AS (
  SELECT stock_code, country, sum(quantity) AS quantity, sum(amount) AS sales
  FROM lines
  GROUP BY stock_code, country
)
SELECT stock_code,
       CAST(row_number() OVER (PARTITION BY stock_code ORDER BY sales DESC, country) AS BIGINT) AS place,
       country, quantity, sales
FROM countries
ORDER BY stock_code, place
