/* asset:
  description: How many lines of raw are not in clean, by the first reason that applies.
  layer: clean
  grain: one row for each reason
  refresh: {every: 60s, records: 50000}
*/
WITH reasons AS (
  SELECT CASE
           WHEN customer_id IS NULL OR trim(BOTH concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160)) FROM customer_id) = '' THEN 'no customer'
           WHEN invoice_date IS NULL THEN 'no date'
           WHEN description IS NULL OR trim(BOTH concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160)) FROM description) = '' THEN 'no description'
         END AS reason
  FROM raw.online_retail
)
SELECT reason, count(*) AS lines
FROM reasons
WHERE reason IS NOT NULL
GROUP BY reason
ORDER BY reason
