/* The twenty highest invoices. They are read from all lines: an invoice needs no customer. */
SELECT invoice_no, invoice_date, customer_id, country, lines, quantity, total
FROM online_retail.highest_invoices
ORDER BY total DESC, invoice_no
LIMIT 20
