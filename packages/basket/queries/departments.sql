/* What is bought of each department in prior orders, most lines first. */
SELECT departments.department,
       sum(prd_features.prod_orders) AS lines,
       sum(prd_features.prod_reorders) AS reorders,
       count(*) AS products,
       CAST(sum(prd_features.prod_reorders) AS DOUBLE) / nullif(sum(prd_features.prod_orders), 0) AS reorder_rate
FROM basket.prd_features
JOIN raw.basket_products AS products ON products.product_id = prd_features.product_id
JOIN raw.basket_departments AS departments ON departments.department_id = products.department_id
GROUP BY departments.department_id, departments.department
ORDER BY lines DESC, departments.department
