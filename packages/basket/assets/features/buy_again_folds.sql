/* asset:
  description: Which order of each user is predicted in which fold of buy_again_features, and where the past ends then.
  layer: mart
  grain: one row for each fold and user
  on_request: true
  columns:
    fold: test, train, train_2 and so on, score.
    before_order_number: Orders of the user with a lower number are the past.
    label_order_id: The order to be predicted; null in score.
  checks:
    - unique: [fold, user_id]
*/
/* What is predicted, and from which past. Small shops have more folds to learn from: the order before the hold-out for all users,
   then the one before that, until there are as many users and orders as a large shop has users. The sample is the same from
   run to run: users by a number that is mixed out of theirs. */
WITH asked AS (
  SELECT coalesce(max(CASE WHEN name = 'orders_back' THEN CAST(value AS INTEGER) END), 0) AS orders_back,
         coalesce(max(CASE WHEN name = 'sample_users' THEN CAST(value AS INTEGER) END), 20000) AS sample_users,
         coalesce(max(CASE WHEN name = 'train_folds' THEN CAST(value AS INTEGER) END), 8) AS train_folds
  FROM run.params
),
sample AS (
  SELECT user_id, row_number() OVER (ORDER BY (user_id % 1000003) * 7919 % 1000003, user_id) AS place, count(*) OVER () AS users
  FROM cutoffs
  WHERE orders_back = 0
)
SELECT CASE cutoffs.orders_back - asked.orders_back
         WHEN 0 THEN 'score'
         WHEN 1 THEN 'test'
         WHEN 2 THEN 'train'
         ELSE concat('train_', CAST(cutoffs.orders_back - asked.orders_back - 1 AS STRING))
       END AS fold,
       cutoffs.user_id, cutoffs.before_order_number, cutoffs.label_order_id
FROM cutoffs
JOIN sample ON sample.user_id = cutoffs.user_id
CROSS JOIN asked
WHERE cutoffs.orders_back >= asked.orders_back
  AND cutoffs.orders_back - asked.orders_back <= asked.train_folds + 1
  AND (cutoffs.orders_back = asked.orders_back OR sample.place + sample.users
        * greatest(cutoffs.orders_back - asked.orders_back - 2, 0) <= asked.sample_users)
ORDER BY fold, user_id
