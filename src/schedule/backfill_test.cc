#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "schedule/intervals.h"
#include "schedule/test_kit.h"

namespace tradewind::schedule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

BackfillRequest request_of(std::string from, std::string to, Every every = Every::Day) {
    BackfillRequest request;
    request.package = "shop";
    request.from = std::move(from);
    request.to = std::move(to);
    request.every = every;
    return request;
}

std::vector<std::string> cut(const BackfillRequest& request, const std::string& zone = "UTC") {
    const auto found = os::find_time_zone(zone);
    const auto intervals = cut_into_intervals(request, **found, 100);
    if (!intervals.ok()) return {intervals.error().describe()};
    std::vector<std::string> texts;
    for (const Interval& one : *intervals) texts.push_back(one.from + " " + one.to);
    return texts;
}

// Proves that spans that are none, are empty, have times where days are meant, or would be cut into
// very many intervals are refused with what is wrong.
TEST(Intervals, Nonsense) {
    const std::vector<std::tuple<BackfillRequest, std::string>> cases{
        {request_of("", "2026-01-01"), "from is no date: ''"},
        {request_of("yesterday", "2026-01-01"), "from is no date"},
        {request_of("2026-01-01", "2026-02-30"), "to is no date: '2026-02-30'"},
        {request_of("2026-01-01", "2026-01-01"), "the span is empty"},
        {request_of("2026-01-02", "2026-01-01"), "the span is empty"},
        {request_of("2026-01-01T05:00:00", "2026-01-02"), "from has a time"},
        {request_of("2026-01-01T05:30:00", "2026-01-02", Every::Hour), "from is no full hour"},
        {request_of("2026-01-01T05:00:00Z", "2026-01-02", Every::Hour), "from is no date"},
        {request_of("2026-01-01T05:00:00-05:00", "2026-01-02", Every::Hour), "from is no date"},
        {request_of("2026-01-01", "2027-01-01"), "more than 100 intervals"},
    };
    for (const auto& [request, fault] : cases)
        EXPECT_THAT(cut(request), ElementsAre(HasSubstr(fault))) << request.from;
    EXPECT_THAT(every_of("fortnight").error().describe(), HasSubstr("hour, day, week and month"));
}

// Proves that intervals are counted from the beginning, that the last is cut at the end, and that
// months end where they end.
TEST(Intervals, DaysWeeksMonths) {
    EXPECT_THAT(
        cut(request_of("2026-02-27", "2026-03-02")),
        ElementsAre("2026-02-27 2026-02-28", "2026-02-28 2026-03-01", "2026-03-01 2026-03-02")
    );
    EXPECT_THAT(
        cut(request_of("2026-01-01", "2026-01-10", Every::Week)),
        ElementsAre("2026-01-01 2026-01-08", "2026-01-08 2026-01-10")
    );
    EXPECT_THAT(
        cut(request_of("2027-12-31", "2028-04-01", Every::Month)),
        ElementsAre(
            "2027-12-31 2028-01-31",
            "2028-01-31 2028-02-29",
            "2028-02-29 2028-03-31",
            "2028-03-31 2028-04-01"
        )
    );
}

// Proves that an hour that the clocks skip has no interval, one that they show twice has one, and
// one of which half an hour is skipped keeps its interval.
TEST(Intervals, HoursOfLocalClocks) {
    EXPECT_THAT(
        cut(request_of("2026-03-29T01:00:00", "2026-03-29T04:00:00", Every::Hour), "Europe/Berlin"),
        ElementsAre(
            "2026-03-29T01:00:00 2026-03-29T02:00:00", "2026-03-29T03:00:00 2026-03-29T04:00:00"
        )
    );
    EXPECT_EQ(cut(request_of("2026-10-25", "2026-10-26", Every::Hour), "Europe/Berlin").size(), 24);
    EXPECT_EQ(
        cut(request_of("2026-10-04", "2026-10-05", Every::Hour), "Australia/Lord_Howe").size(), 24
    );
}

// Proves that each run gets its date, and names of files made from it.
TEST(Intervals, ParamsOfEach) {
    BackfillRequest request = request_of("2026-01-01", "2026-01-03");
    request.params = {{"sales", "d/{date}/sales_{date}.csv"}, {"odd", "{dat}{date"}};
    const auto params = params_for(request, {"2026-01-02", "2026-01-03"});
    EXPECT_EQ(params.at("sales"), "d/2026-01-02/sales_2026-01-02.csv");
    EXPECT_EQ(params.at("odd"), "{dat}{date");
    EXPECT_EQ(params.at("date"), "2026-01-02");
}

constexpr std::int64_t patience_us = 60 * second_us;

// Backfills over a real database, whose intervals do what a test says.
class BackfillTest : public testing::Test {
protected:
    BackfillTest() { database_ = os::Database::open(folder_.path("meta.sqlite")).take(); }
    ~BackfillTest() override { backfills_.reset(); }

    void open(bool watch = true, os::Database* database = nullptr) {
        backfills_.reset();
        BackfillParts parts;
        for (const char* package : {"shop", "other"})
            parts.zones[package] = os::find_time_zone("UTC").take();
        parts.database = database != nullptr ? database : database_.get();
        parts.clock = &clock_;
        parts.check = [this](const BackfillRequest&) { return checked_; };
        parts.carry_out = [this](const IntervalOrder& order) -> Result<IntervalResult> {
            {
                const std::lock_guard lock(mutex_);
                made_.push_back(order.interval.from + (order.resumed ? " again" : ""));
            }
            return make_(order);
        };
        parts.tell = [this](const Notice& notice) -> Result<void> {
            const std::lock_guard lock(mutex_);
            if (keys_.insert(notice.key).second) notices_.push_back(notice);
            return {};
        };
        options_.watch = watch;
        auto opened = open_backfills(options_, std::move(parts));
        ASSERT_TRUE(opened.ok()) << opened.error().describe();
        backfills_ = std::move(opened).take();
        ASSERT_TRUE(backfills_->start().ok() || database != nullptr);
    }
    Backfill begin(BackfillRequest request) {
        auto begun = backfills_->submit(request);
        EXPECT_TRUE(begun.ok()) << begun.error().describe();
        return begun.ok() ? *begun : Backfill();
    }
    Backfill finished(std::int64_t id) { return backfills_->wait(id, patience_us).take(); }
    std::vector<std::string> made() {
        const std::lock_guard lock(mutex_);
        return made_;
    }
    // Until an interval is under way that waits for its cancellation.
    static Result<IntervalResult> until_cancelled(const IntervalOrder& order) {
        order.cancelled->wait(false);
        return Error(ErrorCode::Cancelled, "cancelled");
    }
    void wait_until_made(std::size_t count) {
        while (made().size() < count) std::this_thread::yield();
    }

    os::TemporaryFolder folder_;
    TestClock clock_{"2026-07-01T00:00:00"};
    std::unique_ptr<os::Database> database_;
    BackfillOptions options_;
    Result<void> checked_;
    std::function<Result<IntervalResult>(const IntervalOrder&)> make_ =
        [](const IntervalOrder& order) -> Result<IntervalResult> {
        TRY(order.note_run(100 + order.place));
        return IntervalResult{false, "run succeeded", 10 * order.place};
    };
    std::mutex mutex_;
    std::vector<std::string> made_;
    std::vector<Notice> notices_;
    std::set<std::string> keys_;
    std::unique_ptr<Backfills> backfills_;
};

// Proves that what cannot be begun leaves nothing behind, and that there is a bound to what waits.
TEST_F(BackfillTest, RefusalsLeaveNothing) {
    options_.waiting_max = 1;
    open();
    EXPECT_FALSE(backfills_->submit(request_of("2026-01-02", "2026-01-01")).ok());
    checked_ = Error(ErrorCode::InvalidArgument, "its runs know no interval");
    EXPECT_FALSE(backfills_->submit(request_of("2026-01-01", "2026-01-02")).ok());
    EXPECT_THAT(*backfills_->list(10), IsEmpty());
    for (const auto& asked : {backfills_->show(1), backfills_->cancel(1), backfills_->resume(1)}) {
        ASSERT_FALSE(asked.ok());
        EXPECT_EQ(asked.error().code(), ErrorCode::NotFound);
    }
    checked_ = {};
    make_ = until_cancelled;
    begin(request_of("2026-01-01", "2026-01-02"));
    const auto more = backfills_->submit(request_of("2026-01-01", "2026-01-02"));
    ASSERT_FALSE(more.ok());
    EXPECT_EQ(more.error().code(), ErrorCode::ResourceExhausted);
}

// Proves that every interval is made once, in order, and that what was made can be seen.
TEST_F(BackfillTest, EveryIntervalOnceInOrder) {
    open();
    const Backfill over = finished(begin(request_of("2026-01-01", "2026-01-04")).id);
    EXPECT_EQ(over.state, JobState::Succeeded);
    EXPECT_EQ(over.done, 3);
    EXPECT_EQ(over.rows, 60);
    EXPECT_FALSE(over.current);
    EXPECT_THAT(made(), ElementsAre("2026-01-01", "2026-01-02", "2026-01-03"));
    const auto intervals = backfills_->intervals(over.id, 1, 1).take();
    ASSERT_EQ(intervals.size(), 1u);
    EXPECT_EQ(intervals[0].interval.from, "2026-01-02");
    EXPECT_EQ(intervals[0].run, 102);
    const auto again = backfills_->resume(over.id);
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code(), ErrorCode::Conflict);
}

// Proves that it stops at the first interval that fails, says which, tells it once, and goes on
// there when asked to.
TEST_F(BackfillTest, StopsAtAFailureAndGoesOnThere) {
    open();
    bool broken = true;
    const auto good = make_;
    make_ = [&](const IntervalOrder& order) -> Result<IntervalResult> {
        if (order.place == 2 && broken) return IntervalResult{true, "a file is missing", 0};
        return good(order);
    };
    const std::int64_t id = begin(request_of("2026-01-01", "2026-01-04")).id;
    const Backfill stopped = finished(id);
    EXPECT_EQ(stopped.state, JobState::Failed);
    EXPECT_EQ(stopped.message, "the interval 2026-01-02 to 2026-01-03 failed: a file is missing");
    ASSERT_TRUE(stopped.current);
    EXPECT_EQ(stopped.current->interval.from, "2026-01-02");
    ASSERT_EQ(notices_.size(), 1u);
    EXPECT_THAT(notices_[0].text, HasSubstr("tradewind backfill --resume 1"));
    broken = false;
    ASSERT_TRUE(backfills_->resume(id).ok());
    EXPECT_EQ(finished(id).state, JobState::Succeeded);
    EXPECT_THAT(made(), ElementsAre("2026-01-01", "2026-01-02", "2026-01-02", "2026-01-03"));
    EXPECT_EQ(notices_.size(), 1u);
}

// Proves that one under way and one that waits can be cancelled, that nothing further of them is
// made, and that both can be gone on with.
TEST_F(BackfillTest, Cancel) {
    open();
    const auto good = make_;
    make_ = until_cancelled;
    const std::int64_t first = begin(request_of("2026-01-01", "2026-01-04")).id;
    wait_until_made(1);
    const std::int64_t second = begin(request_of("2026-02-01", "2026-02-02")).id;
    ASSERT_TRUE(backfills_->cancel(second).ok());
    EXPECT_EQ(finished(second).state, JobState::Cancelled);
    ASSERT_TRUE(backfills_->cancel(first).ok());
    EXPECT_EQ(finished(first).state, JobState::Cancelled);
    EXPECT_THAT(made(), ElementsAre("2026-01-01"));
    EXPECT_EQ(backfills_->cancel(first).error().code(), ErrorCode::Conflict);
    make_ = good;
    ASSERT_TRUE(backfills_->resume(first).ok());
    EXPECT_EQ(finished(first).done, 3);
    EXPECT_THAT(notices_, IsEmpty());
}

// Proves that backfills of one package follow each other while another package's goes on.
TEST_F(BackfillTest, OnePackageOneAtATime) {
    open();
    make_ = until_cancelled;
    const std::int64_t first = begin(request_of("2026-01-01", "2026-01-02")).id;
    wait_until_made(1);
    const std::int64_t second = begin(request_of("2026-01-01", "2026-01-02")).id;
    BackfillRequest elsewhere = request_of("2026-05-01", "2026-05-02");
    elsewhere.package = "other";
    begin(elsewhere);
    wait_until_made(2);
    EXPECT_THAT(made(), ElementsAre("2026-01-01", "2026-05-01"));
    EXPECT_EQ(backfills_->show(second)->state, JobState::Waiting);
    ASSERT_TRUE(backfills_->cancel(first).ok());
    wait_until_made(3);
}

// Proves that the next start goes on with the interval that was under way, with the run that it had
// begun, and not with what is done; a command that starts nothing by itself leaves it.
TEST_F(BackfillTest, TheNextStartGoesOn) {
    open();
    const auto good = make_;
    make_ = [&](const IntervalOrder& order) -> Result<IntervalResult> {
        if (order.place == 1) return good(order);
        TRY(order.note_run(7));
        return until_cancelled(order);
    };
    const std::int64_t id = begin(request_of("2026-01-01", "2026-01-04")).id;
    wait_until_made(2);
    while (backfills_->show(id)->current->run != 7) std::this_thread::yield();
    open(false);
    EXPECT_EQ(backfills_->show(id)->state, JobState::Running);
    EXPECT_EQ(made().size(), 2u);
    std::int64_t known = 0;
    make_ = [&](const IntervalOrder& order) -> Result<IntervalResult> {
        if (order.resumed) known = order.run;
        return good(order);
    };
    open();
    EXPECT_EQ(finished(id).state, JobState::Succeeded);
    EXPECT_EQ(known, 7);
    EXPECT_THAT(made(), ElementsAre("2026-01-01", "2026-01-02", "2026-01-02 again", "2026-01-03"));
}

// Proves that an interval in whose middle the program always ends is given up, not tried for ever.
TEST_F(BackfillTest, AnIntervalThatKillsIsGivenUp) {
    make_ = until_cancelled;
    open();
    const std::int64_t id = begin(request_of("2026-01-01", "2026-01-02")).id;
    for (std::size_t starts = 1; starts <= 6; ++starts) {
        wait_until_made(starts);
        open();
    }
    const Backfill over = finished(id);
    EXPECT_EQ(over.state, JobState::Failed);
    EXPECT_THAT(over.message, HasSubstr("again and again"));
}

// Proves that whatever write the power goes at, a next start ends the backfill with each interval
// succeeded once in the records, and made again only where it was under way.
TEST_F(BackfillTest, ThePowerGoesAtAnyWrite) {
    for (std::int64_t writes = 1; writes < 12; ++writes) {
        made_.clear();
        database_ = os::Database::open(folder_.path("m" + std::to_string(writes))).take();
        MortalDatabase mortal(*database_, writes);
        open(true, &mortal);
        const auto begun = backfills_->submit(request_of("2026-01-01", "2026-01-04"));
        if (begun.ok()) {
            while (!mortal.dead() && !is_over(backfills_->show(begun->id)->state))
                std::this_thread::yield();
        }
        open();
        if (!begun.ok()) {
            EXPECT_THAT(*backfills_->list(10), IsEmpty());
            continue;
        }
        const Backfill over = finished(begun->id);
        EXPECT_EQ(over.state, JobState::Succeeded) << writes;
        EXPECT_EQ(over.done, 3) << writes;
        EXPECT_EQ(over.rows, 60) << writes;
        EXPECT_LE(made().size(), 4u) << writes;
    }
}

}  // namespace
}  // namespace tradewind::schedule
