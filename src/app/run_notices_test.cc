#include "app/run_notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tradewind::app {
namespace {

using pipeline::RunState;
using testing::HasSubstr;

pipeline::Run run_of(const std::string& reason, std::int64_t id, RunState state) {
    pipeline::Run run;
    run.id = id;
    run.package = "shop";
    run.reason = reason;
    run.state = state;
    if (state == RunState::Failed) run.message = "daily: no such column";
    return run;
}

// Proves that a refresh which fails by the minute is told of once, and then that it is well again;
// that other packages are others, and that a cancelled one says nothing of either.
TEST(RefreshNotices, OnlyWhatChangesIsTold) {
    RefreshNotices refreshes({});
    const auto kind = [&](std::int64_t id, RunState state, const char* package = "shop") {
        pipeline::Run run = run_of("refresh", id, state);
        run.package = package;
        const auto notice = refreshes.notice_of(run);
        return notice ? notice->kind : std::string();
    };
    EXPECT_EQ(kind(1, RunState::Succeeded), "");
    EXPECT_EQ(kind(2, RunState::Failed), "failure");
    EXPECT_EQ(kind(3, RunState::Failed), "");
    EXPECT_EQ(kind(4, RunState::Failed, "basket"), "failure");
    EXPECT_EQ(kind(5, RunState::Cancelled), "");
    EXPECT_EQ(kind(6, RunState::Running), "");
    EXPECT_EQ(kind(7, RunState::Succeeded), "recovery");
    EXPECT_EQ(kind(8, RunState::Succeeded), "");
    EXPECT_EQ(kind(9, RunState::Failed), "failure");
}

// Proves that the notice says what failed and why, who began it, and where to look; that blocking
// checks are a kind of their own; and that two failures have two keys.
TEST(RefreshNotices, SaysWhatAndWhy) {
    RefreshNotices refreshes({});
    pipeline::Run run = run_of("refresh", 12, RunState::Failed);
    const auto first = refreshes.notice_of(run);
    ASSERT_TRUE(first);
    EXPECT_THAT(first->text, HasSubstr("daily: no such column"));
    EXPECT_THAT(first->text, HasSubstr("tradewind run-log 12"));
    EXPECT_EQ(first->facts.at("by"), "refresh");
    ASSERT_TRUE(refreshes.notice_of(run_of("refresh", 13, RunState::Succeeded)));
    run.id = 14;
    pipeline::AssetRun asset;
    asset.asset = "shop.daily";
    asset.state = RunState::Failed;
    asset.message = "3 rows break not_null";
    asset.blocked = true;
    run.assets.push_back(asset);
    const auto second = refreshes.notice_of(run);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->kind, "failed_checks");
    EXPECT_THAT(second->text, HasSubstr("3 rows break not_null"));
    EXPECT_NE(second->key, first->key);
}

// Proves that a fault which lasts is not told again after a restart, and that its end is.
TEST(RefreshNotices, ARestartChangesNothing) {
    RefreshNotices before({});
    std::vector<notify::NoticeRecord> told(4);
    told[3].notice = *before.notice_of(run_of("refresh", 1, RunState::Failed));
    told[2].notice = *before.notice_of(run_of("refresh", 2, RunState::Succeeded));
    told[1].notice = *before.notice_of(run_of("refresh", 3, RunState::Failed));
    told[0].notice.package = "shop";
    told[0].notice.kind = "recovery";
    told[0].notice.subject = "nightly";
    RefreshNotices after(told);
    EXPECT_FALSE(after.notice_of(run_of("refresh", 4, RunState::Failed)));
    const auto recovery = after.notice_of(run_of("refresh", 5, RunState::Succeeded));
    ASSERT_TRUE(recovery);
    EXPECT_EQ(recovery->kind, "recovery");
    told.erase(told.begin(), told.begin() + 2);
    EXPECT_FALSE(RefreshNotices(told).notice_of(run_of("refresh", 6, RunState::Succeeded)));
}

// Proves that a run by hand is told of each time, by a key of its own, and that a schedule's run is
// left to the schedule.
TEST(RunNotices, RunsByHand) {
    const auto failed = notice_of(run_of("asked", 3, RunState::Failed));
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->kind, "failure");
    EXPECT_THAT(failed->text, HasSubstr("tradewind run --resume 3"));
    EXPECT_EQ(failed->facts.at("by"), "hand");
    const auto good = notice_of(run_of("asked", 4, RunState::Succeeded));
    ASSERT_TRUE(good);
    EXPECT_EQ(good->kind, "success");
    EXPECT_FALSE(notice_of(run_of("schedule nightly 7", 5, RunState::Failed)));
    EXPECT_FALSE(notice_of(run_of("asked", 6, RunState::Cancelled)));
}

}  // namespace
}  // namespace tradewind::app
