/* asset:
  description: Sales of each hour with at least one line, net of cancellations.
  grain: one row for each hour
  columns:
    period: Its beginning, in the shop's time.
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
SELECT date_trunc('hour', invoice_date) AS period,
       count(*) AS lines,
       count(DISTINCT invoice_no) AS invoices,
       sum(quantity) AS quantity,
       sum(amount) AS sales,
       coalesce(sum(amount) FILTER (WHERE NOT reversal), 0) AS gross_sales,
       coalesce(sum(amount) FILTER (WHERE cancelled), 0) AS cancelled_sales,
       CAST(sum(amount) AS DOUBLE) / nullif(count(DISTINCT invoice_no), 0) AS avg_per_invoice,
       CAST(sum(amount) AS DOUBLE) / nullif(count(*), 0) AS avg_per_line
FROM lines
GROUP BY date_trunc('hour', invoice_date)
ORDER BY period
