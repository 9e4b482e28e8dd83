// Imports: all or nothing, repeatable after a crash at any step, corrected and taken back.
#include <gmock/gmock.h>

#include "deliver/test_kit.h"

namespace tradewind::deliver {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class LoadTest : public DeliveryTest {
protected:
    LoadTest() { open(); }

    static LoadTicket ticket(
        std::int64_t origin, std::optional<std::int64_t> replaces = std::nullopt
    ) {
        LoadTicket ticket;
        ticket.origin = OriginId(origin);
        ticket.identity = "orders.csv";
        ticket.content_hash = "hash-" + std::to_string(origin);
        if (replaces) ticket.replaces = OriginId(*replaces);
        ticket.received_at = start_of_tests;
        return ticket;
    }
    // Rows numbered from `first_row` on, in line row + 1; `parts` as in record().
    RowBatch rows(
        const std::vector<std::int64_t>& ids, std::int64_t first_row = 1, std::int64_t parts = 2
    ) {
        RowBatch batch(machine_.contract->columns());
        for (const std::int64_t id : ids) {
            batch.column(0).add_text("A1");
            batch.column(1).add_integer(id);
            batch.column(2).add_integer(parts);
            batch.commit_row({PartitionId(0), first_row++, start_of_tests});
        }
        return batch;
    }
    static RejectedRow rejected(std::int64_t row) {
        return {row, row + 1, {"wrong_type", "id", "id: \"x\" is not an integer"}, "A1,x,2"};
    }
    RowBatch none() { return RowBatch(machine_.contract->columns()); }
    LoadReport load(const LoadTicket& ticket, const std::vector<std::int64_t>& ids) {
        auto load = MUST(delivery_->begin_load(ticket));
        MUST(load->add(rows(ids), {}));
        return MUST(load->commit());
    }
    void expect_held(const simulation::Ids& ids) {
        EXPECT_THAT(in_table(), testing::UnorderedElementsAreArray(ids));
        EXPECT_THAT(in_serving(), testing::UnorderedElementsAreArray(ids));
    }
    // The next commit to that dataset fails.
    void fail_commit(const std::string& dataset) {
        files_.pick = [this, dataset](const std::string& call, const std::string& path) {
            const bool hit = call == "rename" && path.find(dataset + "/_versions/") != path.npos;
            return hit && !std::exchange(failed_, true);
        };
        failed_ = false;
    }

    bool failed_ = false;
};

TEST_F(LoadTest, AFileBecomesVisibleWithItsCommit) {
    // Proves that nothing is in the table before, and everything with its provenance after.
    auto load = MUST(delivery_->begin_load(ticket(1)));
    MUST(load->add(rows({11, 12}), {rejected(3)}));
    EXPECT_THAT(in_table(), IsEmpty());
    const LoadReport report = MUST(load->commit());
    EXPECT_EQ(report.row_count, 2);
    EXPECT_EQ(report.rejected_count, 1);
    expect_held({11, 12});
    const lake::Version table = version("table");
    EXPECT_EQ(table.files[0].path, "raw/orders/table/import-1-00001.parquet");
    EXPECT_EQ(table.files[0].origin, OriginId(1));
    EXPECT_EQ(table.files[0].extra.text_or("identity", ""), "orders.csv");
    ASSERT_EQ(letters().size(), 1u);
    EXPECT_EQ(letters()[0].id, "import/1/3");
    EXPECT_EQ(letters()[0].file, "orders.csv");
    EXPECT_EQ(letters()[0].line, 4);
    EXPECT_EQ(lines("errors").size(), 1u);
}

TEST_F(LoadTest, EachRowThatCannotBeUsedIsALetterOfItsOwn) {
    // Proves that a rejected row and one that fails in the transform do not hide each other, though
    // one's row is the other's line, and that all rows of one line stay.
    auto load = MUST(delivery_->begin_load(ticket(1)));
    RejectedRow same_line = rejected(1);
    RejectedRow too = rejected(2);
    too.line = same_line.line;
    MUST(load->add(rows({11, 12}, 3, 0), {same_line, too}, {14, 17}));
    MUST(load->add(rows({13, 14}, 5, -1), {}));
    const LoadReport report = MUST(load->commit());
    EXPECT_EQ(report.rejected_count, 4);
    EXPECT_EQ(report.filtered_count, 2);
    std::vector<std::string> ids;
    for (const DeadLetter& letter : letters()) ids.push_back(letter.id);
    EXPECT_THAT(ids, UnorderedElementsAre("import/1/1", "import/1/2", "import/1/3", "import/1/4"));
    EXPECT_EQ(delivery_->filtered()[0].count, 2);
    // What failed in the transform can be repaired as the record it stands for.
    const DeadLetter failed = MUST(letters_->show("import/1/3"));
    EXPECT_EQ(failed.record, record(11, 0));
    EXPECT_EQ(failed.type, "transform_failed");
    EXPECT_EQ(failed.line, 14);
    EXPECT_EQ(MUST(letters_->show("import/1/4")).line, 17);
}

TEST_F(LoadTest, LettersComeBackFromTheErrors) {
    // Proves that the errors folder has all that a letter of an import is, that one that was
    // replayed is not open again, and that a damaged file is told as such.
    auto load = MUST(delivery_->begin_load(ticket(1)));
    RejectedRow odd = rejected(2);
    odd.original = "A1,\xff,2";
    odd.record = record(12);
    RejectedRow other = rejected(7);
    other.rejection.type = "malformed_row";
    MUST(load->add(rows({11}), {odd, rejected(3), other}));
    MUST(load->commit());
    MUST(letters_->replay("import/1/3", record(13)));
    const auto all = [&] {
        std::map<std::string, std::string> told;
        for (const DeadLetter& letter : letters()) {
            told[letter.id] = letter.source + "|" + letter.stage + "|" + letter.type + "|" +
                              letter.reason + "|" + letter.original + "|" + letter.record + "|" +
                              to_string(letter.state) + "|" +
                              std::to_string(letter.captured_at.micros) + "|" + letter.file + "|" +
                              std::to_string(letter.line);
        }
        return told;
    };
    const auto before = all();
    ASSERT_EQ(before.size(), 3u);
    MUST(database_->run("DELETE FROM dead_letters", {}));
    std::int64_t count = 0;
    for (int times = 0; times < 2; ++times) {
        count = 0;
        for (const std::string& path : paths("errors")) {
            const auto found =
                MUST(restore_letters(*letters_, "orders", lake_->absolute(path), files_));
            EXPECT_EQ(found.file, "orders.csv");
            count += found.count;
        }
        EXPECT_EQ(count, 3);
        EXPECT_EQ(all(), before);
    }
    const std::string bytes = MUST(lake_->read(paths("errors").front(), 1u << 20));
    const std::string cut = folder_.path("cut.ndjson.zst");
    MUST(os::write_file_atomic(*real_files_, cut, bytes.substr(0, bytes.size() - 3)));
    EXPECT_EQ(
        restore_letters(*letters_, "orders", cut, files_).error().code(), ErrorCode::Corruption
    );
}

TEST_F(LoadTest, TooManyRejectedRowsRefuseTheFile) {
    // Proves that the limit is kept, that the message names line, reason and setting, and that
    // abandoning leaves nothing behind.
    delivery_.reset();
    settings_.import_rejections_max = 2;
    open();
    auto load = MUST(delivery_->begin_load(ticket(1)));
    MUST(load->add(rows({11}), {rejected(2), rejected(3)}));
    const auto refused = load->add(none(), {rejected(4)});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::ResourceExhausted);
    EXPECT_THAT(refused.error().message(), HasSubstr("more than 2 rows"));
    EXPECT_THAT(refused.error().detail(), HasSubstr("Line 3"));
    EXPECT_THAT(refused.error().detail(), HasSubstr("; line 4"));
    EXPECT_THAT(refused.error().detail(), HasSubstr("; line 5"));
    EXPECT_THAT(refused.error().detail(), HasSubstr("kept whole"));
    EXPECT_THAT(refused.error().hint(), HasSubstr("delivery.import_rejections."));
    MUST(load->abandon());
    load.reset();
    expect_held({});
    EXPECT_THAT(letters(), IsEmpty());
    EXPECT_THAT(paths("errors"), IsEmpty());
}

TEST_F(LoadTest, ACorrectionReplacesTheEarlierDelivery) {
    // Proves that the new rows take the old ones' place in table, serving and dead letters, and
    // that the old ones stay until the new file was read to its end.
    auto first = MUST(delivery_->begin_load(ticket(1)));
    MUST(first->add(rows({11, 12, 13}), {rejected(4)}));
    MUST(first->commit());
    first.reset();
    auto second = MUST(delivery_->begin_load(ticket(2, 1)));
    MUST(second->add(rows({21}), {}));
    expect_held({11, 12, 13});
    EXPECT_EQ(MUST(second->commit()).replaced_count, 3);
    expect_held({21});
    EXPECT_THAT(letters(), IsEmpty());
    // And a correction of the correction.
    EXPECT_EQ(load(ticket(3, 2), {31, 32}).replaced_count, 1);
    expect_held({31, 32});
}

TEST_F(LoadTest, ALoadThatWasInterruptedGoesOn) {
    // Proves that a load which was dropped half-way continues under its ticket without doubling
    // what serving had.
    {
        auto load = MUST(delivery_->begin_load(ticket(1)));
        MUST(load->add(rows({11, 12}), {rejected(3)}));
        serving_.await("import/1", 2);
    }
    EXPECT_THAT(in_table(), IsEmpty());
    EXPECT_THAT(in_serving(), ElementsAre(11, 12));
    open();
    auto load = MUST(delivery_->begin_load(ticket(1)));
    // Other batches than before: one row of the first is new.
    MUST(load->add(rows({11}), {}));
    MUST(load->add(rows({12, 13}, 2), {rejected(4)}));
    MUST(load->commit());
    expect_held({11, 12, 13});
}

TEST_F(LoadTest, ACommittedLoadCanBeRepeated) {
    // Proves that an import whose end nobody noted is loaded again, in the same process or after a
    // start or a rebuild, without an error and without doubling anything.
    for (const bool restarted : {false, true}) {
        for (int again = 0; again < 2; ++again) {
            auto load = MUST(delivery_->begin_load(ticket(1)));
            MUST(load->add(rows({11, 12}), {rejected(3)}));
            const auto report = load->commit();
            ASSERT_TRUE(report.ok()) << report.error().describe();
            EXPECT_EQ(report.value().row_count, 2);
            load.reset();
            expect_held({11, 12});
            EXPECT_EQ(letters().size(), 1u);
            EXPECT_EQ(lines("errors").size(), 1u);
        }
        if (!restarted) open();
        MUST(delivery_->rebuild_serving());
    }
}

TEST_F(LoadTest, ACommitThatFailsAnywhereIsRepeated) {
    // Proves that the load's second try, in the same process, ends what the first could not.
    std::int64_t origin = 0;
    simulation::Ids held;
    for (const char* dataset : {"/errors", "/table"}) {
        ++origin;
        const std::int64_t id = origin * 10;
        for (const bool fails : {true, false}) {
            auto load = MUST(delivery_->begin_load(ticket(origin)));
            MUST(load->add(rows({id}), {rejected(2)}));
            if (fails) fail_commit(dataset);
            EXPECT_EQ(load->commit().ok(), !fails) << dataset;
        }
        held.push_back(id);
        expect_held(held);
        EXPECT_EQ(lines("errors").size(), held.size());
        EXPECT_EQ(letters().size(), held.size());
    }
}

TEST_F(LoadTest, WhatIsAbandonedLeavesNothing) {
    // Proves that a load can be taken back before, during and after its commit, for ever: what a
    // power loss leaves of serving does not bring its rows back.
    for (const char* fails_at : {"", "/errors", "/table", "nowhere"}) {
        {
            auto load = MUST(delivery_->begin_load(ticket(1)));
            MUST(load->add(rows({11, 12}), {rejected(3)}));
            if (*fails_at != '\0') {
                fail_commit(fails_at);
                static_cast<void>(load->commit().ok());
            }
        }
        auto load = MUST(delivery_->begin_load(ticket(1)));
        MUST(load->abandon());
        EXPECT_EQ(machine_.store->unsynced_writes(), 0u);
        load.reset();
        expect_held({});
        EXPECT_THAT(letters(), IsEmpty());
        EXPECT_THAT(paths("errors"), IsEmpty());
        MUST(serving_.clear("orders"));
    }
}

TEST_F(LoadTest, AnAbandonedCorrectionLeavesItsPredecessor) {
    // Proves that the earlier delivery's rows are in serving again when the correction, which had
    // begun to replace them there, is taken back.
    load(ticket(1), {11, 12});
    for (const bool restarted : {false, true}) {
        // What was taken back is never loaded again: each correction is a delivery of its own.
        const LoadTicket correction = ticket(restarted ? 3 : 2, 1);
        {
            auto load = MUST(delivery_->begin_load(correction));
            MUST(load->add(rows({21}), {}));
            fail_commit("/table");
            EXPECT_FALSE(load->commit().ok());
        }
        EXPECT_THAT(in_serving(), ElementsAre(21));
        EXPECT_THAT(in_table(), ElementsAre(11, 12));
        if (restarted) open();
        // Twice, as after a crash in between.
        for (int i = 0; i < 2; ++i) MUST(MUST(delivery_->begin_load(correction))->abandon());
        expect_held({11, 12});
    }
}

TEST_F(LoadTest, RebuildingServingWaitsForNoImport) {
    // Proves that a rebuild is refused while an import is under way, which would lose its first
    // rows, and works once it is over.
    auto load = MUST(delivery_->begin_load(ticket(1)));
    MUST(load->add(rows({11}), {}));
    const auto refused = delivery_->rebuild_serving();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::Unavailable);
    MUST(load->commit());
    load.reset();
    accept(record(1));
    step_all();
    MUST(delivery_->rebuild_serving());
    step_all();
    expect_held({1, 11});
}

TEST_F(LoadTest, ALostServingStoreIsRebuiltAtTheStart) {
    // Proves that serving comes back from the table's files and the stream, whatever was lost.
    accept(record(1));
    MUST(delivery_->flush());
    load(ticket(1), {11});
    accept(record(2));
    step_all();
    delivery_.reset();
    MUST(serving_.clear("orders"));
    open();
    step_all();
    expect_held({1, 2, 11});
    open();
    step_all();
    expect_held({1, 2, 11});
}

TEST_F(LoadTest, AnInterruptedRebuildIsDoneAgain) {
    // Proves that a start after a rebuild that was cut off does not go on with half of the rows.
    load(ticket(1), {11});
    load(ticket(2), {21});
    serving_.stuck = true;
    EXPECT_FALSE(delivery_->rebuild_serving().ok());
    serving_.stuck = false;
    EXPECT_THAT(in_serving(), IsEmpty());
    open();
    expect_held({11, 21});
}

TEST_F(LoadTest, AnotherSourcesRebuildLeavesThisOnesPosition) {
    // Proves that clearing another source's tables does not make this one's sink, when it begins
    // again after a failure, begin at the stream's start.
    accept(record(1));
    MUST(delivery_->flush());
    MUST(delivery_->rebuild_serving());
    MUST(serving_.clear("other source"));
    serving_.stuck = true;
    accept(record(2));
    EXPECT_FALSE(step("serving"));
    serving_.stuck = false;
    step_all();
    expect_held({1, 2});
}

TEST_F(LoadTest, KeepsTheFileAsItCame) {
    // Proves that the original's bytes are kept once under the day of its arrival, whatever the
    // number of tries.
    const std::string path = folder_.path("in.csv");
    {
        auto file = MUST(files_.open(path, os::OpenMode::CreateNew));
        MUST(file->write_at(0, std::string("\xff\x00,x\r\n", 6)));
    }
    fail_commit("/batch");
    EXPECT_FALSE(delivery_->keep_original(ticket(1), path).ok());
    const std::string kept = MUST(delivery_->keep_original(ticket(1), path));
    EXPECT_EQ(kept, "raw/orders/batch/year=2023/month=11/day=14/1-orders.csv");
    EXPECT_EQ(MUST(delivery_->keep_original(ticket(1), path)), kept);
    EXPECT_EQ(MUST(lake_->read(kept, 100)), std::string("\xff\x00,x\r\n", 6));
    EXPECT_EQ(paths("batch").size(), 1u);
}

TEST_F(LoadTest, KeepsAFileOfAnyName) {
    // Proves that a name as long as a file system allows, one that is no text, or one that the
    // lake would refuse keeps no file out.
    const std::string path = folder_.path("in.csv");
    MUST(files_.open(path, os::OpenMode::CreateNew));
    std::int64_t origin = 0;
    for (const std::string& name :
         {std::string(255, 'x'),
          std::string("caf\xe9.csv"),
          std::string("back\\slash.csv"),
          std::string("line\nbreak\x7f.csv"),
          std::string("c1\xc2\x85.csv")}) {
        LoadTicket named = ticket(++origin);
        named.identity = "landing/" + name;
        const auto kept = delivery_->keep_original(named, path);
        ASSERT_TRUE(kept.ok()) << kept.error().describe();
        EXPECT_TRUE(real_files_->exists(lake_->absolute(kept.value())));
    }
}

}  // namespace

}  // namespace tradewind::deliver
