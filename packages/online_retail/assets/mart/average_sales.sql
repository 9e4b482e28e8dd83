/* asset:
  description: >-
    Average sales of an hour, a day, a month, a year, an hour of the day and a weekday: the mean over
    the periods with at least one line.
  grain: one row for each grain; hour_of_day (0-23) and weekday (1 is Monday) have one for each value
  columns:
    grain: hour, day, month, year, hour_of_day or weekday.
    avg_sales: Sales divided by periods.
    periods: How many of them had a line; of hours of the day and weekdays, on how many days.
    value: The hour of the day or the weekday; null for the other grains.
  checks:
    - not_null: [grain, avg_sales, periods]
    - accepted_values: {column: grain, values: [hour, day, month, year, hour_of_day, weekday]}
    - unique: [grain, value]
*/
WITH hours AS (
  SELECT date_trunc('hour', invoice_date) AS period, sum(amount) AS sales
  FROM lines
  GROUP BY date_trunc('hour', invoice_date)
),
days AS (
  SELECT CAST(period AS DATE) AS period, CAST(date_trunc('week', period) AS DATE) AS week, sum(sales) AS sales
  FROM hours
  GROUP BY CAST(period AS DATE), CAST(date_trunc('week', period) AS DATE)
),
weekdays AS (
  SELECT sales,
         CASE period
              WHEN CAST(week + INTERVAL 0 DAY AS DATE) THEN 1
              WHEN CAST(week + INTERVAL 1 DAY AS DATE) THEN 2
              WHEN CAST(week + INTERVAL 2 DAY AS DATE) THEN 3
              WHEN CAST(week + INTERVAL 3 DAY AS DATE) THEN 4
              WHEN CAST(week + INTERVAL 4 DAY AS DATE) THEN 5
              WHEN CAST(week + INTERVAL 5 DAY AS DATE) THEN 6
              WHEN CAST(week + INTERVAL 6 DAY AS DATE) THEN 7
         END AS weekday
  FROM days
),
periods AS (
  SELECT 'hour' AS grain, CAST(NULL AS INTEGER) AS value, sales FROM hours
  UNION ALL
  SELECT 'day' AS grain, NULL AS value, sales FROM days
  UNION ALL
  SELECT 'month' AS grain, NULL AS value, sum(sales) AS sales FROM days GROUP BY date_trunc('month', period)
  UNION ALL
  SELECT 'year' AS grain, NULL AS value, sum(sales) AS sales FROM days GROUP BY date_trunc('year', period)
  UNION ALL
  SELECT 'hour_of_day' AS grain, CAST(EXTRACT(HOUR FROM period) AS INTEGER) AS value, sales FROM hours
  UNION ALL
  SELECT 'weekday' AS grain, weekday AS value, sales FROM weekdays
)
SELECT grain, CAST(sum(sales) AS DOUBLE) / nullif(count(*), 0) AS avg_sales, count(*) AS periods, value
FROM periods
GROUP BY grain, value
ORDER BY grain, value NULLS FIRST
