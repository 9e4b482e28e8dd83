#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "base/bounded_queue.h"
#include "base/guarded.h"
#include "base/result.h"

namespace tradewind {
namespace {

// Everything pushed is popped exactly once, with several threads on both sides of a small queue.
TEST(BoundedQueue, LosesNothing) {
    BoundedQueue<int> queue(3);
    Guarded<std::vector<int>> seen;
    std::vector<std::thread> consumers;
    for (int i = 0; i < 3; ++i) {
        consumers.emplace_back([&] {
            while (const auto item = queue.pop())
                seen.with_lock([&](auto& items) { items.push_back(*item); });
        });
    }
    std::vector<std::thread> producers;
    for (int i = 0; i < 2; ++i) {
        producers.emplace_back([&, i] {
            for (int n = 0; n < 500; ++n) EXPECT_TRUE(queue.push(i * 500 + n));
        });
    }
    for (auto& thread : producers) thread.join();
    queue.close();
    for (auto& thread : consumers) thread.join();
    auto items = seen.with_lock([](auto& all) { return all; });
    std::sort(items.begin(), items.end());
    std::vector<int> expected(1000);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(items, expected);
}

// A full queue refuses at once when asked not to wait; closing keeps what is inside.
TEST(BoundedQueue, FullAndClosed) {
    BoundedQueue<int> queue(1);
    EXPECT_TRUE(queue.try_push(1));
    EXPECT_FALSE(queue.try_push(2));
    std::thread waiting([&] { EXPECT_FALSE(queue.push(3)); });
    queue.close();
    waiting.join();
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_EQ(queue.pop(), std::nullopt);
    EXPECT_FALSE(queue.try_push(4));
}

Result<int> half(int n) {
    if (n % 2 != 0) return Error(ErrorCode::InvalidArgument, "odd");
    return n / 2;
}

Result<int> quarter(int n) {
    return TRY(half(TRY(half(n))));
}

// TRY passes values on and errors up, also one inside the other.
TEST(Result, Try) {
    EXPECT_EQ(MUST(quarter(8)), 2);
    EXPECT_EQ(quarter(6).error().message(), "odd");
    EXPECT_FALSE(quarter(3).ok());
    EXPECT_DEATH(MUST(half(1)), "odd");
}

// An error prints place, message, detail and hint on one line.
TEST(Result, Describes) {
    const Error error = Error(ErrorCode::NotFound, "no such stream")
                            .with_detail("There are two.")
                            .with_hint("Create it first.")
                            .at({"p.yml", 3, 7});
    EXPECT_EQ(error.describe(), "p.yml:3:7: no such stream. There are two. Create it first.");
    EXPECT_EQ(Error(ErrorCode::Io, "x").in("sending").describe(), "sending: x");
    EXPECT_STREQ(to_string(ErrorCode::ResourceExhausted), "resource_exhausted");
}

}  // namespace
}  // namespace tradewind
