/* asset:
  description: What each product brought, day by day and country by country, net of cancellations.
  grain: one row for each day, country and product
  columns:
    period: The day.
    country: Where the customers live.
    lines: Lines of invoices, cancellations among them.
    quantity: Pieces, net of what came back.
    sales: Amount in pounds, net of cancellations.
  checks:
    - unique: [period, country, stock_code]
    - not_null: [period, country, stock_code, quantity, sales]
*/
SELECT CAST(invoice_date AS DATE) AS period,
       country,
       stock_code,
       count(*) AS lines,
       sum(quantity) AS quantity,
       sum(amount) AS sales
FROM lines
GROUP BY CAST(invoice_date AS DATE), country, stock_code
ORDER BY period, country, stock_code
