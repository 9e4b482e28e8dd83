/* asset:
  description: The ten products of which most pieces were sold in each hour, day, month and year. Ties go to the lower stock code.
  grain: one row for each grain, period and rank
  columns:
    grain: hour, day, month or year.
    period: Its beginning.
    rank: 1 is the most sold; at most 10.
  checks:
    - unique: [grain, period, rank]
    - accepted_values: {column: grain, values: [hour, day, month, year]}
    - min: {column: rank, value: 1}
    - max: {column: rank, value: 10}
*/
WITH sold AS (
  SELECT 'hour' AS grain, date_trunc('hour', invoice_date) AS period, stock_code,
         sum(quantity) AS quantity, sum(amount) AS sales
  FROM lines
  GROUP BY date_trunc('hour', invoice_date), stock_code
  UNION ALL
  SELECT 'day' AS grain, CAST(date_trunc('day', invoice_date) AS TIMESTAMP) AS period, stock_code,
         sum(quantity) AS quantity, sum(amount) AS sales
  FROM lines
  GROUP BY date_trunc('day', invoice_date), stock_code
  UNION ALL
  SELECT 'month' AS grain, CAST(date_trunc('month', invoice_date) AS TIMESTAMP) AS period, stock_code,
         sum(quantity) AS quantity, sum(amount) AS sales
  FROM lines
  GROUP BY date_trunc('month', invoice_date), stock_code
  UNION ALL
  SELECT 'year' AS grain, CAST(date_trunc('year', invoice_date) AS TIMESTAMP) AS period, stock_code,
         sum(quantity) AS quantity, sum(amount) AS sales
  FROM lines
  GROUP BY date_trunc('year', invoice_date), stock_code
),
ranked AS (
  SELECT grain, period, stock_code, quantity, sales,
         row_number() OVER (PARTITION BY grain, period ORDER BY quantity DESC, stock_code) AS rank
  FROM sold
)
SELECT ranked.grain, ranked.period, CAST(ranked.rank AS INTEGER) AS rank, ranked.stock_code,
       product_names.description, ranked.quantity, ranked.sales
FROM ranked
JOIN product_names ON product_names.stock_code = ranked.stock_code
WHERE ranked.rank <= 10
ORDER BY ranked.grain, ranked.period, rank
