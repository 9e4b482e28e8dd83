/* asset:
  description: Sales of each year with at least one line, net of cancellations.
  grain: one row for each year
  columns:
    period: Its first day.
    lines: Lines of invoices, cancellations among them.
    invoices: Different invoices.
    quantity: Pieces, net of what came back.
    sales: Amount in pounds, net of cancellations.
    gross_sales: Amount without cancelled (C) and bad-debt (A) invoices.
    cancelled_sales: Amount of cancelled invoices; not positive, as a rule.
    avg_per_invoice: Sales divided by invoices.
    avg_per_line: Sales divided by lines.
  checks:
    - unique: period
    - not_null: [period, sales]
*/
SELECT CAST(date_trunc('year', invoice_date) AS DATE) AS period,
       count(*) AS lines,
       count(DISTINCT invoice_no) AS invoices,
       sum(quantity) AS quantity,
       sum(amount) AS sales,
       coalesce(sum(amount) FILTER (WHERE NOT reversal), 0) AS gross_sales,
       coalesce(sum(amount) FILTER (WHERE cancelled), 0) AS cancelled_sales,
       CAST(sum(amount) AS DOUBLE) / nullif(count(DISTINCT invoice_no), 0) AS avg_per_invoice,
       CAST(sum(amount) AS DOUBLE) / nullif(count(*), 0) AS avg_per_line
FROM lines
GROUP BY CAST(date_trunc('year', invoice_date) AS DATE)
ORDER BY period
