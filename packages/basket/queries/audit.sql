/* The audit's newest results: what failed first, then the rest. */
SELECT table_name, check_name, CASE WHEN blocking THEN 'yes' ELSE 'no' END AS blocks, state, failing, total, message, checked_at
FROM system.checks
WHERE package = 'basket'
ORDER BY CASE WHEN state = 'passed' THEN 1 ELSE 0 END, table_name, check_name
