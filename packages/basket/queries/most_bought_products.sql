/* The twenty products with the most lines in prior orders, and how many of these lines were bought again. */
SELECT prd_features.product_id, products.product_name, aisles.aisle, departments.department,
       prd_features.prod_orders, prd_features.prod_reorders,
       CAST(prd_features.prod_reorders AS DOUBLE) / nullif(prd_features.prod_orders, 0) AS reorder_rate
FROM basket.prd_features
JOIN raw.basket_products AS products ON products.product_id = prd_features.product_id
JOIN raw.basket_aisles AS aisles ON aisles.aisle_id = products.aisle_id
JOIN raw.basket_departments AS departments ON departments.department_id = products.department_id
ORDER BY prd_features.prod_orders DESC, prd_features.product_id
LIMIT 20
