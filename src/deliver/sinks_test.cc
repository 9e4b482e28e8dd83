// Sinks beside each other: one that is stuck delays no other; what they report; the errors folder;
// counts of what the transform drops.
#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "base/json.h"
#include "base/text.h"
#include "deliver/serving_sink.h"
#include "deliver/test_kit.h"

namespace tradewind::deliver {

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SinksTest : public DeliveryTest {
protected:
    SinksTest() {
        settings_.raw_flush_age_us = 10 * second_us;
        settings_.retry_delay_us_max = 1000;
    }
    void turn_over(const std::string& path, std::size_t offset) {
        const auto file = MUST(real_files_->open(path, os::OpenMode::ReadWrite));
        std::string byte = MUST(file->read_at(offset, 1));
        byte[0] = static_cast<char>(byte[0] ^ 0x55);
        MUST(file->write_at(offset, byte));
    }
    // Waits for what the sinks' threads do.
    template <typename F>
    void await(F reached) {
        while (!reached()) std::this_thread::yield();
    }
};

TEST_F(SinksTest, AStuckSinkDelaysNoOther) {
    // Proves, with the sinks' own threads, that all others go on while serving fails, that its lag
    // and its error are shown, and that it catches up once it can.
    settings_.own_threads = true;
    open();
    serving_.stuck = true;
    for (int id = 1; id <= 3; ++id) accept(record(id));
    for (const char* name : {"table", "raw", "errors", "dead_letters"})
        await([&] { return status(name).position == Position(3); });
    EXPECT_EQ(in_table().size(), 3u);
    await([&] { return !status("serving").error.empty(); });
    EXPECT_THAT(status("serving").error, HasSubstr("serving is stuck"));
    EXPECT_EQ(status("serving").lag, 3);
    const auto waited = delivery_->wait_applied(Position(3), 0);
    ASSERT_FALSE(waited.ok());
    EXPECT_THAT(waited.error().message(), HasSubstr("serving"));
    // What is not stuck is flushed all the same.
    EXPECT_THAT(delivery_->flush().error().message(), HasSubstr("sink serving"));
    EXPECT_EQ(in_raw().size(), 3u);
    EXPECT_EQ(paths("table").size(), 1u);
    serving_.stuck = false;
    MUST(delivery_->wait_applied(Position(3), 60 * second_us));
    await([&] { return status("serving").error.empty(); });
    EXPECT_THAT(in_serving(), ElementsAre(1, 2, 3));
}

TEST_F(SinksTest, RetentionDoesNotPassAStuckSink) {
    // Proves that what one sink has not got stays in the stream, whatever the others have.
    stream_options_.segment_bytes_max = 512;
    stream_options_.retention_bytes_max = 600;
    open();
    serving_.stuck = true;
    for (int id = 1; id <= 30; ++id) accept(record(id));
    EXPECT_FALSE(delivery_->flush().ok());
    EXPECT_EQ(MUST(stream_->apply_retention()), 0);
    serving_.stuck = false;
    MUST(delivery_->flush());
    EXPECT_GT(MUST(stream_->apply_retention()), 0);
    EXPECT_GT(stream_->info().first, Position(0));
    EXPECT_EQ(in_serving().size(), 30u);
    open();
    EXPECT_EQ(in_table().size(), 30u);
}

TEST_F(SinksTest, AStreamFromAnOlderCopyGoesOnBehindItsSinks) {
    // Proves that a sink whose position is beyond the stream's end (a stream brought back from an
    // older copy) gets what is appended from now on, and that what is missing is told of.
    MUST(serving_.set_cursor({"built/orders", 1}));
    MUST(serving_.set_cursor({serving_cursor("orders"), 1000}));
    open();
    EXPECT_THAT(stream_->info().damage, ElementsAre(HasSubstr("positions 0 to 999 are missing")));
    accept(record(1));
    // Nothing is left below: the sinks that were opened first notice it with a step.
    for (const SinkStatus& sink : delivery_->sinks()) step(sink.name);
    step_all();
    EXPECT_EQ(stream_->info().next, Position(1001));
    EXPECT_THAT(in_table(), ElementsAre(1));
    EXPECT_THAT(in_serving(), ElementsAre(1));
}

TEST_F(SinksTest, ASinkThatCannotBeginDoesNotKeepOthersFromStarting) {
    // Proves that the program starts though one sink has no place to write its position to, and
    // says so.
    open();
    close();
    MUST(database_->run("ALTER TABLE dead_letter_positions RENAME TO away"));
    MUST(database_->run("CREATE VIEW dead_letter_positions AS SELECT a FROM nowhere"));
    open();
    accept(record(1));
    EXPECT_FALSE(step("dead_letters"));
    EXPECT_TRUE(step("table"));
    EXPECT_THAT(in_table(), ElementsAre(1));
    EXPECT_FALSE(status("dead_letters").error.empty());
}

TEST_F(SinksTest, TheLastBlockIsDamagedAfterItWasDelivered) {
    // Proves that records appended after the loss of the last acknowledged block, which passes for
    // a torn tail, reach every sink under numbers of their own; with a replay that a crash
    // interrupted, which is appended at the start.
    open();
    accept(record(1));
    reject(record(2));
    step_all();
    ASSERT_EQ(letters().size(), 1u);
    const std::string path = folder_.path("stream/000000000000.segment");
    const std::string before = MUST(os::read_file(*real_files_, path, 1u << 30));
    accept(record(3));
    for (const char* sink : {"serving", "table"}) step(sink);
    EXPECT_THAT(in_serving(), ElementsAre(1, 3));
    MUST(database_->run("UPDATE dead_letters SET state = 1, replayed_as = ?", {os::Blob{record(4)}})
    );
    close();
    turn_over(path, before.find_last_not_of('\0') + 60);
    open();
    EXPECT_EQ(stream_->info().next, Position(4));
    EXPECT_THAT(stream_->info().damage, Contains(HasSubstr("positions 2 to 2 are missing")));
    accept(record(5));
    step_all();
    // The table's files never had the lost one: its rows were in memory.
    EXPECT_THAT(in_table(), ElementsAre(1, 4, 5));
    EXPECT_THAT(in_serving(), ElementsAre(1, 3, 4, 5));
    MUST(delivery_->flush());
    EXPECT_THAT(in_raw(), ElementsAre(1, 4, 5));
}

TEST_F(SinksTest, ALostPositionBehindRetentionGoesOnWhereTheStreamBegins) {
    // Proves that after the loss of meta.sqlite letters are listed and taken again, though the
    // stream no longer has its first records, and that retention is not held back for ever.
    stream_options_.segment_bytes_max = 512;
    stream_options_.retention_bytes_max = 600;
    open();
    for (int id = 1; id <= 30; ++id) accept(record(id));
    reject("before");
    MUST(delivery_->flush());
    ASSERT_GT(MUST(stream_->apply_retention()), 0);
    close();
    MUST(database_->run("DELETE FROM dead_letters"));
    MUST(database_->run("DELETE FROM dead_letter_positions"));
    open();
    const Position first = stream_->info().first;
    ASSERT_GT(first, Position(0));
    EXPECT_EQ(letters().size(), 1u) << "it is still in the stream";
    EXPECT_GE(*stream_->committed("dead_letters"), first);
    for (int id = 31; id <= 60; ++id) accept(record(id));
    reject("after");
    EXPECT_EQ(letters().size(), 2u);
    MUST(delivery_->flush());
    EXPECT_GT(MUST(stream_->apply_retention()), 0);
    EXPECT_TRUE(status("dead_letters").error.empty());
}

TEST_F(SinksTest, APausedSinkTakesNothingUntilItGoesOn) {
    // Proves that pausing holds one sink back, that nobody waits for it, and that it goes on after.
    settings_.own_threads = true;
    open();
    EXPECT_EQ(delivery_->pause("nobody", true).error().code(), ErrorCode::NotFound);
    MUST(delivery_->pause("serving", true));
    // Two records, one after the other: the step under way when it was paused may take the first.
    for (int id = 1; id <= 2; ++id) {
        accept(record(id));
        MUST(delivery_->wait_applied(Position(id), 60 * second_us));
    }
    EXPECT_TRUE(status("serving").paused);
    EXPECT_EQ(status("table").lag, 0);
    EXPECT_GT(status("serving").lag, 0);
    MUST(delivery_->pause("serving", false));
    MUST(delivery_->wait_applied(Position(2), 60 * second_us));
    EXPECT_THAT(in_serving(), ElementsAre(1, 2));
}

TEST_F(SinksTest, ErrorsLieInFoldersByDayAndType) {
    // Proves that what was refused at the door and what fails in delivery lies under its day and
    // its type, with its bytes, and that errors of another day are in another folder.
    open();
    const std::string no_text("\xff\xfe{", 3);
    reject("{\"id\":", "invalid_json");
    reject(no_text, "invalid_utf8");
    accept(record(3, 0));
    accept(record(4));
    clock_.advance_us(24 * 3600 * second_us);
    reject("[]", "not_an_object");
    MUST(delivery_->flush());
    const std::string day = "raw/orders/errors/year=2023/month=11/day=";
    EXPECT_THAT(
        paths("errors"),
        ElementsAre(
            day + "14/invalid_json/stream-0.ndjson.zst",
            day + "14/invalid_utf8/stream-0.ndjson.zst",
            day + "14/transform_failed/stream-0.ndjson.zst",
            day + "15/not_an_object/stream-0.ndjson.zst"
        )
    );
    const json::Value line = MUST(json::parse(lines("errors")[1]));
    EXPECT_EQ(line.text_or("original_encoding", ""), "base64");
    EXPECT_EQ(MUST(base64_decode(line.text_or("original", ""))), no_text);
    EXPECT_EQ(line.text_or("stage", ""), "door");
    EXPECT_EQ(lines("errors").size(), letters().size());
}

TEST_F(SinksTest, AFailureBetweenTwoErrorFilesIsTriedAgain) {
    // Proves that a commit of several error files that failed after the first does not leave that
    // one's name taken.
    open();
    reject("a", "invalid_json");
    reject("b", "wrong_type");
    step_all();
    int renames = 0;
    files_.pick = [&](const std::string& call, const std::string& path) {
        return call == "rename" && path.ends_with(".ndjson.zst") && ++renames == 2;
    };
    clock_.advance_us(10 * second_us);
    EXPECT_FALSE(step("errors"));
    step_all();
    clock_.advance_us(10 * second_us);
    step_all();
    EXPECT_EQ(lines("errors").size(), 2u);
    EXPECT_EQ(renames, 4);
}

TEST_F(SinksTest, WithoutErrorsTheirFolderGetsAVersionSeldom) {
    // Proves that a position alone is committed a tenth as often as errors are.
    open();
    accept(record(1));
    step_all();
    clock_.advance_us(10 * second_us);
    step_all();
    EXPECT_EQ(version("errors").number, 0);
    clock_.advance_us(90 * second_us);
    step_all();
    EXPECT_EQ(version("errors").positions.at("errors"), Position(1));
    EXPECT_THAT(paths("errors"), IsEmpty());
}

TEST_F(SinksTest, CountsWhatEachRuleDrops) {
    // Proves that dropped rows are counted once by their rule, also when the letters' position
    // could not be written down and the sink begins again.
    open();
    accept(record(1, -1));
    accept(record(2));
    accept(record(3, -5));
    step_all();
    ASSERT_EQ(delivery_->filtered().size(), 1u);
    EXPECT_EQ(delivery_->filtered()[0].rule, "no_tests");
    EXPECT_EQ(delivery_->filtered()[0].count, 2);
    MUST(database_->run("ALTER TABLE dead_letter_positions RENAME TO away"));
    EXPECT_FALSE(delivery_->flush().ok());
    MUST(database_->run("ALTER TABLE away RENAME TO dead_letter_positions"));
    accept(record(4, -1));
    MUST(delivery_->flush());
    EXPECT_EQ(delivery_->filtered()[0].count, 3);
    EXPECT_THAT(in_table(), ElementsAre(2));
    EXPECT_THAT(letters(), IsEmpty());
}

TEST_F(SinksTest, ALetterIsListedOnceItsRecordIsDurable) {
    // Proves that whoever got his 200 finds the rejected record, though no sink took a step since.
    open();
    accept(record(1, 0));
    reject("refused at the door");
    const std::vector<DeadLetter> found = letters();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].stage, "delivery");
    EXPECT_EQ(found[0].id, "orders/1/0");
    EXPECT_EQ(found[0].type, "transform_failed");
    EXPECT_EQ(found[1].stage, "door");
    EXPECT_EQ(found[1].original, "refused at the door");
}

TEST_F(SinksTest, AStopWithThreadsDrainsAndSettles) {
    // Proves that an orderly stop leaves nothing to do again: everything is in files, and the next
    // start reads no record a second time.
    settings_.own_threads = true;
    open();
    for (int id = 1; id <= 10; ++id) accept(record(id));
    delivery_->stop(60 * second_us);
    EXPECT_EQ(in_raw().size(), 10u);
    EXPECT_EQ(version("table").positions.at("table"), Position(10));
    settings_.own_threads = false;
    open();
    for (const SinkStatus& sink : delivery_->sinks()) EXPECT_EQ(sink.lag, 0) << sink.name;
}

}  // namespace

}  // namespace tradewind::deliver
