// A table that is loaded by snapshots: whatever comes in which order, it shows one delivery, the
// newest date's.
#include "deliver/snapshot.h"

#include <gmock/gmock.h>

#include "base/time.h"
#include "deliver/test_kit.h"

namespace tradewind::deliver {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

std::shared_ptr<const contract::Contract> dump_contract(const std::string& load) {
    const std::string text = R"yaml(source: orders
kind: files
files: ["orders_{date}.csv"]
fields:
  invoice: {type: text, required: true}
  id: {type: integer, required: true}
  parts: {type: integer, required: true}
transform:
  - add: {share: {type: "decimal(12,4)", expression: "round(12 / parts, 4)"}}
)yaml";
    return MUST(contract::parse_contract(MUST(yaml::parse(text + "load: " + load, "orders.yml"))));
}

std::int64_t day(const std::string& date) {
    return to_days(MUST(parse_iso(date)));
}

class SnapshotTest : public DeliveryTest {
protected:
    SnapshotTest() { open_as("snapshot"); }

    void open_as(const std::string& load) {
        machine_.contract = dump_contract(load);
        open();
        reopen_delivery();
    }
    void reopen_delivery() {
        delivery_.reset();
        DeliveryParts without_stream = parts();
        without_stream.stream = nullptr;
        delivery_ = MUST(open_delivery(settings_, without_stream));
        MUST(delivery_->start());
    }
    void restart() {
        open();
        reopen_delivery();
    }

    // `date` empty: the file's name has none.
    static LoadTicket ticket(
        std::int64_t origin, const std::string& date, std::int64_t replaces = 0
    ) {
        LoadTicket ticket;
        ticket.origin = OriginId(origin);
        ticket.identity = "orders_" + date + ".csv";
        ticket.content_hash = "hash-" + std::to_string(origin);
        if (replaces != 0) ticket.replaces = OriginId(replaces);
        ticket.received_at = start_of_tests;
        if (!date.empty()) ticket.date = day(date);
        return ticket;
    }
    RowBatch rows(const std::vector<std::int64_t>& ids) {
        RowBatch batch(machine_.contract->columns());
        std::int64_t row = 1;
        for (const std::int64_t id : ids) {
            batch.column(0).add_text("A1");
            batch.column(1).add_integer(id);
            batch.column(2).add_integer(2);
            batch.commit_row({PartitionId(0), row++, start_of_tests});
        }
        return batch;
    }
    Result<LoadReport> try_load(const LoadTicket& ticket, const std::vector<std::int64_t>& ids) {
        auto load = TRY(delivery_->begin_load(ticket));
        TRY(load->add(rows(ids), {}));
        return load->commit();
    }
    LoadReport load(const LoadTicket& ticket, const std::vector<std::int64_t>& ids) {
        return MUST(try_load(ticket, ids));
    }
    void expect_shown(const std::vector<std::int64_t>& ids) {
        EXPECT_THAT(in_table(), UnorderedElementsAreArray(ids));
        EXPECT_THAT(in_serving(), UnorderedElementsAreArray(ids));
    }
    // The imports whose files that version has, as often as it has files of them.
    std::vector<std::int64_t> imports_in(std::int64_t number) {
        std::vector<std::int64_t> origins;
        const auto version = lake_->version("raw/orders/table", number);
        if (!version.ok()) return {-1};
        for (const lake::DataFile& file : version->files) origins.push_back(file.origin.value);
        return origins;
    }
    void fail_next_commit_of(const std::string& dataset) {
        failed_ = false;
        files_.pick = [this, dataset](const std::string& call, const std::string& path) {
            const bool hit = call == "rename" && path.find(dataset + "/_versions/") != path.npos;
            return hit && !std::exchange(failed_, true);
        };
    }

    bool failed_ = false;
};

TEST_F(SnapshotTest, TwoFullDumpsAreNotAdded) {
    // Proves that the second dump's rows take the place of the first one's, in the table and in
    // serving, also after a restart.
    EXPECT_EQ(load(ticket(1, "2025-07-01"), {1, 2, 3}).table_version, 1);
    const LoadReport second = load(ticket(2, "2025-07-02"), {2, 3, 4});
    EXPECT_EQ(second.row_count, 3);
    EXPECT_EQ(second.replaced_count, 3);
    EXPECT_EQ(second.table_version, 2);
    EXPECT_TRUE(second.shown);
    expect_shown({2, 3, 4});
    restart();
    expect_shown({2, 3, 4});
    EXPECT_THAT(imports_in(1), ElementsAre(1));
}

TEST_F(SnapshotTest, AnOlderDateIsAVersionThatNobodySees) {
    // Proves that it can be read by its number while table and serving go on showing the newer one.
    load(ticket(1, "2025-07-02"), {1, 2});
    const LoadReport older = load(ticket(2, "2025-07-01"), {8, 9});
    EXPECT_FALSE(older.shown);
    EXPECT_EQ(older.replaced_count, 0);
    EXPECT_EQ(older.row_count, 2);
    EXPECT_EQ(older.table_version, 2);
    EXPECT_THAT(imports_in(2), ElementsAre(2));
    expect_shown({1, 2});
    restart();
    expect_shown({1, 2});
    EXPECT_EQ(version("table").number, 3);
    EXPECT_THAT(imports_in(2), ElementsAre(2));
    EXPECT_EQ(load(ticket(3, "2025-07-03"), {3}).table_version, 4);
    expect_shown({3});
}

TEST_F(SnapshotTest, Corrections) {
    // Proves that a correction of the date that is shown is shown, and one of an older date is a
    // further version aside.
    load(ticket(1, "2025-07-01"), {1});
    load(ticket(2, "2025-07-02"), {2});
    EXPECT_TRUE(load(ticket(3, "2025-07-02", 2), {22}).shown);
    expect_shown({22});
    const LoadReport older = load(ticket(4, "2025-07-01", 1), {11});
    EXPECT_FALSE(older.shown);
    expect_shown({22});
    EXPECT_THAT(imports_in(older.table_version), ElementsAre(4));
    // Other names for the same date: what came later counts.
    LoadTicket packed = ticket(5, "2025-07-02");
    packed.identity += ".gz";
    EXPECT_TRUE(load(packed, {222}).shown);
    expect_shown({222});
}

TEST_F(SnapshotTest, WithoutDatesTheNewestDeliveryWins) {
    // Proves that deliveries without date follow each other in the order of their imports, also
    // when an earlier one is finished late, and that one with a date comes after one without.
    load(ticket(1, ""), {1});
    load(ticket(3, ""), {3});
    expect_shown({3});
    EXPECT_FALSE(load(ticket(2, ""), {2}).shown);
    expect_shown({3});
    EXPECT_TRUE(load(ticket(4, "2025-07-01"), {4}).shown);
    EXPECT_TRUE(load(ticket(5, ""), {5}).shown);
    expect_shown({5});
}

TEST_F(SnapshotTest, ADumpWithoutRowsEmptiesTheTable) {
    // Proves that no rows are a snapshot, too, whose date counts.
    load(ticket(1, "2025-07-01"), {1});
    auto empty = MUST(delivery_->begin_load(ticket(2, "2025-07-02")));
    EXPECT_EQ(MUST(empty->commit()).replaced_count, 1);
    empty.reset();
    expect_shown({});
    EXPECT_FALSE(load(ticket(3, "2025-07-01", 1), {3}).shown);
    expect_shown({});
    EXPECT_TRUE(load(ticket(4, "2025-07-03"), {4}).shown);
    expect_shown({4});
}

TEST_F(SnapshotTest, DeadLettersStayWithTheirDelivery) {
    // Proves that rejected rows of an older date are told, and go with its correction.
    load(ticket(1, "2025-07-02"), {1});
    auto older = MUST(delivery_->begin_load(ticket(2, "2025-07-01")));
    MUST(older->add(rows({8}), {{2, 3, {"wrong_type", "id", "no"}, "A1,x,2"}}));
    EXPECT_EQ(MUST(older->commit()).rejected_count, 1);
    older.reset();
    ASSERT_EQ(letters().size(), 1u);
    load(ticket(3, "2025-07-01", 2), {9});
    EXPECT_THAT(letters(), IsEmpty());
    expect_shown({1});
}

TEST_F(SnapshotTest, GivenUpHalfWay) {
    // Proves that a snapshot that is abandoned, before or after its commit failed, leaves what was
    // shown before, in serving too.
    load(ticket(1, "2025-07-01"), {1, 2});
    {
        auto given_up = MUST(delivery_->begin_load(ticket(2, "2025-07-02")));
        MUST(given_up->add(rows({8, 9}), {}));
        expect_shown({1, 2});
        MUST(given_up->abandon());
    }
    expect_shown({1, 2});
    {
        auto given_up = MUST(delivery_->begin_load(ticket(3, "2025-07-02")));
        MUST(given_up->add(rows({8, 9}), {}));
        fail_next_commit_of("/table");
        EXPECT_FALSE(given_up->commit().ok());
        EXPECT_THAT(in_serving(), UnorderedElementsAre(8, 9));
    }
    auto again = MUST(delivery_->begin_load(ticket(3, "2025-07-02")));
    MUST(again->abandon());
    again.reset();
    expect_shown({1, 2});
    restart();
    expect_shown({1, 2});
}

TEST_F(SnapshotTest, ACommitThatFailedIsRepeated) {
    // Proves that a load whose commit failed can be made again, shown or aside, and that one that
    // was published already changes nothing when it is.
    load(ticket(1, "2025-07-02"), {1});
    for (const char* date : {"2025-07-01", "2025-07-03"}) {
        const std::int64_t origin = date[9] == '1' ? 2 : 3;
        fail_next_commit_of("/table");
        EXPECT_FALSE(try_load(ticket(origin, date), {origin}).ok());
        const LoadReport report = load(ticket(origin, date), {origin});
        EXPECT_THAT(imports_in(report.table_version), ElementsAre(origin));
        EXPECT_EQ(report.shown, origin == 3);
    }
    const LoadReport again = load(ticket(3, "2025-07-03"), {3});
    EXPECT_TRUE(again.shown);
    EXPECT_EQ(again.table_version, version("table").number);
    expect_shown({3});
}

TEST_F(SnapshotTest, AfterRowsWereAdded) {
    // Proves that a source whose deliveries were added before shows the next snapshot alone, that
    // one older than the newest of those is not shown, and that adding again begins with what is
    // shown.
    open_as("append");
    load(ticket(1, "2025-07-01"), {1});
    load(ticket(2, "2025-07-02"), {2});
    expect_shown({1, 2});
    open_as("snapshot");
    EXPECT_FALSE(load(ticket(3, "2025-07-01", 1), {3}).shown);
    expect_shown({1, 2});
    EXPECT_TRUE(load(ticket(4, "2025-07-02", 2), {4}).shown);
    expect_shown({4});
    open_as("append");
    load(ticket(5, "2025-07-01"), {5});
    expect_shown({4, 5});
    EXPECT_EQ(version("table").extra.find("snapshot"), nullptr);
    open_as("snapshot");
    EXPECT_TRUE(load(ticket(6, "2025-07-03"), {6}).shown);
    expect_shown({6});
}

TEST_F(SnapshotTest, TellsWhereADeliveryCanStillBeRead) {
    // Proves that it is the current version for what is shown, the version of its own for what is
    // not, and nowhere once retention has given that up.
    const auto kept = [&](std::int64_t origin, std::int64_t number) {
        return MUST(delivery_->kept_version(OriginId(origin), number));
    };
    EXPECT_FALSE(kept(1, 0));
    load(ticket(1, "2025-07-02"), {1});
    const std::int64_t older = load(ticket(2, "2025-07-01"), {2}).table_version;
    EXPECT_EQ(kept(1, 1)->number, 3);
    EXPECT_TRUE(kept(1, 1)->current);
    EXPECT_EQ(kept(2, older)->number, older);
    EXPECT_FALSE(kept(2, older)->current);
    EXPECT_FALSE(kept(2, 1));  // another's
    EXPECT_FALSE(kept(2, 99));
    EXPECT_FALSE(kept(2, 0));
    clock_.advance_us(8 * 24 * 3600 * second_us);
    for (std::int64_t origin = 3; origin < 15; ++origin) load(ticket(origin, "2025-07-01"), {2});
    MUST(lake_->sweep());
    EXPECT_FALSE(kept(2, older));
    EXPECT_TRUE(kept(1, 1)->current);
    expect_shown({1});
}

TEST_F(SnapshotTest, RebuiltServingShowsTheSame) {
    // Proves that serving tables that are built anew hold the snapshot that is shown alone.
    load(ticket(1, "2025-07-01"), {1});
    load(ticket(2, "2025-07-02"), {2});
    load(ticket(3, "2025-07-01", 1), {3});
    MUST(delivery_->rebuild_serving());
    expect_shown({2});
}

}  // namespace

}  // namespace tradewind::deliver
