// Numbers that are put down in CSV without a detour are written as everywhere else.
#include "engine/csv_rows.h"

#include <bit>
#include <limits>

#include "engine/engine_test_support.h"
#include "engine/value_text.h"

namespace tradewind::engine {
namespace {

std::string put(KnownReals& reals, double value) {
    char text[40];
    return std::string(text, reals.put(text, value));
}

std::string whole(double value) {
    std::string text;
    append_double(text, value);
    return text;
}

// Where texts change their form, and whatever bits make; each twice, when it is known already.
TEST(CsvRows, RealsAreWrittenAsEverywhere) {
    using Limits = std::numeric_limits<double>;
    std::vector<double> values{
        0.0,
        -0.0,
        1,
        -1,
        9,
        10,
        99,
        100,
        999,
        1000,
        9999,
        10'000,
        99'999,
        100'000,
        100'001,
        1e6,
        123'456,
        1e15,
        1e16,
        1e21,
        0.1,
        1.5,
        99'999.5,
        4294967296.0,
        1.0 / 3,
        20.0 / 3,
        Limits::max(),
        Limits::lowest(),
        Limits::min(),
        Limits::denorm_min(),
        Limits::quiet_NaN(),
        Limits::infinity(),
        -Limits::infinity()
    };
    FuzzRandom random(5);
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(std::bit_cast<double>(random.next()));
        values.push_back(static_cast<double>(random.below(300'000)));
        values.push_back(
            static_cast<double>(random.below(1000)) / static_cast<double>(1 + random.below(9))
        );
    }
    KnownReals reals;
    for (const double value : values) {
        EXPECT_EQ(put(reals, value), whole(value));
        EXPECT_EQ(put(reals, value), whole(value));
    }
}

TEST(CsvRows, WholeNumbersAreWrittenAsEverywhere) {
    using Limits = std::numeric_limits<std::int64_t>;
    std::vector<std::int64_t> values{0, Limits::max(), Limits::min()};
    for (std::int64_t power = 1; power <= 1'000'000'000'000'000'000 / 10; power *= 10) {
        for (const std::int64_t near : {power - 1, power, power + 1, 7 * power, -power})
            values.push_back(near);
    }
    for (const std::int64_t value : values) {
        char text[24];
        EXPECT_EQ(std::string(text, put_integer(text, value)), std::to_string(value));
    }
}

using CsvQueryTest = EngineTest;

// Columns of all kinds of numbers, nulls and texts among them, over more rows than a chunk has.
TEST_F(CsvQueryTest, ColumnsOfAllKindsStandBesideEachOther) {
    const std::string answer = query(
        "SELECT i, CAST(i % 100 - 50 AS TINYINT), CASE WHEN i % 3 > 0 THEN i / 8.0 END, "
        "CASE WHEN i % 5 = 0 THEN 'a,' || i ELSE 'b' END, CAST(i AS SMALLINT), "
        "CAST(NULL AS INTEGER), CAST(i AS DOUBLE), i % 2 = 0, CAST(i / 100 AS DECIMAL(9,2)), "
        "CASE WHEN i % 4 > 0 THEN 10000000000 * i END FROM range(5000) AS t(i)"
    );
    std::string expected;
    const auto unless = [](bool null, std::string text) { return null ? "" : std::move(text); };
    for (std::int64_t i = 0; i < 5000; ++i) {
        const std::string number = std::to_string(i);
        std::string cents;
        append_decimal(cents, i, 2);
        expected += number + "," + std::to_string(i % 100 - 50) + "," +
                    unless(i % 3 == 0, whole(static_cast<double>(i) / 8)) + "," +
                    (i % 5 == 0 ? "\"a," + number + "\"" : "b") + "," + number + ",," +
                    whole(static_cast<double>(i)) + "," + (i % 2 == 0 ? "true" : "false") + "," +
                    cents + "," + unless(i % 4 == 0, std::to_string(10'000'000'000 * i)) + "\n";
    }
    EXPECT_EQ(answer, expected);
}

}  // namespace
}  // namespace tradewind::engine
