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

pipeline::Run with_assets(pipeline::Run run, std::vector<std::pair<std::string, RunState>> assets) {
    for (const auto& [name, state] : assets) {
        pipeline::AssetRun& asset = run.assets.emplace_back();
        asset.asset = name;
        asset.state = state;
    }
    return run;
}

// Proves that a run which makes what runs by hand failed to make is told as a recovery, once: not
// one of other assets, nor of a part of them; and that a restart forgets nothing of it.
TEST(RunNotices, ARunThatMendsWhatFailedByHandIsARecovery) {
    const auto failed = with_assets(
        run_of("asked", 1, RunState::Failed),
        {{"shop.a", RunState::Failed}, {"shop.b", RunState::Failed}, {"shop.c", RunState::Cancelled}
        }
    );
    const auto good = [](std::int64_t id, std::vector<std::pair<std::string, RunState>> assets) {
        return with_assets(run_of("asked", id, RunState::Succeeded), std::move(assets));
    };
    HandRecoveries recoveries({});
    EXPECT_FALSE(recoveries.notice_of(good(0, {{"shop.a", RunState::Succeeded}})));
    EXPECT_FALSE(recoveries.notice_of(failed));
    EXPECT_FALSE(recoveries.notice_of(good(2, {{"shop.d", RunState::Succeeded}})));
    EXPECT_FALSE(recoveries.notice_of(good(3, {{"shop.a", RunState::Succeeded}})));
    const auto mended = recoveries.notice_of(good(4, {{"shop.b", RunState::Skipped}}));
    ASSERT_TRUE(mended);
    EXPECT_EQ(mended->kind, "recovery");
    EXPECT_FALSE(recoveries.notice_of(good(5, {{"shop.b", RunState::Succeeded}})));
    std::vector<notify::NoticeRecord> told(1);
    told[0].notice = *notice_of(failed);
    const auto both = good(6, {{"shop.a", RunState::Succeeded}, {"shop.b", RunState::Succeeded}});
    HandRecoveries after(told);
    EXPECT_FALSE(after.notice_of(good(5, {{"shop.b", RunState::Succeeded}})));
    EXPECT_TRUE(after.notice_of(both));
    told.insert(told.begin(), notify::NoticeRecord());
    told[0].notice = *mended;
    EXPECT_FALSE(HandRecoveries(told).notice_of(both));
}

// Proves that a run by hand which makes what a refresh failed to make ends the fault that was told.
TEST(RefreshNotices, ARunByHandMendsThem) {
    RefreshNotices refreshes({});
    const std::vector<std::pair<std::string, RunState>> bad = {{"shop.a", RunState::Failed}};
    const std::vector<std::pair<std::string, RunState>> well = {{"shop.a", RunState::Succeeded}};
    ASSERT_TRUE(refreshes.notice_of(with_assets(run_of("refresh", 1, RunState::Failed), bad)));
    EXPECT_FALSE(refreshes.notice_of(run_of("asked", 2, RunState::Succeeded)));
    EXPECT_FALSE(refreshes.notice_of(with_assets(run_of("asked", 3, RunState::Failed), bad)));
    const auto mended =
        refreshes.notice_of(with_assets(run_of("asked", 4, RunState::Succeeded), well));
    ASSERT_TRUE(mended);
    EXPECT_EQ(mended->kind, "recovery");
    EXPECT_EQ(mended->facts.at("by"), "hand");
    EXPECT_FALSE(refreshes.notice_of(run_of("refresh", 5, RunState::Succeeded)));
}

}  // namespace
}  // namespace tradewind::app
