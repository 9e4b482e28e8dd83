// Damage in the lake below a source: the start goes on, nothing damaged is served, nothing doubles.
#include <gmock/gmock.h>

#include "deliver/test_kit.h"

namespace tradewind::deliver {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class DamageTest : public DeliveryTest {
protected:
    void load(std::int64_t origin, std::int64_t id, std::optional<std::int64_t> replaces = {}) {
        LoadTicket ticket;
        ticket.origin = OriginId(origin);
        ticket.identity = replaces ? "file-1.csv" : "file-" + std::to_string(origin) + ".csv";
        ticket.content_hash = "hash-" + std::to_string(origin);
        if (replaces) ticket.replaces = OriginId(*replaces);
        ticket.received_at = start_of_tests;
        RowBatch rows(machine_.contract->columns());
        rows.column(0).add_text("A1");
        rows.column(1).add_integer(id);
        rows.column(2).add_integer(2);
        rows.commit_row({PartitionId(0), 1, start_of_tests});
        auto load = MUST(delivery_->begin_load(ticket));
        MUST(load->add(std::move(rows), {}));
        MUST(load->commit());
    }
    void flip_byte(const std::string& path) {
        const std::string name = lake_options().root + "/raw/orders/table/" + path;
        const auto file = MUST(real_files_->open(name, os::OpenMode::ReadWrite));
        std::string byte = MUST(file->read_at(30, 1));
        byte[0] = static_cast<char>(byte[0] ^ 0x55);
        MUST(file->write_at(30, byte));
    }
    void damage_version(int number) {
        flip_byte("_versions/00000000000" + std::to_string(number) + ".json");
    }
};

TEST_F(DamageTest, ADamagedOlderVersionLetsTheProgramStart) {
    // Proves that only the table waits, and says why, that verify repairs it, and that it then goes
    // on where it was: what is left is there once, and so is what came meanwhile.
    open();
    for (int origin = 1; origin <= 3; ++origin) load(origin, 10 * origin);
    accept(record(1));
    MUST(delivery_->flush());
    close();
    damage_version(2);
    open();
    EXPECT_THAT(status("table").error, HasSubstr("tradewind verify"));
    accept(record(2));
    EXPECT_FALSE(step("table"));
    EXPECT_TRUE(step("raw"));
    EXPECT_TRUE(step("serving"));
    EXPECT_FALSE(delivery_->republish().ok());
    EXPECT_EQ(lake_->verify(true).error().code(), ErrorCode::Corruption);
    MUST(delivery_->republish());
    step_all();
    EXPECT_THAT(in_table(), UnorderedElementsAre(10, 30, 1, 2));
    EXPECT_THAT(in_serving(), UnorderedElementsAre(10, 20, 30, 1, 2));
    open();
    EXPECT_THAT(in_table(), UnorderedElementsAre(10, 30, 1, 2));
    MUST(lake_->verify(false));
}

TEST_F(DamageTest, ADeliveryThatWasReplacedDoesNotComeBackBesideTheNewOne) {
    // Proves that a lost version which had taken out a file does not double the file's rows.
    open();
    load(1, 10);
    load(2, 20, 1);
    load(3, 30, 2);
    close();
    damage_version(2);
    open();
    EXPECT_FALSE(lake_->verify(true).ok());
    MUST(delivery_->republish());
    EXPECT_THAT(in_table(), UnorderedElementsAre(30));
    open();
    EXPECT_THAT(in_table(), UnorderedElementsAre(30));
}

TEST_F(DamageTest, VerifyTakesADamagedFileFromTheTable) {
    // Proves that readers are shown the files that are left.
    open();
    load(1, 10);
    load(2, 20);
    flip_byte("import-1-00001.parquet");
    EXPECT_FALSE(lake_->verify(true).ok());
    MUST(delivery_->republish());
    EXPECT_THAT(in_table(), UnorderedElementsAre(20));
}

TEST_F(DamageTest, ARebuildGoesOnWithoutTheDamagedFile) {
    // Proves that serving, when it is lost, comes back from the files that are whole, that the
    // damaged one is set aside, and that its rows are missed until they are delivered again.
    open();
    for (int origin = 1; origin <= 3; ++origin) load(origin, 10 * origin);
    close();
    flip_byte("import-2-00001.parquet");
    MUST(serving_.clear("orders"));
    open();
    EXPECT_THAT(in_serving(), UnorderedElementsAre(10, 30));
    EXPECT_THAT(in_table(), UnorderedElementsAre(10, 30));
    EXPECT_TRUE(real_files_->exists(folder_.path("q/raw/orders/table/import-2-00001.parquet")));
    const auto verified = lake_->verify(false);
    ASSERT_FALSE(verified.ok());
    EXPECT_THAT(verified.error().detail(), HasSubstr("1 rows of import 2 are missing"));
    load(4, 20, 2);
    EXPECT_THAT(in_table(), UnorderedElementsAre(10, 30, 20));
    EXPECT_THAT(in_serving(), UnorderedElementsAre(10, 30, 20));
    MUST(lake_->verify(false));
}

TEST_F(DamageTest, ARebuildThatFailsHoldsTheSinkUntilItWorks) {
    // Proves that the sink does not go on from the stream's start on tables that were cleared.
    open();
    load(1, 10);
    accept(record(1));
    MUST(delivery_->flush());
    serving_.stuck = true;
    EXPECT_FALSE(delivery_->rebuild_serving().ok());
    accept(record(2));
    EXPECT_FALSE(step("serving"));
    EXPECT_THAT(in_serving(), IsEmpty());
    serving_.stuck = false;
    step_all();
    EXPECT_THAT(in_serving(), UnorderedElementsAre(10, 1, 2));
}

}  // namespace

}  // namespace tradewind::deliver
