/* asset:
  description: The clean lines under the names that the shop's export gives them, for queries written for those.
  layer: clean
  grain: one row for each line of an invoice
  materialize: view
*/
SELECT invoice_no AS invoiceno,
       stock_code AS stockcode,
       description,
       quantity,
       invoice_date AS invoicedate,
       unit_price AS unitprice,
       customer_id AS customerid,
       country
FROM clean
