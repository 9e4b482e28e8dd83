/* The twenty products of which most pieces were sold, net of returns. */
WITH clean AS (
  SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id,
         lower(trim(country)) AS country, quantity * unit_price AS amount
  FROM raw.online_retail
  WHERE trim(customer_id) <> '' AND trim(description) <> '' AND invoice_date IS NOT NULL
),
spellings AS (
  SELECT stock_code, description,
         row_number() OVER (PARTITION BY stock_code ORDER BY count(*) DESC, description) AS place
  FROM clean
  GROUP BY stock_code, description
),
names AS (
  SELECT stock_code, description FROM spellings WHERE place = 1
)
SELECT clean.stock_code,
       names.description,
       sum(clean.quantity) AS quantity,
       sum(clean.amount) AS sales,
       count(DISTINCT clean.invoice_no) AS invoices
FROM clean
JOIN names ON names.stock_code = clean.stock_code
GROUP BY clean.stock_code, names.description
ORDER BY quantity DESC, clean.stock_code
LIMIT 20
