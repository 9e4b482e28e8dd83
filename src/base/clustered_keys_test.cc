// A key that is there twice is found where rows of one first number lie together; where they do
// not, that is said, and never that all keys differ.
#include "base/clustered_keys.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

namespace tradewind {
namespace {

using Finding = ClusteredKeys::Finding;
using Keys = std::vector<std::array<std::int64_t, 2>>;

// The keys in pieces of that many rows.
Finding find(const Keys& keys, std::size_t piece) {
    ClusteredKeys clustered(2);
    for (std::size_t begin = 0; begin < keys.size(); begin += piece) {
        const std::size_t count = std::min(piece, keys.size() - begin);
        std::vector<std::int64_t> first;
        std::vector<std::int64_t> second;
        for (std::size_t i = begin; i < begin + count; ++i) {
            first.push_back(keys[i][0]);
            second.push_back(keys[i][1]);
        }
        const std::array<const std::int64_t*, 2> columns{first.data(), second.data()};
        if (!clustered.add(columns, count)) break;
    }
    return clustered.finish();
}

Finding find_single(const std::vector<std::int64_t>& keys) {
    ClusteredKeys clustered(1);
    const std::array<const std::int64_t*, 1> columns{keys.data()};
    clustered.add(columns, keys.size());
    return clustered.finish();
}

TEST(ClusteredKeys, OneNumberIsFoundWhereverItStandsAgain) {
    EXPECT_EQ(find_single({}), Finding::Different);
    EXPECT_EQ(find_single({5, 3, 0, 1'000'000, 4}), Finding::Different);
    EXPECT_EQ(find_single({5, 5}), Finding::Twice);
    EXPECT_EQ(find_single({5, 3, 0, 5}), Finding::Twice);
    EXPECT_EQ(find_single({5, -1}), Finding::Unclear);
    EXPECT_EQ(find_single({5, std::int64_t{1} << 40}), Finding::Unclear);
}

TEST(ClusteredKeys, RowsOfOneFirstNumberMustLieTogether) {
    EXPECT_EQ(find({{1, 7}, {1, 8}, {2, 7}, {2, 8}}, 3), Finding::Different);
    EXPECT_EQ(find({{1, 7}, {1, 8}, {1, 7}}, 2), Finding::Twice);
    EXPECT_EQ(find({{0, 0}, {1, 7}, {2, 7}, {1, 8}, {9, 9}}, 5), Finding::Unclear);
    EXPECT_EQ(find({{0, 0}, {1, 7}, {2, 7}, {1, 8}}, 4), Finding::Unclear);
    EXPECT_EQ(find({{1, -7}, {1, INT64_MAX}, {1, INT64_MIN}}, 1), Finding::Different);
    EXPECT_EQ(find({{-1, 7}, {-1, 8}, {-2, 7}}, 2), Finding::Different);
}

// A first number may be cut in two by the ends of pieces, and these come in any order.
TEST(ClusteredKeys, PiecesMayComeInAnyOrder) {
    EXPECT_EQ(find({{1, 7}, {2, 7}, {3, 3}, {4, 1}, {2, 8}, {3, 1}}, 2), Finding::Different);
    EXPECT_EQ(find({{1, 7}, {2, 7}, {3, 3}, {4, 1}, {2, 7}, {3, 1}}, 2), Finding::Twice);
    EXPECT_EQ(find({{1, 7}, {2, 7}, {1, 8}, {2, 8}}, 1), Finding::Different);
}

// Against a set of all keys, on orders of one line to a thousand.
TEST(ClusteredKeys, AgreesWithASetOfAllKeys) {
    std::mt19937_64 random(11);
    for (int round = 0; round < 200; ++round) {
        Keys keys;
        const std::int64_t lines_max = round % 10 == 0 ? 1000 : 20;
        for (std::int64_t order = 0; order < 30; ++order) {
            const auto lines = static_cast<std::int64_t>(random() % lines_max);
            for (std::int64_t line = 0; line < lines; ++line)
                keys.push_back({order * 7 % 31, line * 3 + static_cast<std::int64_t>(random() % 3)}
                );
        }
        if (round % 2 == 1 && !keys.empty()) {
            const std::size_t at = random() % keys.size();
            keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(at), keys[at]);
        }
        const std::set<std::array<std::int64_t, 2>> all(keys.begin(), keys.end());
        const Finding expected = all.size() == keys.size() ? Finding::Different : Finding::Twice;
        EXPECT_EQ(find(keys, 1 + random() % 100), expected) << round;
    }
}

}  // namespace
}  // namespace tradewind
