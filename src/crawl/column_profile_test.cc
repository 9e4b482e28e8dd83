#include "crawl/column_profile.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crawl/type_names.h"

namespace tradewind::crawl {

namespace {

ColumnProfile of(const std::vector<std::string>& values) {
    ColumnProfile profile;
    for (const std::string& value : values) profile.add(value);
    return profile;
}

std::string type_of(const std::vector<std::string>& values) {
    const ColumnType type = of(values).type(no_null_text);
    return type.format.empty() ? type.type : type.type + " " + type.format;
}

TEST(ColumnProfileType, IsTheNarrowestThatHoldsAll) {
    // Proves the lattice of types over hostile and usual columns.
    EXPECT_EQ(type_of({"1", "2", ""}), "BIGINT");
    EXPECT_EQ(type_of({"1", "2.50"}), "DECIMAL(18,2)");
    EXPECT_EQ(type_of({"15.0", "8.0"}), "DECIMAL(18,1)");
    EXPECT_EQ(type_of({"1", "0.12345678901"}), "DOUBLE");
    EXPECT_EQ(type_of({"123456789012345.1234"}), "DOUBLE");
    EXPECT_EQ(type_of({"1", "nan"}), "DOUBLE");
    EXPECT_EQ(type_of({"nan"}), "STRING");
    EXPECT_EQ(type_of({" 12 ", "3"}), "BIGINT");
    EXPECT_EQ(type_of({"12", "00123"}), "STRING");
    EXPECT_EQ(type_of({"536365", "C536379"}), "STRING");
    EXPECT_EQ(type_of({"true", "FALSE"}), "BOOLEAN");
    EXPECT_EQ(type_of({"true", "1"}), "STRING");
    EXPECT_EQ(type_of({"2024-01-01"}), "DATE");
    EXPECT_EQ(type_of({"2024-01-01", "2024-01-01 10:00:00"}), "TIMESTAMP");
    EXPECT_EQ(type_of({"2024-01-01T10:00:00+02:00"}), "TIMESTAMP WITH TIME ZONE");
    EXPECT_EQ(type_of({"2024-01-01T10:00:00+02:00", "2024-01-01"}), "STRING");
    EXPECT_EQ(type_of({"12/1/2010 8:26", "12/31/2010 9:00"}), "TIMESTAMP %m/%d/%Y %H:%M");
    EXPECT_EQ(type_of({"2024-01-01", "5"}), "STRING");
    EXPECT_EQ(type_of({"", ""}), "STRING");
    EXPECT_FALSE(of({"", ""}).type(no_null_text).known);
}

TEST(ColumnProfileType, ADateThatMayBeReadTwoWaysStaysText) {
    // Proves that nobody guesses between day and month.
    const ColumnType type = of({"1/2/2024", "3/4/2024"}).type(no_null_text);
    EXPECT_EQ(type.type, "STRING");
    EXPECT_TRUE(type.ambiguous);
}

TEST(ColumnProfileType, AWordForNullIsNullOnlyWhereNothingElseIsText) {
    // Proves that \N and NULL do not make numbers text, and stay what they are among words.
    EXPECT_EQ(of({"1", "NULL"}).wanted_null_text(), null_word);
    EXPECT_EQ(of({"1", "\\N"}).wanted_null_text(), null_backslash);
    EXPECT_EQ(of({"a", "NULL"}).wanted_null_text(), no_null_text);
    EXPECT_EQ(of({"1", "\\N", "NULL"}).wanted_null_text(), no_null_text);
    EXPECT_EQ(of({"1", "NULL"}).type(null_word).type, "BIGINT");
    EXPECT_EQ(of({"1", "NULL"}).type(null_backslash).type, "STRING");
}

TEST(ColumnProfileMerge, GivesWhatOneProfileOfAllWouldGive) {
    // Proves that files need not be read together, through JSON and back.
    const std::vector<std::string> first = {"1", "20", "", "3"};
    const std::vector<std::string> second = {"-7.5", "20", "9"};
    ColumnProfile merged = ColumnProfile::from_json(of(first).to_json());
    merged.merge(ColumnProfile::from_json(of(second).to_json()));
    std::vector<std::string> all = first;
    all.insert(all.end(), second.begin(), second.end());
    EXPECT_EQ(merged.to_json().dump(), of(all).to_json().dump());
    EXPECT_EQ(merged.min("DECIMAL(18,1)", ""), "-7.5");
    EXPECT_EQ(merged.max("DECIMAL(18,1)", ""), "20");
    EXPECT_EQ(merged.null_count(), 1);
    EXPECT_EQ(merged.distinct_approx(), 5);
}

TEST(ColumnProfileMerge, ManyDistinctValuesAreEstimated) {
    // Proves that the estimate is within a tenth over many sizes, also when put together.
    for (const int count : {10, 1000, 100'000}) {
        ColumnProfile even;
        ColumnProfile odd;
        for (int i = 0; i < count; ++i) (i % 2 == 0 ? even : odd).add(std::to_string(i));
        even.merge(ColumnProfile::from_json(odd.to_json()));
        EXPECT_NEAR(static_cast<double>(even.distinct_approx()), count, count / 10.0);
    }
}

TEST(ColumnProfileStatistics, StandHostileText) {
    // Proves that extremes are cut between characters and read again as written.
    const std::string wide(100, '\xC3');
    ColumnProfile profile =
        of({std::string(63, 'a') + "\xC3\xBC"
                                   "x",
            wide});
    EXPECT_TRUE(json::parse(profile.to_json().dump()).ok());
    EXPECT_EQ(profile.min("STRING", ""), std::string(63, 'a'));
    EXPECT_EQ(ColumnProfile::from_json(json::Value()).value_count(), 0);
}

TEST(WidenedTypes, HoldTheValuesOfBoth) {
    // Proves the lattice of types that files declare themselves.
    EXPECT_EQ(widened("INTEGER", "BIGINT"), "BIGINT");
    EXPECT_EQ(widened("BIGINT", "DECIMAL(10,2)"), "DECIMAL(21,2)");
    EXPECT_EQ(widened("DECIMAL(38,2)", "DECIMAL(38,6)"), "DOUBLE");
    EXPECT_EQ(widened("FLOAT", "INTEGER"), "DOUBLE");
    EXPECT_EQ(widened("DATE", "TIMESTAMP"), "TIMESTAMP");
    EXPECT_EQ(widened("DATE", "BIGINT"), "STRING");
    EXPECT_EQ(widened("STRUCT<a BIGINT>", "STRUCT<a STRING>"), "STRING");
    EXPECT_EQ(widened("BOOLEAN", "BOOLEAN"), "BOOLEAN");
}

}  // namespace

}  // namespace tradewind::crawl
