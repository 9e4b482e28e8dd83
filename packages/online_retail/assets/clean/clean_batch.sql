/* asset:
  description: >-
    The clean lines under the names that the shop's export gives them, for queries written for those. Prices
    are wide enough to be multiplied with any quantity.
  layer: clean
  grain: one row for each line of an invoice
  materialize: view
*/
SELECT invoice_no AS invoiceno,
       stock_code AS stockcode,
       description,
       quantity,
       invoice_date AS invoicedate,
       CAST(unit_price AS DECIMAL(22,4)) AS unitprice,
       customer_id AS customerid,
       country
FROM clean
