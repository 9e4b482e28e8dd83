/* Sales of each day and country. Net of cancellations; lines without customer or
   description are left out. */
SELECT period, country, lines, invoices, quantity, sales, gross_sales, cancelled_sales, avg_per_invoice,
       avg_per_line
FROM online_retail.daily_sales
ORDER BY period, country
