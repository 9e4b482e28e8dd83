/* asset:
  description: Sales, invoices and customers of each country, best first, net of cancellations.
  grain: one row for each country
  checks:
    - unique: country
    - not_null: [country, sales]
*/
SELECT country,
       count(*) AS lines,
       count(DISTINCT invoice_no) AS invoices,
       count(DISTINCT customer_id) AS customers,
       sum(quantity) AS quantity,
       sum(amount) AS sales
FROM lines
GROUP BY country
ORDER BY sales DESC, country
