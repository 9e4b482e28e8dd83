// When an asset is due again: after what its run made, what kept it from it, and what came since.
#include "pipeline/refresh.h"

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

constexpr std::int64_t second_us = 1'000'000;

class RefreshTest : public PipelineTest {
protected:
    void SetUp() override {
        deliver("('a', 'FR', '2026-01-01', 5)");
        start(
            {{"made", "/* asset:\n  refresh: {every: 1h}\n*/\nSELECT count(*) AS n FROM raw.orders"}
            }
        );
        run();
        state_.version = state_.import_version = take(lake_->current("raw/orders/table")).number;
        parts_.lake = lake_.get();
        parts_.catalog = catalog_.get();
        parts_.clock = &time_;
        parts_.source_state = [this](const std::string&) { return std::optional(state_); };
        refreshes_.emplace(parts_, pipeline_->graph());
    }

    // An import makes a version of the source, and a run ends like that.
    void import_and_end(RunState state, bool may_pass) {
        ++state_.version;
        ++state_.import_version;
        EXPECT_TRUE(is_due());
        const Asset& asset = pipeline_->graph().assets.front();
        refreshes_->note_start(asset);
        RunReport run;
        run.state = state;
        run.assets.resize(1);
        run.assets.front().asset = asset.name.text();
        run.assets.front().state = state;
        run.assets.front().may_pass = may_pass;
        refreshes_->note_run(run);
        EXPECT_FALSE(is_due());
    }
    bool is_due() { return !refreshes_->due(false).empty(); }

    os::ManualClock time_{Timestamp{1'700'000'000'000'000}};
    SourceState state_;
    PipelineParts parts_;
    std::optional<Refreshes> refreshes_;
};

TEST_F(RefreshTest, WhatMayPassIsTriedAgainAfterAWhile) {
    EXPECT_FALSE(is_due());
    for (const bool cancelled : {false, true}) {
        import_and_end(cancelled ? RunState::Cancelled : RunState::Failed, !cancelled);
        time_.advance_us(59 * second_us);
        EXPECT_FALSE(is_due());
        time_.advance_us(2 * second_us);
        EXPECT_TRUE(is_due());
    }
}

TEST_F(RefreshTest, WhatItsInputMakesFailWaitsForOthers) {
    import_and_end(RunState::Failed, false);
    time_.advance_us(3600 * second_us);
    EXPECT_FALSE(is_due());
    import_and_end(RunState::Succeeded, false);
    time_.advance_us(3600 * second_us);
    EXPECT_FALSE(is_due());
}

// The run brings streamed rows into files first: the version which that made is no reason to run.
TEST_F(RefreshTest, ItsOwnFlushIsNoReason) {
    const Asset& asset = pipeline_->graph().assets.front();
    refreshes_->note_start(asset);
    deliver("('b', 'FR', '2026-01-01', 5)");
    run();
    state_.version = take(lake_->current("raw/orders/table")).number;
    RunReport made;
    made.state = RunState::Succeeded;
    made.assets.resize(1);
    made.assets.front().asset = asset.name.text();
    made.assets.front().state = RunState::Succeeded;
    refreshes_->note_run(made);
    time_.advance_us(3600 * second_us);
    EXPECT_FALSE(is_due());
}

// A file that lands while a refresh makes what follows is not kept waiting, but what follows is
// made once a minute however often that is.
TEST_F(RefreshTest, AnImportOvertakesWhatFollows) {
    const Asset& asset = pipeline_->graph().assets.front();
    RunReport under_way;
    under_way.package = asset.package;
    under_way.assets.resize(2);
    under_way.assets[0].asset = asset.name.text();
    under_way.assets[1].asset = "shop.follows";
    const auto begin = [&] {
        refreshes_->note_start(asset);
        under_way.assets[0].state = RunState::Running;
        under_way.assets[1].state = RunState::Queued;
    };
    const auto import = [&] { state_.version = ++state_.import_version; };
    const auto end_overtaken = [&] {
        under_way.state = under_way.assets[1].state = RunState::Cancelled;
        refreshes_->note_run(under_way, true);
    };
    begin();
    EXPECT_FALSE(refreshes_->overtaken(under_way));
    under_way.assets[0].state = RunState::Succeeded;
    EXPECT_FALSE(refreshes_->overtaken(under_way)) << "nothing came";
    ++state_.version;
    EXPECT_FALSE(refreshes_->overtaken(under_way)) << "streamed rows can wait";
    import();
    EXPECT_TRUE(refreshes_->overtaken(under_way));
    under_way.assets[0].state = RunState::Running;
    EXPECT_FALSE(refreshes_->overtaken(under_way)) << "it is not made yet";
    under_way.assets[0].state = RunState::Succeeded;
    end_overtaken();
    begin();
    under_way.assets[0].state = RunState::Succeeded;
    import();
    time_.advance_us(59 * second_us);
    EXPECT_TRUE(refreshes_->overtaken(under_way));
    time_.advance_us(2 * second_us);
    EXPECT_FALSE(refreshes_->overtaken(under_way)) << "what follows is behind for a minute";
    under_way.state = under_way.assets[1].state = RunState::Succeeded;
    refreshes_->note_run(under_way);
    begin();
    under_way.assets[0].state = RunState::Succeeded;
    import();
    EXPECT_TRUE(refreshes_->overtaken(under_way)) << "it was made since";
}

// One that was called off before its turn is not taken for made, though others of the run failed.
TEST_F(RefreshTest, WhatWasCalledOffIsStillDue) {
    const Asset& asset = pipeline_->graph().assets.front();
    refreshes_->note_start(asset);
    state_.version = ++state_.import_version;
    RunReport called_off;
    called_off.package = asset.package;
    called_off.state = RunState::Failed;
    called_off.assets.resize(1);
    called_off.assets[0].asset = asset.name.text();
    called_off.assets[0].state = RunState::Cancelled;
    refreshes_->note_run(called_off, true);
    time_.advance_us(61 * second_us);
    EXPECT_TRUE(is_due());
}

}  // namespace
}  // namespace tradewind::pipeline
