/* asset:
  description: The calendar as the newest dump has it.
  grain: one row for each day
  materialize: view
*/
SELECT cal_dt, cal_type_desc, day_of_wk_num, day_of_wk_desc, yr_num, wk_num, yr_wk_num, mnth_num,
       yr_mnth_num, qtr_num, yr_qtr_num, date
FROM calendar_history
WHERE date = (SELECT max(date) FROM calendar_history)
