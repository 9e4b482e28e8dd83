#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/engine_test_support.h"

namespace tradewind::engine {

namespace {

using testing::HasSubstr;

class LineageTest : public EngineTest {
protected:
    // t(a, b, c), u(a, k, x), w(k, y), all in s; anything else is not known.
    static std::optional<NamedColumns> columns(const catalog::TableName& name) {
        if (!name.schema.empty() && name.schema != "s") return std::nullopt;
        const catalog::TableName known{"s", name.table};
        if (name.table == "t") return NamedColumns{known, {"a", "b", "c"}};
        if (name.table == "u") return NamedColumns{known, {"a", "k", "x"}};
        if (name.table == "w") return NamedColumns{known, {"k", "y"}};
        return std::nullopt;
    }

    // "a: s.t.a, s.t.b; n:" and so on.
    std::string lineage(const std::string& sql) {
        const auto found = engine->lineage_of(sql, columns);
        if (!found.ok()) return found.error().describe();
        std::string text;
        for (const catalog::ColumnLineage& column : *found) {
            text += (text.empty() ? "" : "; ") + column.column + ":";
            for (const std::string& from : column.from) {
                text += (from.starts_with("s.") ? " " + from.substr(2) : " " + from);
            }
        }
        return text;
    }
};

// Names are found by alias, qualifier and schema, in any case, and * in the tables' order.
TEST_F(LineageTest, ResolvesNames) {
    EXPECT_EQ(
        lineage("SELECT a, B AS z, T.c, s.t.a AS q FROM s.T"), "a: t.a; z: t.b; c: t.c; q: t.a"
    );
    EXPECT_EQ(lineage("SELECT * FROM s.t"), "a: t.a; b: t.b; c: t.c");
    EXPECT_EQ(lineage("SELECT m.p, r FROM t AS m(p, q, r)"), "p: t.a; r: t.c");
    EXPECT_EQ(lineage("SELECT u.*, b FROM t, u"), "a: u.a; k: u.k; x: u.x; b: t.b");
    EXPECT_EQ(lineage("SELECT t FROM t"), "t: t.a t.b t.c");
    EXPECT_EQ(lineage("SELECT b.field.inner AS f, t.c['x'] AS g FROM t"), "f: t.b; g: t.c");
    EXPECT_EQ(lineage("SELECT 1 AS one, 'x' AS two"), "one:; two:");
    EXPECT_EQ(lineage("FROM t"), "a: t.a; b: t.b; c: t.c");
}

// Stars lose, replace and rename columns, and multiply the expression around them.
TEST_F(LineageTest, ExpandsStars) {
    EXPECT_EQ(lineage("SELECT * EXCLUDE (B) FROM t"), "a: t.a; c: t.c");
    EXPECT_EQ(lineage("SELECT * REPLACE (a + b AS c) FROM t"), "a: t.a; b: t.b; c: t.a t.b");
    EXPECT_EQ(lineage("SELECT * RENAME (a AS q) FROM t"), "q: t.a; b: t.b; c: t.c");
    EXPECT_EQ(lineage("SELECT min(COLUMNS(*)) FROM t"), "a: t.a; b: t.b; c: t.c");
    EXPECT_EQ(lineage("SELECT coalesce(*COLUMNS(*)) AS v FROM t"), "v: t.a t.b t.c");
    EXPECT_EQ(lineage("SELECT COLUMNS(w.*) + a FROM t, w"), "k: t.a w.k; y: t.a w.y");
}

// What is joined by a name is one column that comes from both sides; what only filters is none.
TEST_F(LineageTest, FollowsJoins) {
    EXPECT_EQ(lineage("SELECT * FROM u JOIN w USING (k)"), "a: u.a; k: u.k w.k; x: u.x; y: w.y");
    EXPECT_EQ(lineage("SELECT k, y FROM u NATURAL JOIN w"), "k: u.k w.k; y: w.y");
    EXPECT_EQ(lineage("SELECT * FROM w SEMI JOIN u USING (k)"), "k: w.k; y: w.y");
    EXPECT_EQ(
        lineage("SELECT t.a AS one, v.a AS two FROM t LEFT JOIN t AS v ON t.b = v.c WHERE v.b > 1"),
        "one: t.a; two: t.a"
    );
    EXPECT_EQ(lineage("SELECT l.z FROM t, LATERAL (SELECT t.a + x AS z FROM u) l"), "z: t.a u.x");
}

// Subqueries and CTEs pass on what they are computed from, and hide what has the same name.
TEST_F(LineageTest, FollowsSubqueriesAndCtes) {
    EXPECT_EQ(lineage("SELECT z FROM (SELECT a + b AS z FROM t)"), "z: t.a t.b");
    EXPECT_EQ(lineage("WITH t AS (SELECT x AS a FROM u) SELECT a FROM T"), "a: u.x");
    EXPECT_EQ(lineage("WITH v(n) AS (SELECT b FROM t), w AS (SELECT n FROM v) FROM w"), "n: t.b");
    EXPECT_EQ(
        lineage("WITH v AS (WITH v AS (SELECT c FROM t) SELECT c AS d FROM v) SELECT d FROM v"),
        "d: t.c"
    );
    EXPECT_EQ(
        lineage(
            "WITH RECURSIVE r(n, m) AS (SELECT a, b FROM t UNION ALL SELECT m, n + x FROM r, u) "
            "SELECT n FROM r"
        ),
        "n: t.a t.b u.x"
    );
    EXPECT_EQ(lineage("SELECT w.y FROM (SELECT k AS y FROM w) w"), "y: w.k");
}

// Set operations go by place, and by name where that is asked.
TEST_F(LineageTest, MergesSetOperations) {
    EXPECT_EQ(lineage("SELECT a, b FROM t UNION ALL SELECT x, k FROM u"), "a: t.a u.x; b: t.b u.k");
    EXPECT_EQ(
        lineage("SELECT a, b FROM t UNION BY NAME SELECT x, k AS b FROM u"),
        "a: t.a; b: t.b u.k; x: u.x"
    );
    EXPECT_EQ(lineage("SELECT a FROM t EXCEPT SELECT x FROM u"), "a: t.a");
    EXPECT_EQ(
        lineage("SELECT a FROM t UNION SELECT b FROM t UNION SELECT y FROM w"), "a: t.a t.b w.y"
    );
}

// Every part of an expression counts; the statement's own filters and groups do not.
TEST_F(LineageTest, LooksIntoExpressions) {
    EXPECT_EQ(
        lineage("SELECT sum(a) FILTER (WHERE b > 0) AS s FROM t WHERE c > 1 GROUP BY c HAVING "
                "max(c) > 1"),
        "s: t.a t.b"
    );
    EXPECT_EQ(
        lineage("SELECT row_number() OVER (PARTITION BY a ORDER BY b) AS n FROM t"), "n: t.a t.b"
    );
    EXPECT_EQ(lineage("SELECT sum(a) OVER w AS n FROM t WINDOW w AS (ORDER BY c)"), "n: t.a t.c");
    EXPECT_EQ(lineage("SELECT CASE WHEN a THEN b ELSE 1 END AS v FROM t"), "v: t.a t.b");
    EXPECT_EQ(lineage("SELECT (SELECT max(x) FROM u WHERE u.k = t.a) AS v FROM t"), "v: u.x");
    EXPECT_EQ(lineage("SELECT a IN (SELECT y FROM w) AS v FROM t"), "v: t.a w.y");
    EXPECT_EQ(lineage("SELECT EXISTS (SELECT 1 FROM w WHERE k = a) AS v FROM t"), "v: w.k w.y");
    EXPECT_EQ(lineage("SELECT (SELECT t.b + y FROM w) AS v FROM t"), "v: t.b w.y");
    EXPECT_EQ(
        lineage("SELECT a AS z, z + b AS y, y AS x FROM t"), "z: t.a; y: t.a t.b; x: t.a t.b"
    );
    EXPECT_EQ(lineage("SELECT a + 1 AS b, b AS d FROM t"), "b: t.a; d: t.b");
    EXPECT_EQ(lineage("SELECT list_transform(a, lambda b: b + c) AS v FROM t"), "v: t.a t.c");
    EXPECT_EQ(lineage("SELECT list_transform(a, b -> b + c) AS v FROM t"), "v: t.a t.c");
    EXPECT_EQ(lineage("SELECT a -> 'x' AS v FROM t"), "v: t.a");
}

// A count of rows comes from the rows: with nothing else to come from, from all they have.
TEST_F(LineageTest, CountsOfRowsComeFromTheRows) {
    EXPECT_EQ(lineage("SELECT count(*) AS n FROM w"), "n: w.k w.y");
    EXPECT_EQ(lineage("SELECT sum(k) / count(*) AS n FROM w"), "n: w.k");
    EXPECT_EQ(lineage("SELECT row_number() OVER () AS n FROM w"), "n: w.k w.y");
}

// Rows made of values have no source, unless the values have one.
TEST_F(LineageTest, FollowsMadeRows) {
    EXPECT_EQ(lineage("SELECT v.j FROM (VALUES (1, 2), (3, 4)) v(i, j)"), "j:");
    EXPECT_EQ(lineage("SELECT i, a FROM t, range(10) r(i)"), "i:; a: t.a");
    EXPECT_EQ(lineage("SELECT e FROM t, unnest(t.b) AS n(e)"), "e: t.b");
    EXPECT_EQ(lineage("SELECT key, b FROM t, json_each(t.c)"), "key: t.c; b: t.b");
    EXPECT_EQ(lineage("SELECT unnest(b) AS e FROM t"), "e: t.b");
}

// Columns that only planning can name come from all that was pivoted.
TEST_F(LineageTest, FallsBackForPivots) {
    EXPECT_EQ(
        lineage("FROM t PIVOT (sum(b) FOR c IN ('x', 'y') GROUP BY a)"), "a: t.a; *: t.a t.b t.c"
    );
    EXPECT_EQ(lineage("FROM t PIVOT (sum(b) FOR c IN ('x', 'y'))"), "a: t.a; *: t.a t.b t.c");
    EXPECT_EQ(lineage("SELECT a, v FROM t UNPIVOT (v FOR n IN (b, c))"), "a: t.a; v: t.a t.b t.c");
    EXPECT_EQ(
        lineage("SELECT x FROM t PIVOT (sum(b) FOR c IN ('x', 'y') GROUP BY a)"), "x: t.a t.b t.c"
    );
}

// A table that is not known still gives its columns by name; what nothing has comes from all.
TEST_F(LineageTest, FallsBackForWhatIsNotKnown) {
    EXPECT_EQ(lineage("SELECT m.a, m.b + 1 AS c FROM other.m"), "a: other.m.a; c: other.m.b");
    EXPECT_EQ(lineage("SELECT a, q FROM t, other.m"), "a: t.a; q: other.m.q");
    EXPECT_EQ(lineage("SELECT * FROM other.m"), "*: other.m.*");
    EXPECT_EQ(lineage("SELECT nothing FROM w"), "nothing: w.k w.y");
    EXPECT_EQ(
        lineage("SELECT * FROM other.m UNION ALL SELECT a, b FROM t"),
        "a: other.m.* t.a t.b; b: other.m.* t.a t.b"
    );
}

// What is no SELECT, or none that the gate lets through, has no lineage but a message.
TEST_F(LineageTest, RefusesWhatIsNoSelect) {
    EXPECT_THAT(lineage("SELECT FROM WHERE"), HasSubstr("syntax"));
    EXPECT_THAT(lineage(""), HasSubstr("empty"));
    EXPECT_THAT(lineage("SELECT 1; SELECT 2"), HasSubstr("one"));
    EXPECT_THAT(lineage("SELECT * FROM read_csv('x')"), HasSubstr("not allowed"));
    EXPECT_THAT(lineage("DELETE FROM t"), HasSubstr("SELECT"));
}

// Statements as deep and wide as the gate allows are walked in no time, and bounded.
TEST_F(LineageTest, StandsDeepAndWideStatements) {
    std::string sum = "a";
    for (int i = 0; i < 90; ++i) sum += " + b";
    EXPECT_EQ(lineage("SELECT " + sum + " AS v FROM t"), "v: t.a t.b");
    std::string nested = "SELECT *, * FROM t";
    for (int i = 0; i < 3; ++i) nested = "SELECT *, * FROM (" + nested + ")";
    const auto wide = engine->lineage_of(nested, columns);
    ASSERT_TRUE(wide.ok()) << wide.error().describe();
    EXPECT_EQ(wide->size(), 48u);
    const FindColumns huge = [](const catalog::TableName& name) {
        NamedColumns table{name, {}};
        for (int i = 0; i < 3000; ++i) table.columns.push_back("c" + std::to_string(i));
        return std::optional(table);
    };
    std::string counts = "SELECT count(*)";
    for (int i = 0; i < 40; ++i) counts += ", count(*)";
    const auto refused = engine->lineage_of(counts + " FROM x.y", huge);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::ResourceExhausted);
}

// Whatever the text, there is an answer or an error with words, and never a crash.
TEST_F(LineageTest, FuzzedStatements) {
    const std::vector<std::string> seeds = {
        "WITH RECURSIVE r(n) AS (SELECT a FROM t UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
        "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b), t.*, COLUMNS(x -> x LIKE 'a%') FROM t JOIN u "
        "USING (k)",
        "SELECT sum(a) FILTER (WHERE b) OVER (ORDER BY c), (SELECT max(x) FROM u) FROM s.t x(p, q)",
        "FROM t PIVOT (sum(b) FOR c IN ('x', 'y') GROUP BY a)",
        "SELECT a FROM t UNION BY NAME SELECT * FROM (VALUES (1, 2)) v(i, j)",
    };
    const std::vector<std::string> pieces = {
        "*", "(SELECT 1)", ", ", " t.*", " AS ", "FROM t ", "u."
    };
    FuzzRandom random(20261121);
    for (int i = 0; i < 600; ++i) {
        const std::string sql = changed(random, seeds, pieces);
        const auto found = engine->lineage_of(sql, columns);
        EXPECT_TRUE(found.ok() || !found.error().message().empty()) << sql;
    }
}

}  // namespace

}  // namespace tradewind::engine
