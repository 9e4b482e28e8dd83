/* asset:
  description: The products as each dump had them.
  grain: one row for each dump's date and product
  materialize: insert_overwrite
  dataset: product
  partition_by: [date]
  checks:
    - not_null: [prod_key, date]
    - unique: [date, prod_key]
*/
SELECT product.prod_key, product.prod_name, product.vol, product.wgt, product.brand_name,
       product.status_code, product.status_code_name, product.category_key, product.category_name,
       product.subcategory_key, product.subcategory_name, dump.date
FROM raw.store_week_product AS product
CROSS JOIN dump
