/* asset:
  description: The calendar as each dump had it.
  grain: one row for each dump's date and day
  materialize: insert_overwrite
  dataset: calendar
  partition_by: [date]
  checks:
    - not_null: [cal_dt, date]
    - unique: [date, cal_dt]
*/
SELECT calendar.cal_dt, calendar.cal_type_desc, calendar.day_of_wk_num, calendar.day_of_wk_desc,
       calendar.yr_num, calendar.wk_num, calendar.yr_wk_num, calendar.mnth_num, calendar.yr_mnth_num,
       calendar.qtr_num, calendar.yr_qtr_num, dump.date
FROM raw.store_week_calendar AS calendar
CROSS JOIN dump
