// A hash that comes twice is found wherever it stands, and different ones are told to be different,
// whether they share a bit or not; what is too much is said to be so.
#include "base/repeated_hashes.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

namespace tradewind {
namespace {

std::vector<std::int64_t> hashes_of(std::size_t count) {
    std::mt19937_64 random(7);
    std::vector<std::int64_t> hashes(count);
    for (auto& hash : hashes) hash = static_cast<std::int64_t>(random() >> 1);
    return hashes;
}

// Nothing: it cannot be told.
std::optional<bool> twice(const std::vector<std::int64_t>& hashes, std::int64_t expected) {
    RepeatedHashes repeated(expected);
    const std::size_t half = hashes.size() / 2;
    repeated.see(hashes.data(), half);
    repeated.see(hashes.data() + half, hashes.size() - half);
    if (repeated.all_apart()) return false;
    if (!repeated.begin_second_pass()) return std::nullopt;
    repeated.see_again(hashes.data(), hashes.size());
    return repeated.any_twice();
}

TEST(RepeatedHashes, DifferentOnes) {
    EXPECT_EQ(twice({}, 0), false);
    EXPECT_EQ(twice({0, 1, INT64_MAX}, 3), false);
    // Nearly all of them share a bit with another where far fewer were expected.
    EXPECT_EQ(twice(hashes_of(200'000), 200'000), false);
    EXPECT_EQ(twice(hashes_of(200'000), 10), false);
}

TEST(RepeatedHashes, OneThatIsThereTwice) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{100'000}, std::size_t{199'998}}) {
        auto hashes = hashes_of(200'000);
        hashes.back() = hashes[at];
        EXPECT_EQ(twice(hashes, 200'000), true) << at;
        EXPECT_EQ(twice(hashes, 10), true) << at;
    }
}

TEST(RepeatedHashes, TooManyCannotBeTold) {
    EXPECT_EQ(twice(std::vector<std::int64_t>(5'000'000, 3), 5'000'000), std::nullopt);
}

// Proves that the second pass is asked for where it is needed, and an error of a pass comes back.
TEST(RepeatedHashes, Passes) {
    const auto hashes = hashes_of(1'000);
    int passes = 0;
    const auto all = [&](const TakeHashes& take) -> Result<void> {
        ++passes;
        take(hashes.data(), hashes.size());
        return {};
    };
    EXPECT_TRUE(*all_different(10, all));
    EXPECT_EQ(passes, 2);
    const auto none = [](const TakeHashes&) -> Result<void> {
        return Error(ErrorCode::Io, "gone");
    };
    EXPECT_EQ(all_different(10, none).error().message(), "gone");
}

}  // namespace
}  // namespace tradewind
