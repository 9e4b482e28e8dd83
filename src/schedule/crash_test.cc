// The power goes between any two durable writes: whatever was under way is finished by the next
// start, each due time and each date has one job, and each step is done once, or again as resumed.
#include <thread>

#include "schedule/test_kit.h"

namespace tradewind::schedule {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr const char* manifest =
    "schedules:\n  nightly: {cron: 0 3 * * *, steps: [crawl, run, {check: x, when: failure}, "
    "{import: y, when: always}]}\n"
    "sensors:\n  dump: {kind: files, scans: [0 2 * * *, 30 2 * * *], files: {sales: "
    "'sales_{date}.csv'}, steps: [run]}\n";

class CrashTest : public SchedulerTest {
protected:
    CrashTest() {
        deeds_["run"] = [this](const StepOrder& order) -> Result<StepResult> {
            const std::lock_guard lock(mutex_);
            auto& times = runs_of_[order.key()];
            if (times.empty()) {
                ++next_run_;
                times.push_back(next_run_);
            } else if (!order.resumed) {
                ++doubled_;
            }
            // A run that was noted is the one that it is gone on with.
            if (!order.runs.empty() && order.runs.front() != times.front()) ++doubled_;
            if (order.runs.empty()) TRY(order.note_run(times.front()));
            return StepResult{false, "run " + std::to_string(times.front()), ""};
        };
    }
    // Ticks until the power is gone, or the night is over.
    void live(MortalDatabase& database) {
        while (clock_.now() < parse_iso("2026-07-01T03:10:00").take() && !database.dead()) {
            clock_.advance_us(10 * second_us);
            if (clock_.now() == parse_iso("2026-07-01T02:40:00").take())
                write("sales_2026-07-01.csv", "a\n1\n");
            scheduler_->tick();
            ASSERT_TRUE(scheduler_->settle(minute_us));
        }
    }

    std::map<std::string, std::vector<std::int64_t>> runs_of_;
    std::int64_t next_run_ = 0;
    int doubled_ = 0;
};

// Each place at which the power can go, one after another, each in a night of its own.
TEST_F(CrashTest, BetweenAnyTwoWrites) {
    bool survived = false;
    std::int64_t writes = 0;
    for (; !survived; ++writes) {
        ASSERT_LT(writes, 200);
        SCOPED_TRACE(writes);
        scheduler_.reset();
        database_ = os::Database::open(folder_.path("meta" + std::to_string(writes))).take();
        std::filesystem::remove(folder_.path("landing/sales_2026-07-01.csv"));
        clock_.set("2026-07-01T01:59:00");
        done_.clear();
        notices_.clear();
        keys_.clear();
        runs_of_.clear();
        {
            open(manifest);  // it is known from before
            scheduler_.reset();
            MortalDatabase mortal(*database_, writes);
            open(manifest, &mortal);
            if (started_) live(mortal);
            scheduler_.reset();
            survived = !mortal.dead();
        }
        open(manifest);
        if (clock_.now() < parse_iso("2026-07-01T02:40:00").take())
            pass_until("2026-07-01T02:40:00", 10 * second_us);
        write("sales_2026-07-01.csv", "a\n1\n");
        pass_until("2026-07-01T03:12:00", 10 * second_us);
        EXPECT_THAT(states("nightly"), ElementsAre("succeeded"));
        EXPECT_THAT(states("dump"), ElementsAre("succeeded"));
        EXPECT_THAT(runs_of_, SizeIs(2));
        EXPECT_EQ(doubled_, 0);
        auto kinds = told();
        std::ranges::sort(kinds);
        EXPECT_THAT(kinds, ElementsAre("missing_files", "recovery", "success", "success"));
    }
    EXPECT_GT(writes, 15);
}

// Gone on with from the step that was under way, not from the first; and shown as such.
TEST_F(CrashTest, GoesOnWithTheStepUnderWay) {
    std::atomic<bool> hang{true};
    deeds_["run"] = [&](const StepOrder& order) -> Result<StepResult> {
        if (hang) {
            TRY(order.note_run(17));
            order.cancelled->wait(false);
            EXPECT_TRUE(order.leaving->load());
            return Error(ErrorCode::Cancelled, "the program ends");
        }
        EXPECT_TRUE(order.resumed);
        EXPECT_THAT(order.runs, ElementsAre(17));
        return StepResult{};
    };
    open(manifest);
    clock_.set("2026-07-01T03:00:30");
    scheduler_->tick();
    while (done().size() < 2) std::this_thread::yield();
    scheduler_.reset();
    hang = false;
    open(manifest);
    const Job between = scheduler_->jobs("shop", "nightly", 1)->front();
    EXPECT_EQ(between.cut_offs, 1);
    tick();
    const Job job = jobs("nightly").front();
    EXPECT_EQ(job.state, JobState::Succeeded);
    EXPECT_THAT(
        done(), ElementsAre("nightly.crawl", "nightly.run", "nightly.run", "nightly.import")
    );
}

// By catch_up none it is not gone on with; so it is when its steps were changed meanwhile.
TEST_F(CrashTest, NotGoneOnWith) {
    for (const char* later :
         {"schedules:\n  nightly: {cron: 0 3 * * *, catch_up: none, steps: [run]}\n",
          "schedules:\n  nightly: {cron: 0 3 * * *, steps: [crawl, run]}\n",
          "schedules: {}\n"}) {
        SCOPED_TRACE(later);
        scheduler_.reset();
        database_ = os::Database::open(folder_.path("meta" + std::to_string(++next_run_))).take();
        clock_.set("2026-07-01T01:00:00");
        notices_.clear();
        keys_.clear();
        done_.clear();
        deeds_["run"] = [&](const StepOrder& order) -> Result<StepResult> {
            order.cancelled->wait(false);
            return Error(ErrorCode::Cancelled, "the program ends");
        };
        open("schedules:\n  nightly: {cron: 0 3 * * *, steps: [run]}\n");
        clock_.set("2026-07-01T03:00:30");
        scheduler_->tick();
        while (done().empty()) std::this_thread::yield();
        open(later);
        tick();
        const auto job = scheduler_->job(1);
        ASSERT_TRUE(job.ok());
        EXPECT_EQ(job->state, JobState::CutOff);
        EXPECT_EQ(job->steps[0].state, JobState::CutOff);
        EXPECT_THAT(told(), ElementsAre("failure"));
    }
}

}  // namespace
}  // namespace tradewind::schedule
