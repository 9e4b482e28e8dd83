/* asset:
  description: What in a dump makes its metrics wrong. As long as there is a row, nothing of the dump is published.
  layer: clean
  grain: one row for each fault, date, store and product
  columns:
    fault: What is wrong.
    found: Rows of that date, store and product; all rows of the date when it is not in the calendar.
  checks:
    - expression: fault <> 'a date of sales is not in the calendar'
      name: sales_are_in_the_calendar
    - expression: fault <> 'a date of inventory is not in the calendar'
      name: inventory_is_in_the_calendar
    - expression: fault <> 'a date is in the calendar twice'
      name: a_date_has_one_week
    - expression: fault <> 'more than one inventory row'
      name: one_inventory_row_for_each_key
*/
WITH sales_dates AS (
  SELECT trans_dt AS cal_dt, count(*) AS found
  FROM raw.store_week_sales
  GROUP BY trans_dt
),
inventory_dates AS (
  SELECT cal_dt, count(*) AS found
  FROM raw.store_week_inventory
  GROUP BY cal_dt
),
calendar_dates AS (
  SELECT cal_dt, count(*) AS found
  FROM raw.store_week_calendar
  GROUP BY cal_dt
),
/* A row for each store, product and 32 days, and a bit in it for each day: where there are more rows than bits, a day came twice.
   That takes a thirtieth of the memory of a row for each day, and finds the same. */
suspects AS (
  SELECT store_key, prod_key, CAST(floor(unix_date(cal_dt) / 32) AS INTEGER) AS span
  FROM raw.store_week_inventory
  GROUP BY store_key, prod_key, CAST(floor(unix_date(cal_dt) / 32) AS INTEGER)
  HAVING count(*) > bit_count(bit_or(CAST(1 AS BIGINT) << CAST((unix_date(cal_dt) % 32 + 32) % 32 AS INTEGER)))
)
SELECT 'a date of sales is not in the calendar' AS fault, sales_dates.cal_dt, CAST(NULL AS BIGINT) AS store_key,
       CAST(NULL AS BIGINT) AS prod_key, sales_dates.found
FROM sales_dates
LEFT JOIN calendar_dates ON calendar_dates.cal_dt = sales_dates.cal_dt
WHERE calendar_dates.cal_dt IS NULL
UNION ALL
SELECT 'a date of inventory is not in the calendar' AS fault, inventory_dates.cal_dt, CAST(NULL AS BIGINT) AS store_key,
       CAST(NULL AS BIGINT) AS prod_key, inventory_dates.found
FROM inventory_dates
LEFT JOIN calendar_dates ON calendar_dates.cal_dt = inventory_dates.cal_dt
WHERE calendar_dates.cal_dt IS NULL
UNION ALL
SELECT 'a date is in the calendar twice' AS fault, cal_dt, CAST(NULL AS BIGINT) AS store_key, CAST(NULL AS BIGINT) AS prod_key, found
FROM calendar_dates
WHERE found > 1
UNION ALL
SELECT 'more than one inventory row' AS fault, inventory.cal_dt, inventory.store_key, inventory.prod_key, count(*) AS found
FROM raw.store_week_inventory AS inventory
JOIN suspects ON suspects.store_key = inventory.store_key AND suspects.prod_key = inventory.prod_key
WHERE suspects.span = CAST(floor(unix_date(inventory.cal_dt) / 32) AS INTEGER)
GROUP BY inventory.cal_dt, inventory.store_key, inventory.prod_key
HAVING count(*) > 1
