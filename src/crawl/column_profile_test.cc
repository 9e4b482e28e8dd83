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
    EXPECT_EQ(type_of({"9007199254740993", "0.1234567"}), "STRING");
    EXPECT_EQ(type_of({"9007199254740992", "0.1234567"}), "DOUBLE");
    EXPECT_EQ(type_of({"9007199254740993", "0.5"}), "DECIMAL(18,1)");
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
    EXPECT_EQ(
        type_of({"2024-01-01T10:00:00+02:00", "2024-01-01T10:00:00Z"}), "TIMESTAMP WITH TIME ZONE"
    );
    EXPECT_EQ(type_of({"2024-01-01T10:00:00Z"}), "TIMESTAMP");
    EXPECT_EQ(
        type_of({"2024-01-01T10:00:00+02:00", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00"}),
        "STRING"
    );
    EXPECT_EQ(type_of({"2024-01-01T10:00:00.123456789"}), "STRING");
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
    EXPECT_EQ(of({"1", "NULL"}).wanted_null_texts(), null_upper);
    EXPECT_EQ(of({"1", "null"}).wanted_null_texts(), null_lower);
    EXPECT_EQ(of({"1", "\\N"}).wanted_null_texts(), null_backslash);
    EXPECT_EQ(of({"a", "NULL"}).wanted_null_texts(), no_null_text);
    EXPECT_EQ(of({"1", "\\N", "NULL"}).wanted_null_texts(), null_backslash | null_upper);
    EXPECT_EQ(of({"1", "NULL"}).type(null_upper).type, "BIGINT");
    EXPECT_EQ(of({"1", "null"}).type(null_upper).type, "STRING");
    EXPECT_EQ(of({"1", "NULL"}).type(null_backslash).type, "STRING");
}

TEST(ColumnProfileNulls, AreCountedAsTheyAreRead) {
    // Proves that a word for null is a null or a value, never neither, also when its file goes.
    ColumnProfile profile = of({"b", "NULL", "", "null", "NULL"});
    EXPECT_EQ(profile.null_count(no_null_text), 1);
    EXPECT_EQ(profile.null_count(null_upper), 3);
    EXPECT_EQ(profile.min({"STRING", ""}, no_null_text), "NULL");
    EXPECT_EQ(profile.max({"STRING", ""}, no_null_text), "null");
    EXPECT_EQ(profile.min({"STRING", ""}, null_upper), "b");
    EXPECT_EQ(profile.distinct_approx(null_upper), 2);
    EXPECT_EQ(of({"NULL"}).min({"STRING", ""}, no_null_text), "NULL");
    profile = ColumnProfile::from_json(profile.to_json());
    profile.merge(of({"", "null"}));
    profile.remove_nulls(of({"b", "NULL", "", "null", "NULL"}).nulls_to_json());
    EXPECT_EQ(profile.null_count(no_null_text), 1);
    EXPECT_EQ(profile.null_count(null_upper | null_lower), 2);
    EXPECT_TRUE(of({"1"}).nulls_to_json().is_null());
}

TEST(ColumnProfileNulls, OfBeforeTheyWereToldApartStayNulls) {
    // Proves that records of earlier releases are read: both spellings are null then.
    auto old = MUST(json::parse("{\"values\":1,\"nulls\":2,\"seen\":1,\"null_texts\":1}"));
    const ColumnProfile profile = ColumnProfile::from_json(old);
    EXPECT_EQ(profile.wanted_null_texts(), null_upper | null_lower);
    EXPECT_EQ(profile.null_count(profile.wanted_null_texts()), 2);
}

TEST(ColumnProfileExtremes, OfTimesGoByTime) {
    // Proves that zones, forms and orders of day and month do not mislead them.
    const auto span = [](const std::vector<std::string>& values) {
        const ColumnProfile profile = ColumnProfile::from_json(of(values).to_json());
        const ColumnType type = profile.type(no_null_text);
        return profile.min(type, no_null_text) + " - " + profile.max(type, no_null_text);
    };
    EXPECT_EQ(
        span({"2024-01-05T10:00:00Z", "2024-01-05T11:30:00+02:00", "2024-01-05T01:00:00-11:00"}),
        "2024-01-05 09:30:00+00 - 2024-01-05 12:00:00+00"
    );
    EXPECT_EQ(span({"12/31/2009", "1/15/2010"}), "2009-12-31 - 2010-01-15");
    EXPECT_EQ(
        span({"31.12.2009 8:26", "1.2.2010 0:00"}), "2009-12-31 08:26:00 - 2010-02-01 00:00:00"
    );
    EXPECT_EQ(
        span({"2024-01-05 10:00:00.5", "2024-01-05T09:00", "2024-01-05"}),
        "2024-01-05 00:00:00 - 2024-01-05 10:00:00.500000"
    );
    // Kept before times were: least and greatest are what they were then.
    auto old =
        MUST(json::parse("{\"values\":2,\"seen\":32,\"temporal_any\":1,\"min\":\"2024-01-01\","
                         "\"max\":\"2024-01-02\"}"));
    ColumnProfile profile = ColumnProfile::from_json(old);
    profile.merge(of({"2024-01-05"}));
    const ColumnType type = profile.type(no_null_text);
    EXPECT_EQ(type.type, "DATE");
    EXPECT_EQ(profile.min(type, no_null_text), "2024-01-01");
    EXPECT_EQ(profile.max(type, no_null_text), "2024-01-05");
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
    EXPECT_EQ(merged.min({"DECIMAL(18,1)", ""}, no_null_text), "-7.5");
    EXPECT_EQ(merged.max({"DECIMAL(18,1)", ""}, no_null_text), "20");
    EXPECT_EQ(merged.null_count(no_null_text), 1);
    EXPECT_EQ(merged.distinct_approx(no_null_text), 5);
}

TEST(ColumnProfileMerge, ManyDistinctValuesAreEstimated) {
    // Proves that the estimate is within a tenth over many sizes, also when put together.
    for (const int count : {10, 1000, 100'000}) {
        ColumnProfile even;
        ColumnProfile odd;
        for (int i = 0; i < count; ++i) (i % 2 == 0 ? even : odd).add(std::to_string(i));
        even.merge(ColumnProfile::from_json(odd.to_json()));
        EXPECT_NEAR(static_cast<double>(even.distinct_approx(no_null_text)), count, count / 10.0);
    }
}

TEST(ColumnProfileStatistics, StandHostileText) {
    // Proves that extremes are cut between characters, marked, and read again as written.
    const std::string wide(100, '\xC3');
    ColumnProfile profile =
        of({std::string(63, 'a') + "\xC3\xBC"
                                   "x",
            wide});
    EXPECT_TRUE(json::parse(profile.to_json().dump()).ok());
    EXPECT_EQ(profile.min({"STRING", ""}, no_null_text), std::string(63, 'a') + "…");
    profile.add(std::string(63, 'a'));
    EXPECT_EQ(profile.min({"STRING", ""}, no_null_text), std::string(63, 'a'));
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
