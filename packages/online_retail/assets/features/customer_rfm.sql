/* asset:
  description: >-
    Recency, frequency and money of each customer, from 1 to 5: the fifth of all customers in which he stands, 5 is the best.
    Equal customers have equal scores, that of the first of them.
  layer: mart
  grain: one row for each customer
  columns:
    recency_score: 5 when the last invoice is among the latest.
    frequency_score: 5 when invoices are among the most.
    monetary_score: 5 when the amount is among the highest.
    rfm: The three scores as one text, such as 543.
    rfm_group: What they say in a word.
    avg_basket_size: Mean of the pieces of a line.
  checks:
    - unique: customer_id
    - not_null: [customer_id, recency_score, frequency_score, monetary_score, rfm, rfm_group]
    - min: {columns: [recency_score, frequency_score, monetary_score], value: 1}
    - max: {columns: [recency_score, frequency_score, monetary_score], value: 5}
    - accepted_values: {column: rfm_group, values: [champion, loyal, promising, new, at risk, dormant, regular]}
    - row_count: {equals: online_retail.customer_features}
*/
WITH ranked AS (
  SELECT customer_id, recency_days, order_count, total_spent, avg_basket_size, count(*) OVER () AS customers,
         rank() OVER (ORDER BY recency_days DESC) - 1 AS less_recent,
         rank() OVER (ORDER BY order_count) - 1 AS less_often,
         rank() OVER (ORDER BY total_spent) - 1 AS less_spent
  FROM customer_features
),
scored AS (
  SELECT customer_id, recency_days, order_count, total_spent, avg_basket_size,
         CAST(1 + floor(less_recent * 5 / CAST(customers AS DOUBLE)) AS INTEGER) AS recency_score,
         CAST(1 + floor(less_often * 5 / CAST(customers AS DOUBLE)) AS INTEGER) AS frequency_score,
         CAST(1 + floor(less_spent * 5 / CAST(customers AS DOUBLE)) AS INTEGER) AS monetary_score
  FROM ranked
)
SELECT customer_id, recency_days, order_count, total_spent, recency_score, frequency_score, monetary_score,
       concat(CAST(recency_score AS STRING), CAST(frequency_score AS STRING), CAST(monetary_score AS STRING)) AS rfm,
       CASE
         WHEN recency_score >= 4 AND frequency_score >= 4 AND monetary_score >= 4 THEN 'champion'
         WHEN recency_score >= 3 AND frequency_score >= 4 THEN 'loyal'
         WHEN recency_score >= 4 AND order_count = 1 THEN 'new'
         WHEN recency_score >= 4 AND frequency_score >= 2 THEN 'promising'
         WHEN recency_score <= 2 AND (frequency_score >= 3 OR monetary_score >= 4) THEN 'at risk'
         WHEN recency_score <= 2 THEN 'dormant'
         ELSE 'regular'
       END AS rfm_group,
       avg_basket_size
FROM scored
ORDER BY customer_id
