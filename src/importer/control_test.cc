// Looking at, cancelling, stopping and continuing imports.
#include <gtest/gtest.h>

#include "importer/test_support.h"

namespace tradewind::importer {
namespace {

// Holds the importer's thread at a call until the test lets it go.
class Gate {
public:
    explicit Gate(std::string call) : call_(std::move(call)) {}

    void pass(const std::string& call) {
        if (call != call_) return;
        std::unique_lock lock(mutex_);
        ++arrived_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_ || allowed_ > 0; });
        if (!open_) --allowed_;
    }
    void await_arrivals(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return arrived_ >= count; });
    }
    void let_one_pass() {
        std::lock_guard lock(mutex_);
        ++allowed_;
        changed_.notify_all();
    }
    void open() {
        std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

private:
    const std::string call_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int arrived_ = 0;
    int allowed_ = 0;
    bool open_ = false;
};

class ControlTest : public testing_support::ImporterTest {
protected:
    void hold_at(const std::string& call) {
        gate_ = std::make_unique<Gate>(call);
        targets_.before = [this](const std::string& at) { gate_->pass(at); };
    }
    // Stops the importer, which waits for its thread, and lets that go on once it is told to stop:
    // before that it would not know, and wait at the gate again. Import 1 has not ended.
    void stop_and(const std::function<void()>& let_go) {
        std::thread opener([&] {
            constexpr std::int64_t for_ever_us = 600'000'000;
            static_cast<void>(importer_->wait(1, for_ever_us).ok());
            let_go();
        });
        importer_->stop();
        opener.join();
    }
    std::unique_ptr<Gate> gate_;
};

// Progress can be read while an import runs: bytes, rows and rejected rows so far.
TEST_F(ControlTest, ShowsProgress) {
    hold_at("add");
    start();
    const Import queued = submit(request(write("a.csv", lines(11) + "bad,row\n" + "x,1\n")));
    gate_->await_arrivals(1);
    EXPECT_EQ(MUST(importer_->show(queued.id)).state, ImportState::Running);
    gate_->let_one_pass();
    gate_->await_arrivals(2);
    const Import now = MUST(importer_->show(queued.id));
    EXPECT_EQ(now.row_count, 4);
    EXPECT_GT(now.bytes_done, 0U);
    EXPECT_LT(now.bytes_done, now.bytes_total);
    EXPECT_EQ(MUST(importer_->list({}, 1)).front().row_count, 4);
    EXPECT_EQ(MUST(importer_->wait(queued.id, 1000)).state, ImportState::Running);  // time is up
    gate_->open();
    EXPECT_EQ(wait(queued.id).row_count, 12);
}

// However large the file: only so many batches are in memory between reader and targets.
TEST_F(ControlTest, ReadsOnlySoFarAhead) {
    hold_at("add");
    std::atomic<std::size_t> rows_read{0};
    start();
    const Import queued = submit(request(write("a.csv", lines(5000))));
    gate_->await_arrivals(1);
    // One batch with the targets, two in the queue, one that waits to get in.
    const std::uint64_t line_bytes_max = 12;
    for (int i = 0; i < 50; ++i) {
        gate_->let_one_pass();
        gate_->await_arrivals(i + 2);
        const Import now = MUST(importer_->show(queued.id));
        const std::uint64_t ahead = 4 * settings_.batch_rows + 3;
        EXPECT_LE(
            now.bytes_done, (static_cast<std::uint64_t>(now.row_count) + ahead) * line_bytes_max
        );
    }
    gate_->open();
    EXPECT_EQ(wait(queued.id).row_count, 5000);
}

// A queued import is cancelled at once; the one before it goes on.
TEST_F(ControlTest, CancelsWhatIsQueued) {
    hold_at("add");
    start();
    const Import first = submit(request(write("a.csv", lines(9))));
    const Import second = submit(request(write("b.csv", lines(9, "B"))));
    gate_->await_arrivals(1);
    EXPECT_TRUE(importer_->cancel(second.id).ok());
    EXPECT_EQ(wait(second.id).state, ImportState::Cancelled);
    gate_->open();
    EXPECT_EQ(wait(first.id).state, ImportState::Succeeded);
    expect_held({{first.id, rows(9)}});
}

// A running import that is cancelled leaves nothing behind, and the next one runs.
TEST_F(ControlTest, CancelsWhatRuns) {
    hold_at("add");
    start();
    const Import first = submit(request(write("a.csv", lines(100))));
    const Import second = submit(request(write("b.csv", lines(9, "B"))));
    gate_->await_arrivals(1);
    gate_->let_one_pass();
    gate_->await_arrivals(2);
    EXPECT_TRUE(importer_->cancel(first.id).ok());
    gate_->open();
    const Import cancelled = wait(first.id);
    EXPECT_EQ(cancelled.state, ImportState::Cancelled);
    EXPECT_EQ(wait(second.id).state, ImportState::Succeeded);
    expect_held({{second.id, rows(9, "B")}});
    // It may come again.
    EXPECT_EQ(run(request(cancelled.path)).state, ImportState::Succeeded);
}

// What is being published, or has ended, or never was, cannot be cancelled, and says so.
TEST_F(ControlTest, CancelComesTooLate) {
    hold_at("commit");
    start();
    const Import import = submit(request(write("a.csv", lines(9))));
    gate_->await_arrivals(1);
    EXPECT_EQ(importer_->cancel(import.id).error().code(), ErrorCode::Conflict);
    gate_->open();
    EXPECT_EQ(wait(import.id).state, ImportState::Succeeded);
    EXPECT_EQ(importer_->cancel(import.id).error().code(), ErrorCode::Conflict);
    EXPECT_EQ(importer_->cancel(999).error().code(), ErrorCode::NotFound);
}

// A stop does not wait for a long file; after the start it goes on and no row is lost or doubled.
// resume() tells of it once.
TEST_F(ControlTest, StopsAndGoesOn) {
    hold_at("add");
    start();
    const Import import = submit(request(write("a.csv", lines(200))));
    const Import waiting = submit(request(write("b.csv", lines(3, "B"))));
    gate_->await_arrivals(1);
    gate_->let_one_pass();
    gate_->await_arrivals(2);
    stop_and([&] { gate_->let_one_pass(); });  // what is under way is finished
    EXPECT_EQ(MUST(importer_->show(import.id)).state, ImportState::Running);
    EXPECT_EQ(importer_->submit({request(import.path)}).error().code(), ErrorCode::Unavailable);
    gate_->open();

    start();
    const auto resumed = MUST(importer_->resume());
    ASSERT_EQ(resumed.size(), 2U);
    EXPECT_EQ(resumed[0].id, import.id);
    EXPECT_EQ(wait(import.id).state, ImportState::Succeeded);
    EXPECT_EQ(wait(waiting.id).state, ImportState::Succeeded);
    expect_held({{import.id, rows(200)}, {waiting.id, rows(3, "B")}});
    EXPECT_TRUE(MUST(importer_->resume()).empty());
}

// A cancelled import that was interrupted before is not loaded again: its rows are taken back.
TEST_F(ControlTest, CancelsWhatWasInterrupted) {
    hold_at("add");
    start();
    const Import import = submit(request(write("a.csv", lines(50))));
    gate_->await_arrivals(1);
    gate_->let_one_pass();
    gate_->await_arrivals(2);
    stop_and([&] { gate_->open(); });
    EXPECT_EQ(MUST(importer_->show(import.id)).state, ImportState::Running);
    MUST(try_open());
    hold_at("begin");
    MUST(importer_->start());
    gate_->await_arrivals(1);
    EXPECT_TRUE(importer_->cancel(import.id).ok());
    gate_->open();
    EXPECT_EQ(wait(import.id).state, ImportState::Cancelled);
    expect_held({});
}

// A publication that fails half-way is never taken back but finished later; until then later
// deliveries of the same file wait.
TEST_F(ControlTest, FinishesAHalfPublishedImport) {
    start();
    const std::string path = write("a.csv", lines(5));
    const Import first = run(path);
    write("a.csv", lines(4, "J"));
    targets_.failures["committed"] = {1, ErrorCode::Io};
    const Import second = run(path);
    EXPECT_EQ(second.state, ImportState::Failed);
    EXPECT_NE(second.message.find("--resume"), std::string::npos);

    const auto resumed = MUST(importer_->resume());
    ASSERT_EQ(resumed.size(), 1U);
    EXPECT_EQ(resumed[0].id, second.id);
    const Import done = wait(second.id);
    EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
    EXPECT_EQ(done.replaces, first.id);
    EXPECT_EQ(done.replaced_count, 5);  // though this commit found nothing left to replace
    expect_held({{second.id, rows(4, "J")}});
}

// Nor is it taken back when somebody cancels it after a restart, before its turn has come.
TEST_F(ControlTest, NeverCancelsAHalfPublishedImport) {
    start();
    const std::string path = write("a.csv", lines(5));
    targets_.failures["committed"] = {1, ErrorCode::Io};
    const Import half = run(path);
    EXPECT_EQ(half.state, ImportState::Failed);
    EXPECT_EQ(importer_->cancel(half.id).error().code(), ErrorCode::Conflict);
    hold_at("begin");
    start();
    gate_->await_arrivals(1);
    EXPECT_EQ(importer_->cancel(half.id).error().code(), ErrorCode::Conflict);
    gate_->open();
    EXPECT_EQ(wait(half.id).state, ImportState::Succeeded);
    expect_held({{half.id, rows(5)}});
}

// The next delivery of a half-published file makes it finish first.
TEST_F(ControlTest, LaterDeliveriesWaitForHalfPublishedOnes) {
    start();
    const std::string path = write("a.csv", lines(5));
    targets_.failures["commit"] = {2, ErrorCode::ResourceExhausted};
    const Import first = run(path);
    EXPECT_EQ(first.state, ImportState::Failed);
    write("a.csv", lines(4, "J"));
    const Import second = run(path);  // the first is tried again, and fails again
    EXPECT_EQ(second.state, ImportState::Failed);
    EXPECT_NE(second.message.find("stopped half-way"), std::string::npos);

    const Import third = run(path);
    EXPECT_EQ(MUST(importer_->show(first.id)).state, ImportState::Succeeded);
    EXPECT_EQ(third.state, ImportState::Succeeded) << third.message;
    EXPECT_EQ(third.replaces, first.id);
    expect_held({{third.id, rows(4, "J")}});
}

// An import whose record cannot be written, the disk being full, waits for that; but whoever
// cancels it is told soon, at whatever step it waits, and it can be gone on with when there is
// room.
TEST_F(ControlTest, CancelsWhatWaitsForAFullDisk) {
    start();
    // It begins, has an identity, has a kept copy, is published, has ended.
    for (int saves = 0; saves < 5; ++saves) {
        SCOPED_TRACE(saves);
        const std::string name = "F" + std::to_string(saves) + "_";
        targets_.power.fill_disk_after("UPDATE imports", saves);
        const Import import = submit(request(write(name + ".csv", lines(9, name))));
        targets_.power.await_full_disk();
        while (!importer_->cancel(import.id).ok()) std::this_thread::yield();
        const Import given_up = wait(import.id);
        EXPECT_EQ(given_up.state, ImportState::Failed);
        EXPECT_NE(given_up.message.find("database or disk is full"), std::string::npos);
        EXPECT_NE(given_up.message.find("--resume"), std::string::npos);
        EXPECT_EQ(MUST(importer_->list({}, 1)).front().state, ImportState::Failed);
        EXPECT_EQ(importer_->cancel(import.id).error().code(), ErrorCode::Conflict);
        EXPECT_FALSE(importer_->resume().ok());  // there is no room yet
        targets_.power.empty_disk();
        ASSERT_EQ(MUST(importer_->resume()).size(), 1U);
        EXPECT_EQ(wait(import.id).state, ImportState::Succeeded);
        std::lock_guard lock(targets_.mutex);
        EXPECT_EQ(targets_.table[import.id], rows(9, name));
        EXPECT_EQ(targets_.serving[import.id], rows(9, name));
    }
}

// Rows that cannot be taken back now are taken back later; the file is not loaded again.
TEST_F(ControlTest, TakesBackLater) {
    start();
    const std::string path = write("a.csv", lines(20) + "#DAMAGE\n");
    targets_.failures["abandon"] = {1, ErrorCode::Io};
    const Import failed = run(path);
    EXPECT_EQ(failed.state, ImportState::Failed);
    EXPECT_NE(failed.message.find("could not be taken back yet"), std::string::npos);
    EXPECT_FALSE(targets_.serving.empty());
    start();
    EXPECT_EQ(MUST(importer_->resume()).size(), 1U);
    const Import done = wait(failed.id);
    EXPECT_EQ(done.state, ImportState::Failed);
    EXPECT_EQ(done.message, "cut off in line 22");
    expect_held({});
}

}  // namespace
}  // namespace tradewind::importer
