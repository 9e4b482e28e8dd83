// What analysts write passes the gate and gives the right rows.
#include <gmock/gmock.h>

#include "engine/sql_gate.h"
#include "engine/sql_gate_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What analysts write passes and gives the right rows.
TEST_F(SqlGateTest, AllowsAnalystQueries) {
    const std::pair<const char*, const char*> cases[] = {
        {"SELECT count(*) FROM raw.orders", "100\n"},
        {"select COUNT(*) from RAW.ORDERS", "100\n"},
        {"SELECT count(*) FROM \"raw\".\"orders\";", "100\n"},
        {"-- a comment\nSELECT /* and another */ 1 -- and one more", "1\n"},
        {"FROM orders SELECT sum(quantity)", "4950\n"},
        {"TABLE orders LIMIT 0", ""},
        {"VALUES (1, 'a'), (2, 'b')", "1,a\n2,b\n"},
        {"(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1", "1\n2\n"},
        {"SELECT 1 INTERSECT SELECT 1", "1\n"},
        {"SELECT 2 EXCEPT SELECT 1", "2\n"},
        {"WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT * FROM b", "2\n"},
        {"WITH a AS MATERIALIZED (SELECT 3) SELECT * FROM a", "3\n"},
        {"WITH orders AS (SELECT 7 AS quantity) SELECT quantity FROM orders", "7\n"},
        {"WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) "
         "SELECT sum(i) FROM n",
         "15\n"},
        {"SELECT invoice_no, sum(quantity) AS total, rank() OVER (ORDER BY sum(quantity) DESC) "
         "FROM orders GROUP BY ALL ORDER BY total DESC LIMIT 1",
         "invoice-number-9,945,1\n"},
        {"SELECT sum(quantity) OVER w FROM orders WINDOW w AS (ORDER BY quantity ROWS BETWEEN 2 "
         "PRECEDING AND CURRENT ROW) ORDER BY quantity LIMIT 1 OFFSET 4",
         "9\n"},
        {"SELECT quantity FROM orders QUALIFY row_number() OVER (ORDER BY quantity DESC) = 1",
         "99\n"},
        {"SELECT lag(quantity) OVER (ORDER BY quantity) FROM orders ORDER BY quantity LIMIT 1", "\n"
        },
        {"SELECT count(*) FILTER (WHERE quantity > 50) FROM orders", "49\n"},
        {"SELECT unnest([1, 2, 3]) AS x", "1\n2\n3\n"},
        {"SELECT * FROM unnest(['a', 'b']) AS t(x)", "a\nb\n"},
        {"SELECT sum(range) FROM range(10)", "45\n"},
        {"SELECT count(*) FROM generate_series(DATE '2024-01-01', DATE '2024-12-31', INTERVAL 1 "
         "DAY)",
         "366\n"},
        {"SELECT json_extract_string('{\"a\": {\"b\": \"x\"}}', '$.a.b')", "x\n"},
        {"SELECT '{\"a\": 5}'::JSON ->> 'a'", "5\n"},
        {"SELECT get_json_object('[{\"a\": 7}]', concat('$[', 0, '].a'))", "7\n"},
        {"SELECT explode(sequence(2, 4)) AS n", "2\n3\n4\n"},
        {"SELECT explode(sequence(0, CAST(json_array_length('[7, 8]') AS INTEGER) - 1)) AS n",
         "0\n1\n"},
        {"SELECT from_utc_timestamp(TIMESTAMP '2026-07-01 03:00:00', 'America/New_York')",
         "2026-06-30 23:00:00\n"},
        {"SELECT unix_date(DATE '1970-02-01'), unix_micros(TIMESTAMP '1970-01-01 00:00:01')",
         "31,1000000\n"},
        {"SELECT to_utc_timestamp(TIMESTAMP '2026-01-01 03:00:00', 'America/New_York')",
         "2026-01-01 08:00:00\n"},
        {"SELECT key, value FROM json_each('{\"a\": 1}')", "a,1\n"},
        {"SELECT json_group_array(quantity) FROM orders WHERE quantity < 3", "\"[0,1,2]\"\n"},
        {"SELECT date_trunc('month', TIMESTAMP '2010-12-01 08:26:00')", "2010-12-01 00:00:00\n"},
        {"SELECT extract(year FROM invoice_date), count(*) FROM orders GROUP BY 1", "2010,100\n"},
        {"SELECT strftime(DATE '2010-12-01', '%Y-%m')", "2010-12\n"},
        {"SELECT date_diff('day', DATE '2010-12-01', DATE '2010-12-11')", "10\n"},
        {"SELECT list_transform([1, 2], lambda x: x * 2)", "\"[2,4]\"\n"},
        {"SELECT list_sort([3, 1, 2])[1], {'a': 1}.a, map {'k': 'v'}['k']", "1,1,v\n"},
        {"SELECT CASE WHEN 1 IN (1, 2) THEN 'yes' ELSE 'no' END", "yes\n"},
        {"SELECT TRY_CAST('x' AS INTEGER), '5'::DECIMAL(12,4)", ",5.0000\n"},
        {"SELECT string_agg(DISTINCT invoice_no, '|' ORDER BY invoice_no) FROM orders WHERE "
         "quantity < 20",
         "invoice-number-0|invoice-number-1\n"},
        {"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY quantity) FROM orders", "49.5\n"},
        {"SELECT median(quantity), stddev(quantity) > 1, approx_count_distinct(invoice_no) > 5 "
         "FROM orders",
         "49.5,true,true\n"},
        {"SELECT max_by(invoice_no, quantity), arg_min(quantity, quantity) FROM orders",
         "invoice-number-9,0\n"},
        {"SELECT count(*) FROM orders a JOIN orders b USING (invoice_no)", "1000\n"},
        {"SELECT count(*) FROM orders a LEFT JOIN orders b ON a.quantity = b.quantity + 1", "100\n"
        },
        {"SELECT count(*) FROM orders SEMI JOIN (SELECT 5 AS quantity) USING (quantity)", "1\n"},
        {"SELECT count(*) FROM orders o, LATERAL (SELECT o.quantity + 1 AS q) t WHERE q > 50",
         "50\n"},
        {"SELECT count(*) FROM orders WHERE quantity > (SELECT avg(quantity) FROM orders)", "50\n"},
        {"SELECT count(*) FROM orders o WHERE EXISTS (SELECT 1 FROM orders p WHERE p.quantity = "
         "o.quantity * 2)",
         "50\n"},
        {"SELECT GROUPING(invoice_no), count(*) FROM orders GROUP BY GROUPING SETS ((), "
         "(invoice_no)) ORDER BY 1 DESC LIMIT 1",
         "1,100\n"},
        {"SELECT * FROM (SELECT invoice_no, quantity % 2 AS odd FROM orders) PIVOT (count(*) FOR "
         "odd IN (0, 1)) ORDER BY 1 LIMIT 1",
         "invoice-number-0,5,5\n"},
        {"UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b", "a,1\nb,2\n"},
        {"SELECT * EXCLUDE (b) FROM (SELECT 1 AS a, 2 AS b)", "1\n"},
        {"SELECT COLUMNS('^q') FROM orders LIMIT 1", "0\n"},
        {"SELECT count(*) FROM (SELECT * FROM orders USING SAMPLE 10 ROWS)", "10\n"},
        {"SELECT regexp_replace('a1b2', '[0-9]', '', 'g'), upper('x') || 'y'", "ab,Xy\n"},
        {"SELECT round(2.345::DECIMAL(10,3), 2), abs(-1), greatest(1, 2)", "2.35,1,2\n"},
        {"SELECT 'it''s', 'a;b', '--', '/*'", "it's,a;b,--,/*\n"},
        {"SELECT hash('a') = hash('a'), md5('a')", "true,0cc175b9c0f1b6a831c399e269772661\n"},
        {"SELECT _offset FROM orders ORDER BY _offset LIMIT 1", "0\n"},
        {"SELECT read_csv FROM (SELECT 1 AS read_csv)", "1\n"},
        {"SELECT count(*) FROM (SELECT DISTINCT ON (invoice_no) * FROM orders)", "10\n"},
        {"SELECT quantity FROM orders ORDER BY ALL LIMIT 1", "0\n"},
        {"SELECT lpad('7', 3, '0') || '-' || rpad('a', 2, 'x') || repeat('=', 10)",
         "007-ax==========\n"},
        {"SELECT unnest(range(0, 3))", "0\n1\n2\n"},
        {"SELECT sum(length(repeat('ab', 1000))) FROM unnest(range(1000)) AS t(i)", "2000000\n"},
        {"SELECT sum(i) FROM unnest(range(0, 1000)) AS t(i)", "499500\n"},
        {"SELECT max(i) FROM range(100000) AS t(i)", "99999\n"},
        {"SELECT printf('%05.2f', 3.14159), format('{:>6}', 'a')", "03.14,     a\n"},
        {"SELECT count(*) FROM orders o, range(o.quantity) t WHERE o.quantity < 4", "6\n"},
        {"SELECT sum(quantity + 1 + 2 + 3 + 4 + 5) FROM orders", "6450\n"},
    };
    for (const auto& [sql, expected] : cases) EXPECT_EQ(query(sql), expected) << sql;
}

// DESCRIBE, SUMMARIZE and EXPLAIN of a query over published tables pass; EXPLAIN names no file.
TEST_F(SqlGateTest, AllowsLookingAtQueries) {
    EXPECT_THAT(query("DESCRIBE raw.orders"), HasSubstr("quantity"));
    EXPECT_THAT(query("DESCRIBE SELECT quantity FROM orders"), StartsWith("quantity,INTEGER"));
    EXPECT_THAT(query("SUMMARIZE orders"), HasSubstr("quantity"));
    for (const char* sql :
         {"EXPLAIN SELECT count(*) FROM orders WHERE quantity > 5",
          "explain select 1",
          "  -- why\n/* so */ EXPLAIN SELECT * FROM orders",
          "EXPLAIN WITH a AS (SELECT 1) SELECT * FROM a",
          "EXPLAIN (SELECT 1)"}) {
        const std::string plan = query(sql);
        EXPECT_THAT(plan, StartsWith("physical_plan,")) << sql;
        EXPECT_THAT(plan, Not(HasSubstr(folder.path()))) << sql;
    }
}

}  // namespace
}  // namespace tradewind::engine
