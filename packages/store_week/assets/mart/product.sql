/* asset:
  description: The products as the newest dump has them.
  grain: one row for each product
  materialize: view
*/
SELECT prod_key, prod_name, vol, wgt, brand_name, status_code, status_code_name, category_key, category_name,
       subcategory_key, subcategory_name, date
FROM product_history
WHERE date = (SELECT max(date) FROM product_history)
