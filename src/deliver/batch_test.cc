// The batches that sinks share: which they are, and how long they are kept.
#include "deliver/batch.h"

#include <gmock/gmock.h>

#include "deliver/test_kit.h"

namespace tradewind::deliver {

namespace {

class BatchTest : public DeliveryTest {
protected:
    void accept_many(int count) {
        open();
        for (int id = 1; id <= count; ++id) accept(record(id));
    }
};

TEST_F(BatchTest, SinksAtOnePlaceShareABatch) {
    // Proves that a stretch is read, and so decoded, once for all sinks that take it.
    accept_many(25);
    BatchReader reader(*stream_, 10);
    const auto first = MUST(reader.read("a", Position(0)));
    EXPECT_EQ(first->next(), Position(10));
    EXPECT_EQ(MUST(reader.read("b", Position(0))), first);
    EXPECT_EQ(&first->decoded(machine_.contract), &first->decoded(machine_.contract));
    const auto last = MUST(reader.read("a", Position(20)));
    EXPECT_EQ(last->next(), Position(25));
    EXPECT_EQ(MUST(reader.read("a", Position(25)))->records().size(), 0u);
}

TEST_F(BatchTest, ASinkAtAnotherPlaceComesToShare) {
    // Proves that one that began within another's batch, or long before it, reads up to where that
    // one's batches begin or end, and shares them from there on.
    accept_many(60);
    BatchReader reader(*stream_, 10);
    const auto first = MUST(reader.read("a", Position(33)));
    EXPECT_EQ(MUST(reader.read("behind", Position(20)))->next(), Position(30));
    EXPECT_EQ(MUST(reader.read("behind", Position(30)))->next(), Position(33));
    EXPECT_EQ(MUST(reader.read("behind", Position(33))), first);
    const auto second = MUST(reader.read("a", Position(43)));
    EXPECT_EQ(MUST(reader.read("within", Position(40)))->next(), Position(43));
    EXPECT_EQ(MUST(reader.read("within", Position(43))), second);
}

TEST_F(BatchTest, ABatchIsKeptUntilAllHavePassedIt) {
    // Proves that nothing is held for nobody, and that a sink that is far behind holds nothing.
    accept_many(40);
    BatchReader reader(*stream_, 10);
    std::weak_ptr<const Batch> first = MUST(reader.read("slow", Position(0)));
    for (const int at : {0, 10, 20, 30, 40}) MUST(reader.read("fast", Position(at)));
    EXPECT_FALSE(first.expired());
    MUST(reader.read("slow", Position(10)));
    EXPECT_TRUE(first.expired());
    std::weak_ptr<const Batch> last = MUST(reader.read("slow", Position(30)));
    MUST(reader.read("slow", Position(40)));
    EXPECT_TRUE(last.expired());
}

TEST_F(BatchTest, WhatIsKeptIsBounded) {
    // Proves that a sink that stands still makes the others' batches go once there are too many,
    // the oldest first, and that it gets the same records all the same.
    accept_many(40);
    const std::size_t two =
        2 * MUST(BatchReader(*stream_, 10).read("a", Position(0)))->bytes() + 99;
    BatchReader reader(*stream_, 10, two);
    std::weak_ptr<const Batch> first = MUST(reader.read("stuck", Position(0)));
    std::weak_ptr<const Batch> second = MUST(reader.read("fast", Position(10)));
    EXPECT_FALSE(first.expired());
    std::weak_ptr<const Batch> third = MUST(reader.read("fast", Position(20)));
    EXPECT_TRUE(first.expired());
    MUST(reader.read("fast", Position(30)));
    EXPECT_TRUE(second.expired());
    const auto again = MUST(reader.read("stuck", Position(0)));
    EXPECT_EQ(again->records().size(), 10u);
    EXPECT_EQ(again->records().front().position, Position(0));
}

}  // namespace

}  // namespace tradewind::deliver
