// User SQL that would keep the planner busy for hours, or make values of gigabytes.
#include <gmock/gmock.h>

#include "engine/sql_gate.h"
#include "engine/sql_gate_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What would keep the planner busy for hours, where nothing can interrupt it, is refused first.
TEST_F(SqlGateTest, RefusesWhatIsTooComplex) {
    const auto repeated = [](const std::string& part, int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += part;
        return text;
    };
    std::string doubled = "SELECT 1 AS a0";
    for (int i = 1; i < 40; ++i) {
        const std::string last = "a" + std::to_string(i - 1);
        doubled += ", " + last + " + " + last + " AS a" + std::to_string(i);
    }
    std::string stars = "SELECT 1 AS a";
    for (int i = 0; i < 20; ++i) stars = "SELECT *, * FROM (" + stars + ")";
    std::string joined_twice = "SELECT 'x' AS a";
    for (int i = 0; i < 30; ++i) joined_twice = "SELECT a || a AS a FROM (" + joined_twice + ")";
    const std::vector<std::string> statements{
        "SELECT " + repeated("1+", 2000) + "1",
        "SELECT " + repeated("NOT ", 1500) + "true",
        "SELECT " + repeated("(SELECT ", 30) + "1" + repeated(")", 30),
        "SELECT 1 " + repeated("UNION ALL SELECT 1 ", 2000),
        "SELECT 1 FROM orders" + repeated(", orders", 100),
        "SELECT 1" + repeated(", sum(quantity) OVER (ORDER BY quantity)", 300) + " FROM orders",
        "SELECT " + repeated("[", 1200) + repeated("]", 1200),
        doubled,
        stars,
        "SELECT repeat('x', 1000000000)",
        "SELECT count(*) FROM unnest(range(50000000))",
        "SELECT 1 FROM unnest([repeat('x', 300000000)])",
        "SELECT 1 FROM unnest(string_split(repeat('x,', 10000000), ','))",
        "SELECT 1 FROM json_each(to_json(range(3000000)))",
        "SELECT 1 FROM orders, unnest(range(50000000)) AS t(i)",
        "SELECT repeat(a, 1000) FROM unnest([repeat('x', 10000)]) AS t(a)",
        "SELECT repeat(repeat('x', 1000), 1000)",
        "SELECT a FROM (SELECT repeat('x', 10000) AS a) WHERE repeat(a, 10000) = ''",
        "SELECT repeat('x', 1000) AS a, repeat(a, 1000) AS b",
        "WITH a AS (SELECT lpad('x', 9000, 'y') AS t) SELECT rpad(t, 9000, t) FROM a",
        "SELECT len(range(100000000))",
        "SELECT generate_series(1, 100000000)",
        "SELECT list_resize([1], 200000000)",
        "SELECT list_transform(range(10000), lambda x: repeat('y', 10000))",
        "SELECT printf('%1000000000d', 1)",
        "SELECT format('{:1000000000d}', 1)",
        "SELECT bitstring('01', 1000000000)",
        "SELECT repeat((SELECT repeat('x', 10000)), 10000)",
        "SELECT replace(replace(repeat('a', 1000), 'a', '" + repeated("a", 1000) + "'), 'a', 'bb')",
        "SELECT " + repeated("hex(", 20) + "'a'" + repeated(")", 20),
        joined_twice,
        "SELECT list_reduce(list_transform(range(40), lambda x: 'a'), lambda a, b: a || a)",
        "SELECT list_reduce([[1], [2], [3]], lambda a, b: a + a)",
        "SELECT '" + std::string(300'000, 'x') + "'",
    };
    for (const std::string& sql : statements) {
        EXPECT_THAT(query(sql), StartsWith("resource_exhausted: ")) << sql.substr(0, 80);
    }
}

// A count that only the data knows is refused where nothing would bound it, with what to do.
TEST_F(SqlGateTest, RefusesCountsFromTheData) {
    for (const char* sql : {
             "SELECT repeat('x', quantity) FROM orders",
             "SELECT lpad('x', quantity * 1000, 'y') FROM orders",
             "SELECT len(range(quantity)) FROM orders",
             "SELECT generate_series(TIMESTAMP '2000-01-01', TIMESTAMP '2024-01-01', INTERVAL 1 "
             "ms)",
             "SELECT list_resize([1], quantity) FROM orders",
             "SELECT printf('%*d', quantity, 1) FROM orders",
             "SELECT format(invoice_no, 1) FROM orders",
             "SELECT format('{:{}}', 1, quantity) FROM orders",
         })
        expect_refused(sql);
    EXPECT_THAT(query("SELECT range(quantity) FROM orders"), HasSubstr("as a table instead"));
}

}  // namespace
}  // namespace tradewind::engine
