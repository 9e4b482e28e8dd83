/* asset:
  description: Of which date the dump is that the tables are made of.
  layer: clean
  grain: one row
  columns:
    date: What the run was told (--param date=2025-07-01), else the date in the name of the calendar's file, else the day on which it came.
    sales: The date in the name of the file of sales; null when it has none, or no rows.
  checks:
    - not_null: date
      name: there_is_a_calendar
    - expression: >-
        coalesce(sales, date) = date AND coalesce(inventory, date) = date AND coalesce(calendar, date) = date
        AND coalesce(product, date) = date AND coalesce(store, date) = date
      name: all_files_are_of_one_date
      description: Sales of one night beside stocks of another would make metrics of neither.
*/
WITH named AS (
  SELECT 'sales' AS source, max(_source) AS file, max(_received_at) AS received_at FROM raw.store_week_sales
  UNION ALL
  SELECT 'inventory' AS source, max(_source) AS file, max(_received_at) AS received_at FROM raw.store_week_inventory
  UNION ALL
  SELECT 'calendar' AS source, max(_source) AS file, max(_received_at) AS received_at FROM raw.store_week_calendar
  UNION ALL
  SELECT 'product' AS source, max(_source) AS file, max(_received_at) AS received_at FROM raw.store_week_product
  UNION ALL
  SELECT 'store' AS source, max(_source) AS file, max(_received_at) AS received_at FROM raw.store_week_store
),
/* 2025-07-01 and 20250701 are one date. */
digits AS (
  SELECT source, received_at,
         replace(regexp_extract(regexp_extract(file, '[^/]*$', 0), '[0-9]{4}-?[0-9]{2}-?[0-9]{2}', 0), '-', '') AS digits
  FROM named
),
dated AS (
  SELECT source, received_at,
         TRY_CAST(concat(substr(digits, 1, 4), '-', substr(digits, 5, 2), '-', substr(digits, 7, 2)) AS DATE) AS date
  FROM digits
),
told AS (
  SELECT TRY_CAST(max(CASE WHEN name = 'date' THEN value END) AS DATE) AS date
  FROM run.params
)
SELECT coalesce(max(told.date), max(CASE WHEN dated.source = 'calendar' THEN coalesce(dated.date, CAST(dated.received_at AS DATE)) END)) AS date,
       max(CASE WHEN dated.source = 'calendar' THEN dated.date END) AS calendar,
       max(CASE WHEN dated.source = 'inventory' THEN dated.date END) AS inventory,
       max(CASE WHEN dated.source = 'product' THEN dated.date END) AS product,
       max(CASE WHEN dated.source = 'sales' THEN dated.date END) AS sales,
       max(CASE WHEN dated.source = 'store' THEN dated.date END) AS store
FROM dated
CROSS JOIN told
