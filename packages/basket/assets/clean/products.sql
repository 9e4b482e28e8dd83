/* asset:
  description: The products with the names of their aisles and departments.
  layer: clean
  grain: one row for each product
  checks:
    - unique: product_id
*/
SELECT products.product_id, products.product_name, products.aisle_id, aisles.aisle, products.department_id, departments.department
FROM raw.basket_products AS products
LEFT JOIN raw.basket_aisles AS aisles ON aisles.aisle_id = products.aisle_id
LEFT JOIN raw.basket_departments AS departments ON departments.department_id = products.department_id
ORDER BY products.product_id
