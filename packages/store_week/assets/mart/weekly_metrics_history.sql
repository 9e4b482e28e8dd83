/* asset:
  description: >-
    What each store sold of each product in a week, and what low or no stock cost it, by every dump so far. A dump is a full
    snapshot: each date has all weeks anew.
  grain: one row for each dump's date, week, store and product with a sale or an inventory row
  materialize: insert_overwrite
  dataset: weekly_metrics
  partition_by: [date]
  columns:
    yr_wk_num: Week of the calendar. A week in which the year ends has two numbers, and fewer than seven days in each.
    sales_qty: Pieces sold, less what came back.
    sales_amt: What they were sold for.
    cost_amt: What they had cost.
    avg_sales_price: sales_amt / sales_qty; null when sales_qty is 0.
    stock_on_hand_qty: Pieces on hand in the last inventory row of the week; null when there is none.
    stock_on_order_qty: Pieces on order in that row.
    stock_as_of_dt: The date of that row.
    out_of_stock_rate: Days out of stock, of seven.
    in_stock_rate: 1 - out_of_stock_rate.
    days_in_week_loaded: Days of the week with a sale or an inventory row. Less than 7 where the week is cut, or not over.
    total_low_stock_impact: Days out of stock and days of low stock; a day that was both counts twice.
    potential_low_stock_impact: >-
      What was sold beyond the stock on hand, on days of low stock: sales_amt - stock on hand (0 at least) * sales_amt / sales_qty.
    potential_low_stock_qty: Pieces that the stock on hand was short of the day's sales, on days of low stock.
    no_stock_impact: sales_amt of days out of stock.
    low_stock_instances: Days on which less was on hand than was sold, also when out of stock.
    no_stock_instances: Days out of stock.
    weeks_of_supply: stock_on_hand_qty / sales_qty; null when sales_qty is 0.
    date: The dump's date.
  # The history grows by all weeks each night: what is checked here is answered by statistics of its files, without reading
  # them. What makes metrics wrong is looked for in the dump (faults).
  checks:
    - min: {column: days_in_week_loaded, value: 1}
    - max: {column: days_in_week_loaded, value: 7}
      blocking: false
    - min: {column: in_stock_rate, value: 0}
      blocking: false
*/
/* Prices and quantities of one product sold twice a day are added up before anything is compared with the day's stock. */
WITH sold AS (
  SELECT trans_dt AS cal_dt, store_key, prod_key,
         CAST(sum(coalesce(sales_qty, 0)) AS BIGINT) AS sales_qty,
         sum(coalesce(sales_amt, 0)) AS sales_amt,
         sum(coalesce(sales_cost, 0)) AS cost_amt
  FROM raw.store_week_sales
  GROUP BY trans_dt, store_key, prod_key
),
joined AS (
  SELECT coalesce(inventory.cal_dt, sold.cal_dt) AS cal_dt,
         coalesce(inventory.store_key, sold.store_key) AS store_key,
         coalesce(inventory.prod_key, sold.prod_key) AS prod_key,
         coalesce(sold.sales_qty, 0) AS sales_qty,
         coalesce(sold.sales_amt, 0) AS sales_amt,
         coalesce(sold.cost_amt, 0) AS cost_amt,
         inventory.cal_dt AS stock_dt,
         inventory.inventory_on_hand_qty AS on_hand,
         inventory.inventory_on_order_qty AS on_order,
         CASE WHEN inventory.out_of_stock_flg = 1 THEN 1 ELSE 0 END AS no_stock,
         CASE WHEN inventory.inventory_on_hand_qty < coalesce(sold.sales_qty, 0) THEN 1 ELSE 0 END AS low_stock
  FROM raw.store_week_inventory AS inventory
  FULL OUTER JOIN sold
    ON sold.store_key = inventory.store_key AND sold.prod_key = inventory.prod_key AND sold.cal_dt = inventory.cal_dt
),
/* max_by passes over nulls in one engine and not in the other: here the last row counts, also when it says nothing, so a number
   that no stock can be stands for null. */
weeks AS (
  SELECT calendar.yr_wk_num, joined.store_key, joined.prod_key,
         CAST(sum(joined.sales_qty) AS BIGINT) AS sales_qty,
         sum(joined.sales_amt) AS sales_amt,
         sum(joined.cost_amt) AS cost_amt,
         CAST(nullif(max_by(coalesce(joined.on_hand, -9999999999), joined.stock_dt), -9999999999) AS INTEGER) AS stock_on_hand_qty,
         CAST(nullif(max_by(coalesce(joined.on_order, -9999999999), joined.stock_dt), -9999999999) AS INTEGER) AS stock_on_order_qty,
         max(joined.stock_dt) AS stock_as_of_dt,
         count(*) AS days_in_week_loaded,
         /* A quotient has no last digit. It is cut after twelve, so that the sum does not depend on the order of the days. */
         sum(CASE WHEN joined.low_stock = 1 AND joined.sales_qty > 0 THEN CAST(
               CAST(joined.sales_amt AS DOUBLE) * (joined.sales_qty - greatest(joined.on_hand, 0)) / joined.sales_qty AS DECIMAL(38,12)
             ) ELSE 0 END) AS potential_low_stock_impact,
         CAST(sum(CASE WHEN joined.low_stock = 1 THEN joined.sales_qty - joined.on_hand ELSE 0 END) AS BIGINT) AS potential_low_stock_qty,
         sum(CASE WHEN joined.no_stock = 1 THEN joined.sales_amt ELSE 0 END) AS no_stock_impact,
         CAST(sum(joined.low_stock) AS BIGINT) AS low_stock_instances,
         CAST(sum(joined.no_stock) AS BIGINT) AS no_stock_instances
  FROM joined
  JOIN raw.store_week_calendar AS calendar ON calendar.cal_dt = joined.cal_dt
  GROUP BY calendar.yr_wk_num, joined.store_key, joined.prod_key
)
SELECT weeks.yr_wk_num,
       weeks.store_key,
       weeks.prod_key,
       weeks.sales_qty,
       weeks.sales_amt,
       weeks.cost_amt,
       CAST(weeks.sales_amt AS DOUBLE) / nullif(weeks.sales_qty, 0) AS avg_sales_price,
       weeks.stock_on_hand_qty,
       weeks.stock_on_order_qty,
       weeks.stock_as_of_dt,
       CAST(weeks.no_stock_instances AS DOUBLE) / 7 AS out_of_stock_rate,
       1 - CAST(weeks.no_stock_instances AS DOUBLE) / 7 AS in_stock_rate,
       weeks.days_in_week_loaded,
       weeks.no_stock_instances + weeks.low_stock_instances AS total_low_stock_impact,
       CAST(weeks.potential_low_stock_impact AS DOUBLE) AS potential_low_stock_impact,
       weeks.potential_low_stock_qty,
       weeks.no_stock_impact,
       weeks.low_stock_instances,
       weeks.no_stock_instances,
       CAST(weeks.stock_on_hand_qty AS DOUBLE) / nullif(weeks.sales_qty, 0) AS weeks_of_supply,
       dump.date
FROM weeks
CROSS JOIN dump
