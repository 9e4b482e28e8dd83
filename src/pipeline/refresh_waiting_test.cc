#include "pipeline/refresh_waiting.h"

#include <gtest/gtest.h>

namespace tradewind::pipeline {

namespace {

TEST(RefreshWaiting, IsToldWhenItBeginsAndWhenItIsOver) {
    // Proves that a full disk is told of once, however often it is looked at, and again only after
    // it was not full.
    log::configure(log::Level::Off, log::Format::Text);
    RefreshWaiting waiting;
    const Error full(ErrorCode::ResourceExhausted, "the disk is full");
    EXPECT_FALSE(waiting.note({}));
    EXPECT_TRUE(waiting.note(full));
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(waiting.note(full));
    EXPECT_TRUE(waiting.note(Error(ErrorCode::Unavailable, "the stream is stopping")));
    EXPECT_TRUE(waiting.note({}));
    EXPECT_TRUE(waiting.note(full));
}

}  // namespace

}  // namespace tradewind::pipeline
