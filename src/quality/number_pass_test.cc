// Checks of whole numbers that one pass tells to hold, and the same broken by one row: outcome and
// counts are those of SQL, which condition 'true' asks for.
#include "quality/number_pass.h"

#include <gtest/gtest.h>

#include "quality/test_support.h"

namespace tradewind::quality {
namespace {

class NumberPassTest : public QualityTest {
protected:
    NumberPassTest() {
        add("shop.orders", "SELECT CAST(i AS BIGINT) AS order_id FROM range(1, 2001) t(i)");
    }

    // 20,000 lines, ten of an order, and further rows.
    void make_lines(const std::string& more) {
        std::string rows =
            "SELECT CAST(i // 10 + 1 AS BIGINT) AS order_id, CAST(i % 10 * 7 AS INTEGER) AS item, "
            "CAST(i % 10 + 1 AS SMALLINT) AS place, CAST(i % 2 AS TINYINT) AS again "
            "FROM range(20000) t(i)";
        if (!more.empty()) rows += " UNION ALL VALUES " + more;
        add("shop.lines", rows);
    }

    static std::string checks(const std::string& where) {
        const std::string end = where.empty() ? "}\n" : ", where: \"" + where + "\"}\n";
        return "- not_null: {columns: [order_id, item, place]" + end +
               "- unique: {columns: [order_id, item]" + end + "- min: {column: place, value: 1" +
               end + "- max: {column: place, value: 10" + end +
               "- accepted_values: {column: again, values: [0, 1]" + end +
               "- accepted_values: {column: place, values: [-1000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]" +
               end + "- relationships: {column: order_id, to: shop.orders, field: order_id" + end;
    }
    std::string outcomes(const std::string& where) {
        std::string text;
        for (const CheckResult& result : run("shop.lines", checks(where)).results)
            text += text_of(result) + "\n";
        return text;
    }
};

TEST_F(NumberPassTest, AgreesWithSqlWhateverOneRowHolds) {
    for (const char* more :
         {"",
          "(2001, 0, 1, 0)",
          "(7, 7, 1, 0)",
          "(2000, 1, 1, 0), (2000, 1, 1, 0)",
          "(2000, 1, 0, 1)",
          "(2000, 1, 11, 1)",
          "(2000, 1, 1, 2)",
          "(2000, 1, 1, -1)",
          "(NULL, 1, 1, 1)",
          "(2000, NULL, 1, 1)",
          "(2000, 1, NULL, NULL)",
          "(-5, 1, 1, 1)",
          "(9223372036854775807, -5, 1, 1)"}) {
        make_lines(more);
        EXPECT_EQ(outcomes(""), outcomes("true")) << more;
    }
    make_lines("");
    EXPECT_EQ(outcomes("").find("failed"), std::string::npos);
}

TEST_F(NumberPassTest, NoRowsAtAll) {
    add("shop.lines",
        "SELECT CAST(1 AS BIGINT) AS order_id, 1 AS item, 1 AS place, 1 AS again WHERE false");
    EXPECT_EQ(outcomes(""), outcomes("true"));
}

TEST_F(NumberPassTest, TellsWhichClaimsHold) {
    make_lines("(2000, 1, 1, 5)");
    NumberPass pass(*work, "shop.lines");
    const std::size_t among = pass.add({NumberClaim::Kind::Among, {"again"}, {0, 1}});
    EXPECT_FALSE(pass.worth_it());
    const std::size_t different = pass.add({NumberClaim::Kind::Different, {"order_id", "item"}});
    const std::size_t referred = pass.add(
        {NumberClaim::Kind::ReferredTo, {"order_id"}, {}, "SELECT order_id FROM shop.orders"}
    );
    EXPECT_TRUE(pass.worth_it());
    ASSERT_TRUE(pass.run().ok());
    EXPECT_EQ(pass.row_count(), 20'001);
    EXPECT_FALSE(pass.holds(among));
    EXPECT_TRUE(pass.holds(different));
    EXPECT_TRUE(pass.holds(referred));
}

// Once nothing is left to tell, nothing more is read, and nothing is said of the number of rows.
TEST_F(NumberPassTest, EndsWithItsLastClaim) {
    make_lines("");
    NumberPass pass(*work, "shop.lines");
    const std::size_t least = pass.add({NumberClaim::Kind::AtLeast, {"place"}, {2}});
    ASSERT_TRUE(pass.run().ok());
    EXPECT_FALSE(pass.row_count());
    EXPECT_FALSE(pass.holds(least));
}

}  // namespace
}  // namespace tradewind::quality
