/* Sales, invoices and customers of each country, best first. Net of cancellations; lines without
   customer or description are left out. */
SELECT country, lines, invoices, customers, quantity, sales
FROM online_retail.sales_by_country
ORDER BY sales DESC, country
