/* asset:
  description: What a product is called, that is its most frequent description, the first in the alphabet among equals.
  layer: clean
  grain: one row for each stock code
  checks:
    - unique: stock_code
    - not_null: [stock_code, description]
*/
WITH spellings AS (
  SELECT stock_code, description,
         row_number() OVER (PARTITION BY stock_code ORDER BY count(*) DESC, description) AS place
  FROM clean
  GROUP BY stock_code, description
)
SELECT stock_code, description
FROM spellings
WHERE place = 1
ORDER BY stock_code
