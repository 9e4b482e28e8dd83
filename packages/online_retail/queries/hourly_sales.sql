/* Sales of each hour with at least one line. Net of cancellations; lines without customer or
   description are left out. */
SELECT period, lines, invoices, quantity, sales, gross_sales, cancelled_sales, avg_per_invoice,
       avg_per_line
FROM online_retail.hourly_sales
ORDER BY period
