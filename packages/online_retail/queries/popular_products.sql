/* The twenty products of which most pieces were sold, net of returns. */
SELECT stock_code, description, quantity, sales, invoices
FROM online_retail.popular_products
ORDER BY quantity DESC, stock_code
LIMIT 20
