/* asset:
  description: >-
    What is known, before an invoice, of each product that its customer bought earlier; the label says whether the invoice has it.
    Nothing of a row comes from that invoice or a later one of the customer: whatever becomes of those, the row stays as it is. The
    names cp_, customer_ and prod_ say of what a feature is: customer and product, customer, product.
  layer: mart
  grain: one row for each fold, customer and product that the customer bought before
  on_request: true
  timeout: 2h
  columns:
    fold: >-
      test, the hold-out; train, train_2 and so on, the invoices before it; score, what comes next. With --param invoices_back=1
      the same as if every customer's last invoice had not been written yet.
    label: 1 when the invoice to be predicted has the product, else 0; null in score.
    customer_orders: Invoices of the customer so far.
    cp_invoices_since_last: Invoices since the customer last bought it; 0 when the last one has it.
    cp_days_since_last: Days from that invoice to the customer's last.
    cp_streak: How many invoices in a row, up to the last, have it.
    cp_mean_gap_days: The customer's cycle for the product in days; null when it was bought once.
    cp_overdue_days: Days since it was bought, the customer's usual pause included, as a multiple of the cycle.
    cp_recent_fast: Invoices with the product, the last one counting 0.7, the one before 0.49 and so on.
    cp_recent: The same with 0.9.
    prod_customers_ratio: Of all customers, how many bought the product.
    prod_next_ratio: >-
      Of the invoices with the product that have an invoice after them, how many of these have it too; drawn to the shop's ratio
      while there are few.
  checks:
    - not_null: [fold, customer_id, stock_code, cp_orders, customer_orders, prod_orders]
    - accepted_values: {column: label, values: [0, 1]}
    - expression: (label IS NULL) = (fold = 'score')
      name: label_but_for_score
    - min: {column: cp_invoices_since_last, value: 0}
    - max: {column: cp_order_rate, value: 1}
*/
/* What is predicted, and from which past. Small shops have more folds to learn from: the invoice before the hold-out for all
   customers, then the one before that, until there are as many as a large shop has customers. The sample is by the customers'
   text from the end, whose characters are spread most evenly. */
WITH asked AS (
  SELECT coalesce(max(CASE WHEN name = 'invoices_back' THEN CAST(value AS INTEGER) END), 0) AS invoices_back,
         coalesce(max(CASE WHEN name = 'sample_customers' THEN CAST(value AS INTEGER) END), 50000) AS sample_customers,
         coalesce(max(CASE WHEN name = 'train_folds' THEN CAST(value AS INTEGER) END), 8) AS train_folds
  FROM run.params
),
customers AS (
  SELECT customer_id, row_number() OVER (ORDER BY reverse(customer_id)) AS place, count(*) OVER () AS customers
  FROM cutoffs
  WHERE invoices_back = 0
),
folds AS (
  SELECT CASE cutoffs.invoices_back - asked.invoices_back
           WHEN 0 THEN 'score'
           WHEN 1 THEN 'test'
           WHEN 2 THEN 'train'
           ELSE concat('train_', CAST(cutoffs.invoices_back - asked.invoices_back - 1 AS STRING))
         END AS fold,
         cutoffs.customer_id, cutoffs.before_invoice_number, cutoffs.label_invoice_no
  FROM cutoffs
  JOIN customers ON customers.customer_id = cutoffs.customer_id
  CROSS JOIN asked
  WHERE cutoffs.invoices_back >= asked.invoices_back
    AND cutoffs.invoices_back - asked.invoices_back <= asked.train_folds + 1
    AND (cutoffs.invoices_back = asked.invoices_back OR customers.place + customers.customers
          * greatest(cutoffs.invoices_back - asked.invoices_back - 2, 0) <= asked.sample_customers)
),
/* What a line knows of the customer's lines around it. Sums are of whole numbers and decimals throughout: those of doubles would
   depend on the order in which they are added up. */
bought AS (
  SELECT customer_id, stock_code, invoice_no, invoice_number, days_since_start, quantity, amount,
         count(*) OVER (PARTITION BY customer_id, invoice_no) AS basket,
         lag(invoice_number) OVER mine AS previous_invoice,
         lag(days_since_start) OVER mine AS previous_day,
         lead(invoice_number) OVER mine AS next_invoice,
         row_number() OVER mine AS nth
  FROM interactions
  WINDOW mine AS (PARTITION BY customer_id, stock_code ORDER BY invoice_number)
),
runs AS (
  SELECT customer_id, stock_code, invoice_no, invoice_number, days_since_start, quantity, amount, basket, previous_invoice,
         next_invoice, nth,
         invoice_number - previous_invoice AS gap_invoices,
         days_since_start - previous_day AS gap_days,
         row_number() OVER (PARTITION BY customer_id, stock_code, invoice_number - nth ORDER BY invoice_number) AS streak
  FROM bought
),
past AS (
  SELECT folds.fold, runs.customer_id, runs.stock_code, runs.invoice_no, runs.invoice_number, runs.days_since_start, runs.quantity,
         runs.amount, runs.basket, runs.previous_invoice, runs.nth, runs.gap_invoices, runs.gap_days, runs.streak,
         folds.before_invoice_number - runs.invoice_number AS ago,
         runs.next_invoice IS NULL OR runs.next_invoice >= folds.before_invoice_number AS newest
  FROM runs
  JOIN folds ON folds.customer_id = runs.customer_id AND folds.before_invoice_number > runs.invoice_number
),
baskets AS (
  SELECT fold, customer_id, invoice_no, invoice_number, max(days_since_start) AS day, min(ago) AS ago, count(*) AS basket,
         count(previous_invoice) AS known, sum(amount) AS amount,
         CASE WHEN invoice_number > 1 THEN count(*) END AS later_lines
  FROM past
  GROUP BY fold, customer_id, invoice_no, invoice_number
),
habits AS (
  SELECT fold, customer_id, max(invoice_number) AS invoices, sum(basket) AS lines, max(day) AS last_day,
         CAST(max(day) AS DOUBLE) / nullif(max(invoice_number) - 1, 0) AS mean_pause,
         max(day) - max(CASE WHEN ago > 1 THEN day END) AS last_pause,
         CAST(sum(known) AS DOUBLE) / nullif(sum(later_lines), 0) AS reorder_ratio,
         max(CASE WHEN ago = 1 THEN basket END) AS last_basket,
         avg(CASE WHEN ago <= 3 THEN basket END) AS recent_basket,
         CAST(sum(CASE WHEN ago <= 3 THEN known END) AS DOUBLE)
           / nullif(sum(CASE WHEN ago <= 3 THEN later_lines END), 0) AS recent_reorder_ratio,
         CAST(sum(amount) AS DOUBLE) / nullif(count(*), 0) AS mean_amount
  FROM baskets
  GROUP BY fold, customer_id
),
pairs AS (
  SELECT fold, customer_id, stock_code, count(*) AS orders,
         min(invoice_number) AS first_invoice, max(invoice_number) AS last_invoice,
         min(days_since_start) AS first_day, max(days_since_start) AS last_day,
         max(CASE WHEN newest THEN streak END) AS last_streak,
         avg(gap_invoices) AS mean_gap_invoices, avg(gap_days) AS mean_gap_days, max(gap_days) AS longest_gap_days,
         count(CASE WHEN ago <= 3 THEN 1 END) AS in_last_3, count(CASE WHEN ago <= 5 THEN 1 END) AS in_last_5,
         CAST(sum(CAST(round(1000000 * power(0.7, ago)) AS BIGINT)) AS DOUBLE) / 1000000 AS recent_fast,
         CAST(sum(CAST(round(1000000 * power(0.9, ago)) AS BIGINT)) AS DOUBLE) / 1000000 AS recent,
         CAST(sum(quantity) AS DOUBLE) / nullif(count(*), 0) AS mean_quantity,
         max(CASE WHEN newest THEN quantity END) AS last_quantity,
         CAST(sum(amount) AS DOUBLE) / nullif(CAST(sum(quantity) AS DOUBLE), 0) AS mean_price
  FROM past
  GROUP BY fold, customer_id, stock_code
),
variety AS (
  SELECT fold, customer_id, count(*) AS products
  FROM pairs
  GROUP BY fold, customer_id
),
totals AS (
  SELECT fold, count(DISTINCT customer_id) AS customers,
         CAST(count(CASE WHEN gap_invoices = 1 THEN 1 END) AS DOUBLE) / nullif(count(CASE WHEN ago > 1 THEN 1 END), 0) AS next_ratio
  FROM past
  GROUP BY fold
),
products AS (
  SELECT fold, stock_code, count(*) AS orders, count(previous_invoice) AS reorders,
         count(CASE WHEN nth = 1 THEN 1 END) AS first_orders, count(CASE WHEN nth = 2 THEN 1 END) AS second_orders,
         count(CASE WHEN gap_invoices = 1 THEN 1 END) AS next_orders, count(CASE WHEN ago > 1 THEN 1 END) AS next_chances,
         avg(gap_days) AS mean_gap_days,
         CAST(sum(quantity) AS DOUBLE) / nullif(count(*), 0) AS mean_quantity
  FROM past
  GROUP BY fold, stock_code
),
labels AS (
  SELECT DISTINCT folds.fold, folds.customer_id, interactions.stock_code
  FROM folds
  JOIN interactions ON interactions.customer_id = folds.customer_id AND interactions.invoice_no = folds.label_invoice_no
)
/* Outer joins, so that none of them is carried out before the other: two tables of one fold, joined by it alone, would be all
   customers with all products. */
SELECT pairs.fold,
       pairs.customer_id,
       pairs.stock_code,
       CASE WHEN pairs.fold = 'score' THEN NULL WHEN labels.stock_code IS NULL THEN 0 ELSE 1 END AS label,
       pairs.orders AS cp_orders,
       CAST(pairs.orders AS DOUBLE) / nullif(habits.invoices, 0) AS cp_order_rate,
       CAST(pairs.orders AS DOUBLE) / nullif(habits.invoices - pairs.first_invoice + 1, 0) AS cp_order_rate_since_first,
       habits.invoices - pairs.last_invoice AS cp_invoices_since_last,
       habits.invoices - pairs.first_invoice AS cp_invoices_since_first,
       habits.last_day - pairs.last_day AS cp_days_since_last,
       habits.last_day - pairs.first_day AS cp_days_since_first,
       CASE WHEN pairs.last_invoice = habits.invoices THEN pairs.last_streak ELSE 0 END AS cp_streak,
       pairs.mean_gap_invoices AS cp_mean_gap_invoices,
       pairs.mean_gap_days AS cp_mean_gap_days,
       pairs.longest_gap_days AS cp_longest_gap_days,
       (habits.invoices - pairs.last_invoice + 1) / nullif(pairs.mean_gap_invoices, 0) AS cp_overdue_invoices,
       (habits.last_day - pairs.last_day + coalesce(habits.mean_pause, 0)) / nullif(pairs.mean_gap_days, 0) AS cp_overdue_days,
       pairs.in_last_3 AS cp_in_last_3,
       pairs.in_last_5 AS cp_in_last_5,
       pairs.recent_fast AS cp_recent_fast,
       pairs.recent AS cp_recent,
       CAST(pairs.orders AS DOUBLE) / nullif(habits.lines, 0) AS cp_share,
       pairs.mean_quantity AS cp_mean_quantity,
       CAST(pairs.last_quantity AS DOUBLE) AS cp_last_quantity,
       pairs.mean_price AS cp_mean_price,
       habits.invoices AS customer_orders,
       CAST(habits.lines AS BIGINT) AS customer_lines,
       variety.products AS customer_products,
       habits.last_day AS customer_days,
       habits.mean_pause AS customer_mean_pause,
       habits.last_pause AS customer_last_pause,
       habits.reorder_ratio AS customer_reorder_ratio,
       habits.recent_reorder_ratio AS customer_recent_reorder_ratio,
       CAST(habits.lines AS DOUBLE) / nullif(habits.invoices, 0) AS customer_average_basket,
       habits.last_basket AS customer_last_basket,
       habits.recent_basket AS customer_recent_basket,
       habits.mean_amount AS customer_mean_amount,
       products.orders AS prod_orders,
       products.reorders AS prod_reorders,
       CAST(products.second_orders AS DOUBLE) / nullif(products.first_orders, 0) AS prod_reorder_probability,
       CAST(products.reorders AS DOUBLE) / nullif(products.orders, 0) AS prod_reorder_ratio,
       CAST(products.first_orders AS DOUBLE) / nullif(totals.customers, 0) AS prod_customers_ratio,
       (products.next_orders + 10 * coalesce(totals.next_ratio, 0)) / (products.next_chances + 10) AS prod_next_ratio,
       products.mean_gap_days AS prod_mean_gap_days,
       products.mean_quantity AS prod_mean_quantity
FROM pairs
LEFT JOIN habits ON habits.fold = pairs.fold AND habits.customer_id = pairs.customer_id
LEFT JOIN variety ON variety.fold = pairs.fold AND variety.customer_id = pairs.customer_id
LEFT JOIN products ON products.fold = pairs.fold AND products.stock_code = pairs.stock_code
LEFT JOIN totals ON totals.fold = pairs.fold
LEFT JOIN labels ON labels.fold = pairs.fold AND labels.customer_id = pairs.customer_id AND labels.stock_code = pairs.stock_code
ORDER BY pairs.fold, pairs.customer_id, pairs.stock_code
