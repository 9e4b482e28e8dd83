/* For each customer: what was spent, in how many orders, how large a line is, and since when. */
SELECT customer_id,
       total_spent,
       invoices AS order_count,
       avg_basket_size,
       first_invoice,
       last_invoice,
       products
FROM online_retail.top_customers
ORDER BY total_spent DESC, customer_id
