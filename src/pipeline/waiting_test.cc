// Runs that wait for their turn: cancelled, left by a stop, gone on with; and how runs begin.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/guarded.h"
#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using testing::HasSubstr;

constexpr const char* endless =
    "SELECT count(*) AS n FROM range(100000000) a, range(1000000) b WHERE a.range = b.range + 7";

class Ends : public RunListener {
public:
    void on_run(const RunReport& run) override {
        if (run.finished_at.micros == 0) return;
        ended_.with_lock([&](auto& ended) { ended[run.id] = run.state; });
    }
    void on_asset(const RunReport&, const AssetRun&) override {}
    std::map<std::int64_t, RunState> ended() {
        return ended_.with_lock([](const auto& ended) { return ended; });
    }

private:
    Guarded<std::map<std::int64_t, RunState>> ended_;
};

class WaitingTest : public PipelineTest {
protected:
    WaitingTest() { listeners_ = {&ends_}; }
    RunReport submit(const std::string& asset, const std::string& reason = "asked") {
        RunRequest request;
        request.package = "shop";
        request.assets = {asset};
        request.reason = reason;
        request.params = {{"asked", asset}};
        return take(pipeline_->submit(request));
    }
    RunReport show(const RunReport& run) { return take(pipeline_->show(run.id)); }
    RunReport end(const RunReport& run) { return take(pipeline_->wait(run.id, 60'000'000)); }
    void wait_until_begun(const RunReport& run) {
        while (take(pipeline_->wait(run.id, 1'000)).state == RunState::Queued) continue;
    }

    Ends ends_;
};

// One that waits is over at once when it is cancelled, and still after a start; the one before it
// goes on.
TEST_F(WaitingTest, IsCancelledAtOnce) {
    start({{"slow", endless}, {"quick", "SELECT 1 AS n"}});
    const auto first = submit("slow");
    const auto second = submit("quick");
    ASSERT_TRUE(pipeline_->cancel(second.id).ok());
    const auto over = show(second);
    EXPECT_EQ(over.state, RunState::Cancelled);
    EXPECT_EQ(over.message, "cancelled before it began");
    EXPECT_EQ(of(over, "quick").state, RunState::Cancelled);
    EXPECT_NE(over.finished_at.micros, 0);
    EXPECT_EQ(ends_.ended().at(second.id), RunState::Cancelled);
    EXPECT_FALSE(ends_.ended().contains(first.id));
    EXPECT_EQ(pipeline_->cancel(second.id).error().code(), ErrorCode::Conflict);
    ASSERT_TRUE(pipeline_->cancel(first.id).ok());
    EXPECT_EQ(end(first).state, RunState::Cancelled);
    start({{"slow", endless}, {"quick", "SELECT 1 AS n"}});
    ASSERT_TRUE(pipeline_->go_on_with_waiting().ok());
    EXPECT_EQ(show(second).state, RunState::Cancelled);
}

// Those that wait when the program ends wait still after the next start, and have their turn with
// what they were asked for; a run of a job is left to the job, one whose asset is gone says so.
TEST_F(WaitingTest, GoOnAfterAStart) {
    const std::string asked =
        "SELECT max(CASE WHEN name = 'asked' THEN value END) AS n FROM run.params";
    start({{"slow", endless}, {"asked", asked}, {"gone", "SELECT 1 AS n"}});
    const auto cut = submit("slow");
    wait_until_begun(cut);
    const auto waits = submit("asked");
    const auto gone = submit("gone");
    const auto of_job = submit("asked", "shop:dump 2026-01-01");
    const auto cancelled = submit("asked");
    const auto resumed = submit("asked");
    start({{"slow", endless}, {"asked", asked}});
    EXPECT_EQ(show(waits).state, RunState::Queued);
    EXPECT_EQ(show(of_job).state, RunState::Failed);
    EXPECT_THAT(show(of_job).message, HasSubstr("run --resume"));
    EXPECT_EQ(show(cut).state, RunState::Cancelled);
    ASSERT_TRUE(pipeline_->cancel(cancelled.id).ok());
    EXPECT_EQ(show(cancelled).state, RunState::Cancelled);
    ASSERT_TRUE(pipeline_->resume(resumed.id).ok());
    EXPECT_EQ(end(resumed).state, RunState::Succeeded);
    ASSERT_TRUE(pipeline_->go_on_with_waiting().ok());
    EXPECT_EQ(end(waits).state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT n FROM shop.asked"), "asked\n");
    EXPECT_EQ(show(gone).state, RunState::Failed);
    EXPECT_THAT(show(gone).message, HasSubstr("shop.gone, which is no more"));
    EXPECT_EQ(ends_.ended().at(gone.id), RunState::Failed);
}

// A parameter that is refused is named in the run's message, and its assets say that none of them
// began; what is to be known of one that is taken stands in message and log.
TEST_F(WaitingTest, TellsOfParameters) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    resolve_parameter_ = [](const std::string&,
                            const std::string& name,
                            const std::string& value,
                            const std::atomic<bool>&) -> Result<std::optional<TableAt>> {
        if (name != "orders") return std::optional<TableAt>();
        if (value == "bad") return Error(ErrorCode::InvalidArgument, "bad did not come in");
        return std::optional(TableAt{{"raw", "orders"}, 1, "2 of 3 rows were rejected"});
    };
    start({{"clean", clean}});
    RunRequest request;
    request.package = "shop";
    request.params = {{"orders", "bad"}};
    const auto refused = run_request(request);
    EXPECT_EQ(refused.state, RunState::Failed);
    EXPECT_EQ(refused.message, "parameter orders: bad did not come in");
    EXPECT_EQ(of(refused, "clean").message, "the run did not begin");
    request.params = {{"orders", "good"}};
    const auto made = run_request(request);
    EXPECT_EQ(made.state, RunState::Succeeded);
    EXPECT_EQ(made.message, "parameter orders: 2 of 3 rows were rejected");
    EXPECT_EQ(show(made).message, made.message);
    const auto lines = take(pipeline_->log(made.id));
    EXPECT_EQ(lines.at(0).level, "warning");
    EXPECT_EQ(lines.at(0).text, made.message);
}

}  // namespace
}  // namespace tradewind::pipeline
