#include <string>
#include <vector>

#include "engine/engine_test_support.h"

namespace tradewind::engine {

namespace {

class FollowTest : public EngineTest {
protected:
    // s.t(a, b, c) is followed; s.u(a, k, x) is another; s.v is a view of t, s.w one of u.
    static FollowedTable table(const catalog::TableName& name) {
        using Role = FollowedTable::Role;
        if (name.table == "t") return {Role::Followed, {"a", "b", "c"}, ""};
        if (name.table == "u") return {Role::Other, {"a", "k", "x"}, ""};
        if (name.table == "v") return {Role::View, {}, "SELECT a, lower(b) AS low, c FROM s.t"};
        if (name.table == "w") return {Role::View, {}, "SELECT k, sum(x) AS x FROM s.u GROUP BY k"};
        return {};
    }

    FollowedRows followed(const std::string& sql, const std::string& key = "b") {
        const auto found = engine->follow_rows(sql, table, {key});
        EXPECT_TRUE(found.ok()) << sql << "\n" << found.error().describe();
        return found.ok() ? *found : FollowedRows();
    }
    // What stands against following row by row; "-": nothing does.
    std::string obstacle(const std::string& sql) {
        const FollowedRows rows = followed(sql);
        return rows.row_by_row ? "-" : rows.obstacle.empty() ? "not read" : rows.obstacle;
    }
    std::string key(const std::string& sql, const std::string& name = "b") {
        const std::string text = followed(sql, name).keys_sql;
        const std::string tail = " AS " + name + " FROM followed.\"rows\"";
        if (text.empty()) return "-";
        EXPECT_TRUE(text.starts_with("SELECT ") && text.ends_with(tail)) << text;
        return text.substr(7, text.size() - 7 - std::min(text.size() - 7, tail.size()));
    }
};

// Filters, computed columns and joins to what stands still leave each row by itself.
TEST_F(FollowTest, RowByRow) {
    for (const char* sql :
         {"SELECT a, lower(b) AS b FROM s.t WHERE c > 1",
          "SELECT * FROM s.t",
          "SELECT low AS b FROM s.v ORDER BY a",
          "WITH x AS (SELECT * FROM s.t) SELECT b FROM x",
          "SELECT t.b, u.x FROM s.t JOIN s.u USING (a)",
          "SELECT t.b, u.x FROM s.t LEFT JOIN s.u ON t.a = u.a",
          "SELECT t.b FROM s.u RIGHT JOIN s.t ON t.a = u.a",
          "SELECT t.b FROM s.t, s.w WHERE w.k = t.a",
          "SELECT b FROM s.t WHERE a IN (SELECT k FROM s.u GROUP BY k HAVING count(*) > 1)",
          "SELECT b FROM s.t WHERE NOT EXISTS (SELECT 1 FROM s.u WHERE u.a = t.a)",
          "SELECT b, (SELECT max(x) FROM s.u WHERE u.a = t.a) AS m FROM s.t",
          "SELECT b FROM s.t SEMI JOIN s.u USING (a)",
          "SELECT b, unnest([a, c]) AS one FROM s.t",
          "SELECT a AS b FROM s.t UNION ALL SELECT b FROM s.t WHERE c > 0",
          "SELECT b, list_max([a, c]) AS m FROM s.t"})
        EXPECT_EQ(obstacle(sql), "-") << sql;
}

// What looks at several rows at once does not, and says what and where.
TEST_F(FollowTest, NotRowByRow) {
    struct Case {
        const char* sql;
        const char* obstacle;
    };
    const Case cases[] = {
        {"SELECT b, sum(a) FROM s.t GROUP BY b", "GROUP BY"},
        {"SELECT b, sum(a) FROM s.t GROUP BY ALL", "GROUP BY"},
        {"SELECT sum(a) AS b FROM s.t", "an aggregate"},
        {"SELECT geomean(a) AS b FROM s.t", "an aggregate"},
        {"SELECT b FROM (SELECT b, count(*) FROM s.t GROUP BY b) x", "GROUP BY"},
        {"WITH x AS (SELECT max(a) AS b FROM s.t) SELECT b FROM x", "an aggregate"},
        {"SELECT DISTINCT b FROM s.t", "DISTINCT"},
        {"SELECT DISTINCT ON (b) b, a FROM s.t", "DISTINCT"},
        {"SELECT b FROM s.t LIMIT 3", "LIMIT"},
        {"SELECT b, row_number() OVER (PARTITION BY b) AS n FROM s.t", "a window function"},
        {"SELECT b FROM s.t QUALIFY row_number() OVER (PARTITION BY a) = 1", "a window function"},
        {"SELECT u.k AS b FROM s.u LEFT JOIN s.t ON t.a = u.a", "a left join to it"},
        {"SELECT t.b FROM s.t FULL JOIN s.u ON t.a = u.a", "a full join to it"},
        {"SELECT k AS b FROM s.u ANTI JOIN s.t ON t.a = u.a", "an anti join to it"},
        {"SELECT x.b FROM s.t x JOIN s.t y ON x.a = y.a", "a join with itself"},
        {"SELECT t.b FROM s.t JOIN s.v ON t.a = v.a", "a join with itself"},
        {"SELECT b FROM s.t WHERE a > (SELECT avg(a) FROM s.t)", "an aggregate"},
        {"SELECT k AS b FROM s.u WHERE EXISTS (SELECT 1 FROM s.v WHERE v.a = u.a)",
         "a subquery that reads the table too"},
        {"SELECT b FROM s.t UNION SELECT b FROM s.t", "UNION"},
        {"SELECT b FROM s.t UNION ALL SELECT k FROM s.u", "UNION with rows of another table"},
        {"SELECT b FROM s.t EXCEPT SELECT k FROM s.u", "EXCEPT"},
        {"SELECT b FROM s.t USING SAMPLE 10%", "a sample"},
        {"SELECT * FROM s.t PIVOT (sum(a) FOR b IN ('x'))", "pivot"},
        {"WITH RECURSIVE r AS (SELECT b FROM s.t UNION ALL SELECT b FROM r) SELECT b FROM r",
         "a recursive query"},
        {"SELECT k AS b FROM s.u", "not read"},
    };
    for (const Case& c : cases) EXPECT_EQ(obstacle(c.sql), c.obstacle) << c.sql;
    const FollowedRows rows = followed("SELECT b,\n       sum(a)\nFROM s.t\nGROUP BY b");
    EXPECT_EQ(rows.line, 4);
    EXPECT_EQ(rows.column, 10);
}

// A column's values are told of changed rows alone where all that groups rows keeps them apart.
TEST_F(FollowTest, KeysOfChangedRows) {
    struct Case {
        const char* sql;
        const char* key;
    };
    const Case cases[] = {
        {"SELECT b FROM s.t", "b"},
        {"SELECT * FROM s.t", "b"},
        {"SELECT lower(trim(c)) AS b, a FROM s.t", "lower(main.\"trim\"(c))"},
        {"SELECT b, sum(a) FROM s.t GROUP BY b HAVING sum(a) > 10", "b"},
        {"SELECT CAST(c AS DATE) AS b, sum(a) FROM s.t GROUP BY 1", "CAST(c AS DATE)"},
        {"SELECT CAST(c AS DATE) AS b, sum(a) FROM s.t GROUP BY CAST(c AS DATE), a",
         "CAST(c AS DATE)"},
        {"SELECT upper(c) AS b, count(*) FROM s.t GROUP BY ALL", "upper(c)"},
        {"SELECT upper(c) AS b, count(*) FROM s.t GROUP BY c", "upper(c)"},
        {"WITH x AS (SELECT lower(c) AS d, a FROM s.t) SELECT d AS b, max(a) FROM x GROUP BY d",
         "lower(c)"},
        {"SELECT low AS b, count(*) FROM s.v GROUP BY low", "lower(b)"},
        {"SELECT b, a - avg(a) OVER (PARTITION BY b) AS d FROM s.t", "b"},
        {"SELECT b FROM s.t QUALIFY row_number() OVER (PARTITION BY b, c ORDER BY a) = 1", "b"},
        {"SELECT DISTINCT b, c FROM s.t", "b"},
        {"SELECT DISTINCT ON (b) b, a FROM s.t", "b"},
        {"SELECT t.b, sum(u.x) FROM s.t JOIN s.u USING (a) GROUP BY t.b", "b"},
        {"SELECT b FROM s.t UNION ALL SELECT b FROM s.t WHERE a > 1", "b"},
        {"SELECT b FROM s.t UNION SELECT k FROM s.u", "b"},
        {"SELECT 'all' AS b, count(*) FROM s.t", "'all'"},
        // Not the same values, or not of these rows alone:
        {"SELECT a AS b, sum(c) FROM s.t GROUP BY b", "-"},
        {"SELECT b, sum(a) FROM s.t GROUP BY ROLLUP (b)", "-"},
        {"SELECT u.k AS b, sum(t.a) FROM s.t JOIN s.u USING (a) GROUP BY u.k", "-"},
        {"SELECT b, lag(a) OVER (ORDER BY b) AS d FROM s.t", "-"},
        {"SELECT b FROM s.t ORDER BY a LIMIT 3", "-"},
        {"SELECT b FROM s.t x WHERE NOT EXISTS (SELECT 1 FROM s.t y WHERE y.c = x.a)", "-"},
        {"SELECT x.b FROM s.t x JOIN s.t y ON x.a = y.c", "-"},
        {"SELECT t.b FROM s.u LEFT JOIN s.t ON t.a = u.a", "-"},
        {"SELECT b FROM s.t UNION ALL SELECT c FROM s.t", "-"},
        {"SELECT max(b) AS b FROM s.t", "-"},
        {"SELECT b, count(*) FROM (SELECT b FROM s.t LIMIT 9) x GROUP BY b", "-"},
        {"SELECT random() AS b FROM s.t", "-"},
        {"SELECT b FROM s.t JOIN s.unknown USING (a)", "b"},
        {"SELECT b FROM (SELECT * FROM s.unknown, s.t) x", "-"},
    };
    for (const Case& c : cases) EXPECT_EQ(key(c.sql), c.key) << c.sql;
}

}  // namespace

}  // namespace tradewind::engine
