/* The product of which most pieces were sold in each month. Ties go to the lower stock code; a
   product is called what it is called most often. */
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
),
sold AS (
  SELECT CAST(date_trunc('month', invoice_date) AS DATE) AS period, stock_code, sum(quantity) AS quantity, sum(amount) AS sales
  FROM clean
  GROUP BY CAST(date_trunc('month', invoice_date) AS DATE), stock_code
),
ranked AS (
  SELECT period, stock_code, quantity, sales,
         row_number() OVER (PARTITION BY period ORDER BY quantity DESC, stock_code) AS place
  FROM sold
)
SELECT ranked.period, ranked.stock_code, names.description, ranked.quantity, ranked.sales
FROM ranked
JOIN names ON names.stock_code = ranked.stock_code
WHERE ranked.place = 1
ORDER BY ranked.period
