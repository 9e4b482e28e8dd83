// The SQL table: hot rows become files, by count or by age, each row in one of both; imports come
// in beside them.
#include "deliver/raw_table.h"

#include <gmock/gmock.h>

#include "deliver/test_kit.h"

namespace tradewind::deliver {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RawTableTest : public DeliveryTest {
protected:
    RawTableTest() {
        settings_.table_flush_rows = 3;
        settings_.table_flush_age_us = 60 * second_us;
    }
    void fail_commits(int count) {
        files_.pick = [this, count](const std::string& call, const std::string& path) {
            return call == "rename" && path.find("/table/_versions/") != std::string::npos &&
                   failed_++ < count;
        };
    }
    Position durable() { return *stream_->committed("table"); }

    int failed_ = 0;
};

TEST_F(RawTableTest, RowsAreHotAtOnceAndColdByTheirNumber) {
    // Proves that rows are seen as soon as they are taken, and that enough of them become a file
    // which holds the sink's position.
    open();
    accept(record(1));
    accept(record(2));
    step_all();
    EXPECT_THAT(in_table(), ElementsAre(1, 2));
    EXPECT_THAT(paths("table"), IsEmpty());
    EXPECT_EQ(durable(), Position(0));
    accept(record(3));
    step_all();
    EXPECT_THAT(paths("table"), ElementsAre("raw/orders/table/stream-3.parquet"));
    EXPECT_EQ(version("table").positions.at("table"), Position(3));
    EXPECT_EQ(durable(), Position(3));
    accept(record(4));
    step_all();
    EXPECT_THAT(in_table(), ElementsAre(1, 2, 3, 4));
}

TEST_F(RawTableTest, RowsAreColdByTheirAge) {
    // Proves that a single row does not stay hot longer than the age.
    open();
    accept(record(1));
    step_all();
    clock_.advance_us(60 * second_us);
    step_all();
    EXPECT_EQ(paths("table").size(), 1u);
    EXPECT_THAT(in_table(), ElementsAre(1));
}

TEST_F(RawTableTest, HotRowsComeBackBeforeTheStartIsOver) {
    // Proves that a start reads again what was hot, and no more.
    open();
    for (int id = 1; id <= 5; ++id) {
        accept(record(id));
        step_all();
    }
    open();
    EXPECT_THAT(in_table(), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(status("table").lag, 0);
}

TEST_F(RawTableTest, AFailedFlushIsFinishedAndWhatCameLaterFollows) {
    // Proves that rows sealed by a flush that failed are seen once all the while, and that flush()
    // does not return before the later ones are in files, too.
    open();
    accept(record(1));
    step_all();
    fail_commits(1);
    EXPECT_FALSE(delivery_->flush().ok());
    EXPECT_THAT(in_table(), ElementsAre(1));
    accept(record(2));
    step_all();
    EXPECT_THAT(in_table(), UnorderedElementsAre(1, 2));
    MUST(delivery_->flush());
    EXPECT_EQ(version("table").positions.at("table"), Position(2));
    open();
    EXPECT_THAT(in_table(), UnorderedElementsAre(1, 2));
}

TEST_F(RawTableTest, AFailedFlushWithoutRowsDoesNotMisplaceLaterOnes) {
    // Proves that rows which came after a failed flush of nothing are not committed under the
    // position before them: a crash right then would bring them again.
    settings_.table_flush_rows = 1'000;
    open();
    accept(record(1, -1));
    step_all();
    fail_commits(1);
    EXPECT_FALSE(delivery_->flush().ok());
    accept(record(2));
    while (MUST(delivery_->step("table"))) continue;
    clock_.advance_us(60 * second_us);
    while (MUST(delivery_->step("table"))) continue;
    EXPECT_FALSE(MUST(delivery_->step("table")));
    open();
    EXPECT_THAT(in_table(), ElementsAre(2));
}

TEST_F(RawTableTest, NoMemoryForHotRowsIsTriedAgain) {
    // Proves that rows which found no memory come in later, in order and once.
    open();
    engine_->fail_appends(2);
    accept(record(1));
    accept(record(2));
    EXPECT_FALSE(step("table"));
    EXPECT_FALSE(step("table"));
    EXPECT_THAT(in_table(), IsEmpty());
    step_all();
    EXPECT_THAT(in_table(), ElementsAre(1, 2));
}

TEST_F(RawTableTest, AnImportLeavesHotAndSealedRowsAlone) {
    // Proves that an import's commit, also between a failed flush and the next, neither hides nor
    // doubles streamed rows.
    open();
    auto table = MUST(RawTable::open(*machine_.contract, *lake_, *engine_));
    RowBatch rows(machine_.contract->output_columns());
    const auto add = [&](std::int64_t id) {
        rows.column(0).add_text("A1");
        rows.column(1).add_integer(id);
        rows.column(2).add_integer(2);
        rows.column(3).add_integer(60'000);
        rows.commit_row({PartitionId(0), id, start_of_tests});
    };
    const auto file_of = [&](std::int64_t id, OriginId origin) {
        rows.clear();
        add(id);
        auto writer = MUST(engine_->create_row_file_writer(rows.specs()));
        MUST(writer->append(rows));
        const std::string scratch = MUST(lake_->scratch_path(".parquet"));
        MUST(writer->write(scratch));
        auto file = MUST(lake_->adopt(scratch, "raw/orders/table/" + std::to_string(id), 1));
        file.origin = origin;
        return file;
    };
    LoadTicket first;
    first.origin = OriginId(1);
    LoadTicket second;
    second.origin = OriginId(2);
    second.replaces = OriginId(1);
    add(1);
    MUST(table->append_hot({&rows}));
    fail_commits(1);
    EXPECT_FALSE(table->flush_hot("table", Position(1)).ok());
    rows.clear();
    add(2);
    MUST(table->append_hot({&rows}));
    EXPECT_EQ(MUST(table->add_import({file_of(10, OriginId(1))}, first)).replaced_count, 0);
    EXPECT_THAT(in_table(), UnorderedElementsAre(1, 2, 10));
    EXPECT_EQ(MUST(table->flush_hot("table", Position(2))), Position(1));
    EXPECT_THAT(in_table(), UnorderedElementsAre(1, 2, 10));
    EXPECT_EQ(MUST(table->add_import({file_of(11, OriginId(2))}, second)).replaced_count, 1);
    EXPECT_THAT(in_table(), UnorderedElementsAre(1, 2, 11));
    // Again, after a crash: nothing changes.
    EXPECT_EQ(MUST(table->add_import({}, second)).replaced_count, 0);
    EXPECT_THAT(in_table(), UnorderedElementsAre(1, 2, 11));
    MUST(table->remove_import(OriginId(2)));
    EXPECT_EQ(MUST(table->flush_hot("table", Position(2))), Position(2));
    EXPECT_THAT(in_table(), UnorderedElementsAre(1, 2));
}

}  // namespace

}  // namespace tradewind::deliver
