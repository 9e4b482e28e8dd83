// Which whole numbers are there is kept by a bit for each, at the ends of what 64 bits hold too.
#include "quality/known_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tradewind::quality {
namespace {

using Numbers = std::vector<std::int64_t>;

bool has_all(const Numbers& known, const Numbers& asked) {
    auto numbers = KnownNumbers::between(
        *std::min_element(known.begin(), known.end()), *std::max_element(known.begin(), known.end())
    );
    EXPECT_TRUE(numbers);
    EXPECT_TRUE(numbers->add(known.data(), known.size()));
    return numbers->has_all(asked.data(), asked.size());
}

TEST(KnownNumbers, AmongThem) {
    EXPECT_TRUE(has_all({5, 3, 70, 3}, {}));
    EXPECT_TRUE(has_all({5, 3, 70, 3}, {3, 5, 70, 70}));
    EXPECT_FALSE(has_all({5, 3, 70, 3}, {3, 4}));
    EXPECT_FALSE(has_all({5, 3, 70, 3}, {2}));
    EXPECT_FALSE(has_all({5, 3, 70, 3}, {71}));
    EXPECT_FALSE(has_all({5, 3, 70, 3}, {128 + 3}));
    EXPECT_FALSE(has_all({0}, {INT64_MIN}));
    EXPECT_TRUE(has_all({INT64_MIN, INT64_MIN + 1000}, {INT64_MIN, INT64_MIN + 1000}));
    EXPECT_FALSE(has_all({INT64_MIN, INT64_MIN + 1000}, {INT64_MAX}));
    EXPECT_TRUE(has_all({INT64_MAX, INT64_MAX - 64}, {INT64_MAX - 64}));
    EXPECT_FALSE(has_all({INT64_MAX, INT64_MAX - 64}, {INT64_MAX - 1, INT64_MIN}));
}

// What was asked first may have had other rows.
TEST(KnownNumbers, OneThatIsNotBetweenIsTold) {
    auto numbers = KnownNumbers::between(3, 9);
    const Numbers odd{4, 10};
    EXPECT_FALSE(numbers->add(odd.data(), odd.size()));
}

TEST(KnownNumbers, TooFarApart) {
    EXPECT_TRUE(KnownNumbers::between(-7, -7));
    EXPECT_FALSE(KnownNumbers::between(INT64_MIN, INT64_MAX));
    EXPECT_FALSE(KnownNumbers::between(0, std::int64_t{1} << 29));
}

}  // namespace
}  // namespace tradewind::quality
