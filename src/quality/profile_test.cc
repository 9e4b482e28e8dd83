// What a profile says of columns, by values counted by hand.
#include <gmock/gmock.h>

#include "quality/profile_run.h"
#include "quality/test_support.h"

namespace tradewind::quality {
namespace {

class ProfileTest : public QualityTest {
protected:
    Profile profile(const std::string& select) {
        add("shop.t", select);
        return must(run_profile(*work, {"shop", "t"}, clock, options));
    }
    static std::string top_text(const std::vector<TopValue>& values) {
        std::string text;
        for (const TopValue& value : values)
            text += value.value.value_or("null") + "=" + std::to_string(value.rows) + " ";
        return text;
    }
};

// Numbers: quantiles, moments, histogram; the hundred numbers from 1 on, and a null.
TEST_F(ProfileTest, Numbers) {
    const Profile made = profile(
        "SELECT CASE WHEN range > 0 THEN CAST(range AS INTEGER) END AS n, -range AS m,"
        " 7 AS same FROM range(101)"
    );
    EXPECT_EQ(made.row_count, 101);
    const ColumnProfile& n = made.columns[0];
    EXPECT_EQ(n.nulls, 1);
    EXPECT_EQ(n.distinct, 100);
    EXPECT_TRUE(n.distinct_exact);
    EXPECT_EQ(n.min, "1");
    EXPECT_EQ(n.max, "100");
    EXPECT_DOUBLE_EQ(*n.mean, 50.5);
    EXPECT_NEAR(*n.deviation, 29.011491975882016, 1e-9);
    ASSERT_EQ(n.quantiles.size(), 7u);
    EXPECT_DOUBLE_EQ(*parse_double(*n.quantiles[0]), 1.99);
    EXPECT_DOUBLE_EQ(*parse_double(*n.quantiles[3]), 50.5);
    ASSERT_EQ(n.histogram.size(), 20u);
    std::int64_t rows = 0;
    for (const Bucket& bucket : n.histogram) rows += bucket.rows;
    EXPECT_EQ(rows, 100);
    EXPECT_EQ(made.columns[2].histogram.size(), 1u);
    EXPECT_EQ(made.columns[2].histogram[0].rows, 101);
    ASSERT_EQ(made.correlations.size(), 3u);
    EXPECT_NEAR(*made.correlations[0].pearson, -1.0, 1e-12);
    EXPECT_FALSE(made.correlations[1].pearson);  // a constant goes with nothing
}

// Text: shapes, lengths, blanks, top values in a settled order.
TEST_F(ProfileTest, Texts) {
    const Profile made = profile(
        "SELECT * FROM (VALUES ('AB-12'), ('CD-34'), ('AB-12'), (' '), (NULL), ('Éa1')) AS t(s)"
    );
    const ColumnProfile& s = made.columns[0];
    EXPECT_EQ(s.empty, 1);
    EXPECT_EQ(s.length_min, 1);
    EXPECT_EQ(s.length_max, 5);
    EXPECT_EQ(s.distinct, 4);
    EXPECT_EQ(top_text(s.top), "AB-12=2  =1 CD-34=1 Éa1=1 ");
    EXPECT_EQ(top_text(s.patterns), "AA-99=3  =1 Aa9=1 ");
}

// Times, truth values, nested values, infinities: each has what can be said of it, and nothing
// fails.
TEST_F(ProfileTest, OtherTypes) {
    const Profile made = profile(
        "SELECT TIMESTAMP '2026-01-01' + INTERVAL (range) DAY AS sold_at, DATE '2026-01-01' AS d,"
        " range % 2 = 0 AS flag, [range] AS list, {'a': range} AS record,"
        " CASE range WHEN 0 THEN 'inf'::DOUBLE WHEN 1 THEN 'nan'::DOUBLE ELSE range END AS x,"
        " 123456789012345678901234567890::HUGEINT AS wide, NULL AS nothing FROM range(10)"
    );
    EXPECT_EQ(made.columns[0].min, "2026-01-01 00:00:00");
    EXPECT_EQ(made.columns[0].histogram.size(), 20u);
    EXPECT_EQ(made.columns[0].quantiles.size(), 7u);
    EXPECT_EQ(top_text(made.columns[2].top), "false=5 true=5 ");
    EXPECT_TRUE(made.columns[3].top.empty());
    EXPECT_DOUBLE_EQ(*made.columns[5].mean, 5.5);
    EXPECT_EQ(made.columns[7].nulls, 10);
    EXPECT_THAT(profile_html(made), testing::HasSubstr("record"));
    EXPECT_TRUE(json::parse(to_json(made).dump()).ok());
}

// An empty table, and one with hostile names.
TEST_F(ProfileTest, EmptyAndHostile) {
    const Profile empty = profile("SELECT 1 AS a, 'x' AS \"b \"\" '\" WHERE false");
    EXPECT_EQ(empty.row_count, 0);
    EXPECT_EQ(empty.columns[1].distinct, 0);
    EXPECT_FALSE(empty.columns[0].mean);
    EXPECT_TRUE(empty.columns[0].histogram.empty());
    EXPECT_THAT(profile_html(empty), testing::HasSubstr("b &quot; &#39;"));
}

// Beyond the limits figures are estimates, and say so.
TEST_F(ProfileTest, LargeTablesAreEstimated) {
    options.exact_quantiles_rows_max = 1000;
    options.exact_distinct_max = 1000;
    const Profile made = profile("SELECT range AS n, 'k' || range AS s FROM range(20000)");
    EXPECT_FALSE(made.quantiles_exact);
    EXPECT_FALSE(made.columns[1].distinct_exact);
    EXPECT_FALSE(made.columns[1].top_exact);
    EXPECT_NEAR(*parse_double(*made.columns[0].quantiles[3]), 10000, 200);
    EXPECT_NEAR(static_cast<double>(made.columns[1].distinct), 20000, 2500);
}

// The engine's texts of lists and maps are read back.
TEST_F(ProfileTest, ReadsListsAndCounts) {
    EXPECT_EQ(parse_list("[1.5, NULL, -2]").size(), 3u);
    EXPECT_FALSE(parse_list("[1.5, NULL, -2]")[1]);
    EXPECT_EQ(parse_list("['2026-01-01 00:00:00']")[0], "2026-01-01 00:00:00");
    EXPECT_TRUE(parse_list("").empty());
    EXPECT_EQ(parse_counts("{0=12, -7=3}").size(), 2u);
    EXPECT_EQ(parse_counts("{0=12, -7=3}")[1].first, -7);
    EXPECT_TRUE(parse_counts("{}").empty());
}

}  // namespace
}  // namespace tradewind::quality
