#include "generate/ordered_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "generate/permutation.h"

namespace tradewind::generate {
namespace {

// An error where pieces are taken ends the work: it is what run() returns, and no thread goes on.
TEST(OrderedWorkTest, StopsAtTheFirstError) {
    std::atomic<std::size_t> made = 0;
    const auto answer = OrderedWork<int>::run(
        1'000'000,
        {.threads = 3, .ahead = 4},
        [&](std::size_t at, std::size_t) {
            ++made;
            return static_cast<int>(at);
        },
        [](std::size_t at, const int&) -> Result<void> {
            if (at == 10) return Error(ErrorCode::ResourceExhausted, "no space left");
            return {};
        }
    );
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::ResourceExhausted);
    EXPECT_LE(made, 14U);
}

// No pieces, fewer pieces than threads, many: each is taken once and in order, and none is begun
// before the one `ahead` places earlier was taken.
TEST(OrderedWorkTest, TakesInOrder) {
    for (const std::size_t count : {0U, 1U, 2U, 500U}) {
        for (const int threads : {1, 2, 7}) {
            constexpr std::size_t ahead = 5;
            std::atomic<std::size_t> taken = 0;
            std::size_t next = 0;
            MUST(OrderedWork<std::size_t>::run(
                count,
                {.threads = threads, .ahead = ahead},
                [&](std::size_t at, std::size_t thread) {
                    EXPECT_LT(thread, static_cast<std::size_t>(threads));
                    EXPECT_LT(at, taken + ahead);
                    return at * at;
                },
                [&](std::size_t at, const std::size_t& piece) -> Result<void> {
                    EXPECT_EQ(at, next++);
                    EXPECT_EQ(piece, at * at);
                    ++taken;
                    return {};
                }
            ));
            EXPECT_EQ(next, count);
        }
    }
}

// Each number below the bound is given once, and two seeds give two orders.
TEST(PermutationTest, IsOneToOne) {
    for (std::uint64_t count = 1; count < 300; count += count < 70 ? 1 : 37) {
        const Permutation order(count, 42);
        std::set<std::uint64_t> seen;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t at = order(i);
            EXPECT_LT(at, count);
            EXPECT_TRUE(seen.insert(at).second) << count;
        }
    }
    const Permutation one(1000, 1);
    const Permutation other(1000, 2);
    int same = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) same += one(i) == other(i);
    EXPECT_LT(same, 20);
}

}  // namespace
}  // namespace tradewind::generate
