// Schedules by the clock: once for each due time, whatever the clock, the machine or a job does.
#include <chrono>
#include <condition_variable>

#include "schedule/lane.h"
#include "schedule/test_kit.h"

namespace tradewind::schedule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ScheduleTest : public SchedulerTest {
protected:
    static std::string nightly(const std::string& more = "", const std::string& steps = "[run]") {
        return "schedules:\n  nightly:\n    cron: 0 3 * * *\n" + more + "    steps: " + steps +
               "\n";
    }
    // A step that goes on until the test says so; it hears cancels.
    TestStep::Deed until_let_go() {
        return [this](const StepOrder& order) -> Result<StepResult> {
            std::unique_lock lock(gate_mutex_);
            ++standing_;
            stands_.notify_all();
            while (!let_go_ && !order.cancelled->load())
                gate_.wait_for(lock, std::chrono::milliseconds(1));
            --standing_;
            if (order.cancelled->load()) return Error(ErrorCode::Cancelled, "stopped");
            return StepResult{};
        };
    }
    void wait_until_it_stands(int count = 1) {
        std::unique_lock lock(gate_mutex_);
        stands_.wait(lock, [&] { return standing_ >= count; });
    }
    void let_go() {
        {
            const std::lock_guard lock(gate_mutex_);
            let_go_ = true;
        }
        gate_.notify_all();
        ASSERT_TRUE(scheduler_->settle(minute_us));
    }

    std::mutex gate_mutex_;
    std::condition_variable gate_;
    std::condition_variable stands_;
    bool let_go_ = false;
    int standing_ = 0;
};

// It starts at its due times and at no other, and a success is told.
TEST_F(ScheduleTest, StartsWhenDue) {
    open(nightly());
    pass_until("2026-07-03T12:00:00", 10 * minute_us);
    EXPECT_THAT(
        due("nightly"),
        ElementsAre("2026-07-01T03:00:00", "2026-07-02T03:00:00", "2026-07-03T03:00:00")
    );
    EXPECT_THAT(states("nightly"), ElementsAre("succeeded", "succeeded", "succeeded"));
    EXPECT_THAT(told(), ElementsAre("success", "success", "success"));
}

// The night in which clocks are set forward: 02:30 is at the first instant after the gap, once.
TEST_F(ScheduleTest, ClocksForward) {
    clock_.set("2026-03-07T12:00:00");
    open(
        "timezone: America/New_York\nschedules:\n  a: {cron: 30 2 * * *, steps: [run]}\n"
        "  b: {cron: '0 * * * *', steps: [run]}\n"
    );
    pass_until("2026-03-09T12:00:00", 5 * minute_us);
    EXPECT_THAT(due("a"), ElementsAre("2026-03-08T07:00:00", "2026-03-09T06:30:00"));
    EXPECT_THAT(due("b"), SizeIs(48));  // hours that there are, none twice
}

// The night in which they are set back: 01:30 comes twice and starts once.
TEST_F(ScheduleTest, ClocksBack) {
    clock_.set("2026-10-31T12:00:00");
    open("timezone: America/New_York\nschedules:\n  a: {cron: 30 1 * * *, steps: [run]}\n");
    pass_until("2026-11-02T12:00:00", 5 * minute_us);
    EXPECT_THAT(due("a"), ElementsAre("2026-11-01T05:30:00", "2026-11-02T06:30:00"));
}

// A machine that slept for two days: catch_up says what becomes of what was due meanwhile.
TEST_F(ScheduleTest, CatchesUp) {
    const std::string hourly = "    cron: 0 */6 * * *\n    steps: [run]\n";
    open(
        "schedules:\n  none:\n    catch_up: none\n" + hourly + "  last:\n    catch_up: last\n" +
        hourly + "  all:\n    catch_up: all\n" + hourly
    );
    clock_.advance_us(48 * hour_us + 10 * minute_us);
    pass(20 * minute_us);
    EXPECT_THAT(due("none"), IsEmpty());
    EXPECT_THAT(due("last"), ElementsAre("2026-07-03T00:00:00"));
    EXPECT_THAT(due("all"), SizeIs(8));
    EXPECT_EQ(due("all").front(), "2026-07-01T06:00:00");
    pass(6 * hour_us, 10 * minute_us);
    EXPECT_THAT(due("none"), ElementsAre("2026-07-03T06:00:00"));
    EXPECT_THAT(due("all"), SizeIs(9));
}

// The same when the program was down, and nothing twice when it starts again and again.
TEST_F(ScheduleTest, CatchesUpAfterDowntime) {
    open(nightly());
    scheduler_.reset();
    clock_.advance_us(50 * hour_us);
    for (int i = 0; i < 3; ++i) {
        open(nightly());
        tick();
    }
    EXPECT_THAT(due("nightly"), ElementsAre("2026-07-02T03:00:00"));
}

// What was due before a schedule existed, or before its times were changed, is not made up for.
TEST_F(ScheduleTest, NewTimesBeginAnew) {
    open(nightly());
    clock_.advance_us(12 * hour_us);
    tick();
    EXPECT_THAT(due("nightly"), SizeIs(1));
    open("schedules:\n  nightly: {cron: 0 11 * * *, steps: [run]}\n");
    tick();
    EXPECT_THAT(due("nightly"), SizeIs(1));
    pass_until("2026-07-02T11:30:00", 30 * minute_us);
    EXPECT_THAT(due("nightly"), ElementsAre("2026-07-01T03:00:00", "2026-07-02T11:00:00"));
}

// A clock that is set back starts nothing twice, and what is still to come starts in its time.
TEST_F(ScheduleTest, ClockSetBack) {
    open("schedules:\n  a: {cron: '0 * * * *', steps: [run]}\n");
    pass_until("2026-07-01T03:30:00", 10 * minute_us);
    EXPECT_THAT(due("a"), SizeIs(3));
    clock_.set("2026-07-01T01:30:00");
    pass_until("2026-07-01T03:50:00", 10 * minute_us);
    EXPECT_THAT(due("a"), SizeIs(3));
    pass_until("2026-07-01T04:10:00", 10 * minute_us);
    EXPECT_THAT(due("a"), SizeIs(4));
}

// A clock that was a year ahead for a while: the year's due times start all the same, once each.
TEST_F(ScheduleTest, ClockAYearAhead) {
    options_.jobs_kept = 5;
    open(nightly());
    pass_until("2026-07-02T12:00:00", hour_us);
    clock_.set("2027-07-02T12:00:00");
    tick();
    EXPECT_EQ(due("nightly").back(), "2027-07-02T03:00:00");
    clock_.set("2026-07-02T12:30:00");
    open(nightly());
    pass_until("2026-07-12T12:00:00", hour_us);
    EXPECT_THAT(done(), SizeIs(2 + 1 + 10));
}

// Jitter puts a due time off by less than it says, always by the same.
TEST_F(ScheduleTest, Jitter) {
    open(nightly("    jitter: 30m\n"));
    pass_until("2026-07-05T12:00:00");
    std::vector<std::int64_t> delays;
    for (const Job& job : jobs("nightly"))
        delays.push_back((job.queued_at.micros - job.due_at.micros) / minute_us);
    EXPECT_THAT(delays, SizeIs(5));
    EXPECT_THAT(delays, testing::Each(testing::AllOf(testing::Ge(0), testing::Le(30))));
    EXPECT_GT(std::set<std::int64_t>(delays.begin(), delays.end()).size(), 1u);
    Trigger trigger;
    trigger.package = "shop";
    trigger.name = "nightly";
    trigger.jitter_us = hour_us;
    EXPECT_EQ(jitter_of(trigger, {5}), jitter_of(trigger, {5}));
}

// A schedule never overlaps itself: what is due meanwhile waits, and is folded.
TEST_F(ScheduleTest, NeverOverlapsItself) {
    deeds_["run"] = until_let_go();
    open("schedules:\n  a: {cron: '0 * * * *', timeout: 10h, steps: [run]}\n");
    clock_.advance_us(hour_us);
    scheduler_->tick();
    wait_until_it_stands();
    clock_.advance_us(5 * hour_us);
    scheduler_->tick();
    EXPECT_THAT(due("a"), SizeIs(1));
    EXPECT_THAT(scheduler_->status("shop", "a")->waiting, HasSubstr("still under way"));
    let_go();
    tick();
    EXPECT_THAT(due("a"), ElementsAre("2026-07-01T01:00:00", "2026-07-01T06:00:00"));
    EXPECT_THAT(jobs("a").front().steps, SizeIs(1));
}

// The audit still runs when the features are due: they wait for it, durably, and say so.
TEST_F(ScheduleTest, WaitsForAnother) {
    deeds_["check"] = until_let_go();
    open(
        "schedules:\n  audit: {cron: 0 23 * * *, steps: [check]}\n"
        "  features: {cron: 35 23 * * *, waits_for: [audit], steps: [run]}\n"
    );
    clock_.advance_us(23 * hour_us);
    scheduler_->tick();
    wait_until_it_stands();
    clock_.advance_us(40 * minute_us);
    scheduler_->tick();
    EXPECT_THAT(states("features"), ElementsAre("waiting"));
    EXPECT_THAT(scheduler_->status("shop", "features")->waiting, HasSubstr("of audit"));
    let_go();
    tick();
    EXPECT_THAT(states("features"), ElementsAre("succeeded"));
    EXPECT_THAT(done(), ElementsAre("audit.check", "features.run"));
}

// Both are due at once after a night's sleep: still the one after the other.
TEST_F(ScheduleTest, WaitsForAnotherAfterSleep) {
    open(
        "schedules:\n  z_audit: {cron: 0 23 * * *, steps: [check]}\n"
        "  features: {cron: 35 23 * * *, waits_for: [z_audit], steps: [run]}\n"
    );
    clock_.advance_us(30 * hour_us);
    tick();
    EXPECT_THAT(done(), ElementsAre("z_audit.check", "features.run"));
}

// A failing step stops those after it, but for the ones that are for failures; it is told once.
TEST_F(ScheduleTest, StepsByOutcome) {
    deeds_["crawl"] = [](const StepOrder&) -> Result<StepResult> {
        return Error(ErrorCode::Io, "the disk is gone");
    };
    open(nightly("", "[crawl, run, {check: package, when: failure}, {import: x, when: always}]"));
    pass_until("2026-07-01T04:00:00", hour_us);
    const Job job = jobs("nightly").front();
    EXPECT_EQ(job.state, JobState::Failed);
    EXPECT_THAT(job.message, HasSubstr("step 1 (crawl): the disk is gone"));
    EXPECT_EQ(job.steps[1].state, JobState::Skipped);
    EXPECT_THAT(done(), ElementsAre("nightly.crawl", "nightly.check", "nightly.import"));
    EXPECT_THAT(told(), ElementsAre("failure"));
    EXPECT_THAT(notices_[0].text, HasSubstr("tradewind schedules start shop:nightly"));
    deeds_["crawl"] = [](const StepOrder&) -> Result<StepResult> { return StepResult{}; };
    pass_until("2026-07-02T04:00:00", hour_us);
    EXPECT_THAT(told(), ElementsAre("failure", "success", "recovery"));
}

// A step whose failure is of another kind is told as that; SQL decides over steps.
TEST_F(ScheduleTest, ConditionsAndKindsOfFailure) {
    holds_ = [](const std::string& sql) -> Result<bool> {
        if (sql.ends_with("broken")) return Error(ErrorCode::InvalidArgument, "no such table");
        return sql.ends_with("1");
    };
    deeds_["check"] = [](const StepOrder&) -> Result<StepResult> {
        return StepResult{true, "2 checks failed", "failed_checks"};
    };
    open(
        nightly("", "[{crawl: x, when: SELECT 1 = 1}, {run: x, when: SELECT 1 = 0}, check]") +
        "  other: {cron: 0 4 * * *, steps: [crawl, {run: x, when: SELECT broken}]}\n"
    );
    pass_until("2026-07-01T05:00:00", hour_us);
    EXPECT_THAT(done(), ElementsAre("nightly.crawl", "nightly.check", "other.crawl"));
    EXPECT_THAT(told(), ElementsAre("failed_checks", "failure"));
    EXPECT_THAT(jobs("other").front().message, HasSubstr("no such table"));
}

// A job whose time is up fails; what is for failures still runs.
TEST_F(ScheduleTest, TimesOut) {
    deeds_["run"] = until_let_go();
    open(nightly("    timeout: 2h\n", "[run, crawl, {check: package, when: failure}]"));
    clock_.advance_us(3 * hour_us);
    scheduler_->tick();
    wait_until_it_stands();
    clock_.advance_us(2 * hour_us - second_us);
    scheduler_->tick();
    EXPECT_THAT(states("nightly"), ElementsAre("running"));
    clock_.advance_us(second_us);
    tick();
    const Job job = jobs("nightly").front();
    EXPECT_EQ(job.state, JobState::Failed);
    EXPECT_THAT(job.message, HasSubstr("timed out after 2 h"));
    EXPECT_THAT(done(), ElementsAre("nightly.run", "nightly.check"));
}

// A cancelled job ends, waits in nobody's way, and is told to nobody.
TEST_F(ScheduleTest, Cancels) {
    deeds_["run"] = until_let_go();
    open(nightly("", "[run, crawl]"));
    clock_.advance_us(3 * hour_us);
    scheduler_->tick();
    wait_until_it_stands();
    const std::int64_t id = jobs("nightly").front().id;
    ASSERT_TRUE(scheduler_->cancel(id).ok());
    EXPECT_EQ(scheduler_->wait(id, minute_us)->state, JobState::Cancelled);
    tick();
    EXPECT_EQ(scheduler_->cancel(id).error().code(), ErrorCode::Conflict);
    EXPECT_EQ(scheduler_->cancel(99).error().code(), ErrorCode::NotFound);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_THAT(done(), ElementsAre("nightly.run"));
}

// Paused is paused over restarts; what was due meanwhile is not made up for.
TEST_F(ScheduleTest, PausesDurably) {
    open(nightly());
    ASSERT_TRUE(scheduler_->pause("shop", "nightly").ok());
    pass_until("2026-07-02T12:00:00", hour_us);
    open(nightly());
    tick();
    EXPECT_TRUE(scheduler_->status("shop", "nightly")->paused);
    EXPECT_THAT(due("nightly"), IsEmpty());
    ASSERT_TRUE(scheduler_->resume("shop", "nightly").ok());
    tick();
    EXPECT_THAT(due("nightly"), IsEmpty());
    pass_until("2026-07-03T12:00:00", hour_us);
    EXPECT_THAT(due("nightly"), ElementsAre("2026-07-03T03:00:00"));
    EXPECT_THAT(scheduler_->pause("shop", "nigthly").error().describe(), HasSubstr("'nightly'"));
}

// Somebody asks: a job with his parameters, after those that wait already, and not too many.
TEST_F(ScheduleTest, StartsWhenAsked) {
    options_.waiting_max = 2;
    open(nightly("    paused: true\n"));
    StartRequest request{"shop", "nightly", "", {{"day", "x"}}};
    const auto job = scheduler_->ask(request);
    ASSERT_TRUE(job.ok()) << job.error().describe();
    EXPECT_EQ(scheduler_->wait(job->id, minute_us)->state, JobState::Succeeded);
    EXPECT_EQ(params_.front().at("day"), "x");
    deeds_["run"] = until_let_go();
    ASSERT_TRUE(scheduler_->ask(request).ok());
    wait_until_it_stands();
    ASSERT_TRUE(scheduler_->ask(request).ok());
    EXPECT_EQ(scheduler_->ask(request).error().code(), ErrorCode::ResourceExhausted);
    request.date = "2026-07-01";
    EXPECT_EQ(scheduler_->ask(request).error().code(), ErrorCode::InvalidArgument);
    let_go();
    tick();
    EXPECT_THAT(states("nightly"), ElementsAre("succeeded", "succeeded", "succeeded"));
}

// A call starts only what waits for calls, with the parameters that it may give.
TEST_F(ScheduleTest, HttpSensor) {
    open("sensors:\n  hook: {kind: http, params: [day], steps: [run]}\n" + nightly());
    const auto call = [&](const std::string& name, const std::string& param) {
        return scheduler_->call({"shop", name, "", {{param, "1"}}});
    };
    EXPECT_EQ(call("nightly", "day").error().code(), ErrorCode::Conflict);
    EXPECT_THAT(call("hook", "dya").error().describe(), HasSubstr("'day'"));
    EXPECT_EQ(call("none", "day").error().code(), ErrorCode::NotFound);
    const auto job = call("hook", "day");
    ASSERT_TRUE(job.ok());
    EXPECT_EQ(scheduler_->wait(job->id, minute_us)->state, JobState::Succeeded);
    ASSERT_TRUE(scheduler_->pause("shop", "hook").ok());
    EXPECT_EQ(call("hook", "day").error().code(), ErrorCode::Conflict);
}

// A scheduler that only serves one command starts nothing by itself.
TEST_F(ScheduleTest, WithoutWatching) {
    options_.watch = false;
    open(nightly());
    pass(30 * hour_us, hour_us);
    EXPECT_THAT(due("nightly"), IsEmpty());
    EXPECT_EQ(scheduler_->status("shop", "nightly")->next.size(), 3u);
    ASSERT_TRUE(scheduler_->ask({"shop", "nightly", "", {}}).ok());
    tick();
    EXPECT_THAT(states("nightly"), ElementsAre("succeeded"));
}

// A thousand schedules cost next to nothing while none is due, and start together when all are.
TEST_F(ScheduleTest, AThousand) {
    std::string manifest = "schedules:\n";
    for (int i = 0; i < 1000; ++i)
        manifest += "  s" + std::to_string(i) + ": {cron: 0 3 * * *, steps: [run]}\n";
    open(manifest);
    const auto time_us = [](const auto& work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        return std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - start
        )
            .count();
    };
    scheduler_->tick();
    const auto idle_us = time_us([&] {
                             for (int i = 0; i < 100; ++i) scheduler_->tick();
                         }) /
                         100;
    clock_.advance_us(3 * hour_us);
    const auto due_us = time_us([&] { tick(); });
    EXPECT_THAT(done(), SizeIs(1000));
    EXPECT_THAT(told(), SizeIs(1000));
    RecordProperty("idle_tick_us", static_cast<int>(idle_us));
    RecordProperty("thousand_jobs_us", static_cast<int>(due_us));
    std::printf("tick: %ld us, 1000 jobs of one step: %ld us\n", long{idle_us}, long{due_us});
    EXPECT_LT(idle_us, 20'000);
    const auto list_us = time_us([&] { EXPECT_EQ(scheduler_->list()->size(), 1000u); });
    std::printf("list: %ld us\n", long{list_us});
}

}  // namespace
}  // namespace tradewind::schedule
