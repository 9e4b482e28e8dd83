/* The twenty customers who spent most, net of what they sent back. */
SELECT customer_id, total_spent, invoices, lines, first_invoice, last_invoice
FROM online_retail.top_customers
ORDER BY total_spent DESC, customer_id
LIMIT 20
