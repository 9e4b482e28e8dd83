// Files that are snapshots of their table: what is skipped, what comes in again, and which version
// of the table an import tells.
#include <gtest/gtest.h>

#include "base/time.h"
#include "importer/test_support.h"

namespace tradewind::importer {
namespace {

class SnapshotTest : public testing_support::ImporterTest {
protected:
    SnapshotTest() {
        const std::string text = R"yaml(
source: shop
kind: files
load: snapshot
files: ["sales_{date}.csv", "sales.csv"]
fields:
  invoice_no: {type: text, required: true, aliases: [InvoiceNo], max_length: 20}
  quantity: {type: integer, required: true}
)yaml";
        use_shop(MUST(contract::parse_contract(MUST(yaml::parse(text, "shop.yml")))));
    }
    // The table keeps that import's version; `current`: and shows it.
    void keep(const Import& import, bool current) {
        targets_.kept[import.id] = {import.table_version, current};
    }
    std::string date_of(std::int64_t id) {
        const auto& date = targets_.tickets.at(id).date;
        return date ? format_date(*date) : "none";
    }
};

// The targets are told the date of the file's name, or of its path where it goes by another name.
TEST_F(SnapshotTest, TellsTheDate) {
    start();
    EXPECT_EQ(date_of(run(request(write("sales_2025-07-01.csv", lines(3)))).id), "2025-07-01");
    const ImportRequest renamed = request(write("sales_20250702.csv", lines(4)), "other.csv");
    EXPECT_EQ(date_of(run(renamed).id), "2025-07-02");
    EXPECT_EQ(date_of(run(request(write("sales.csv", lines(5)))).id), "none");
}

// An import tells the version of the table that it made, also after a restart, and a skipped one
// that of the delivery it repeats.
TEST_F(SnapshotTest, TellsTheVersion) {
    start();
    const ImportRequest wanted = request(write("sales_2025-07-01.csv", lines(3)));
    const Import first = run(wanted);
    EXPECT_EQ(first.state, ImportState::Succeeded) << first.message;
    EXPECT_EQ(first.table_version, 1);
    start();
    EXPECT_EQ(MUST(importer_->show(first.id)).table_version, 1);
    keep(first, false);
    const Import again = run(wanted);
    EXPECT_EQ(again.state, ImportState::Skipped);
    EXPECT_EQ(again.table_version, 1);
}

// The same bytes under the same name come in again once the table no longer has them: retention
// gave the version up, or a later file without date took their place.
TEST_F(SnapshotTest, ComesInAgainWhenItIsGone) {
    start();
    const ImportRequest wanted = request(write("sales_2025-07-01.csv", lines(3)));
    const Import first = run(wanted);
    const Import again = run(wanted);
    EXPECT_EQ(again.state, ImportState::Succeeded);
    EXPECT_EQ(again.replaces, first.id);
    EXPECT_EQ(again.table_version, 2);
    EXPECT_EQ(again.message, "the same bytes again as import 1, which the table no longer held");
    keep(again, false);
    EXPECT_EQ(run(wanted).state, ImportState::Skipped);

    const ImportRequest undated = request(write("sales.csv", lines(4)));
    const Import shown = run(undated);
    keep(shown, true);
    EXPECT_EQ(run(undated).state, ImportState::Skipped);
    keep(shown, false);
    EXPECT_EQ(run(undated).state, ImportState::Succeeded);
}

// Two days' dumps may well be the same bytes: nothing changed.
TEST_F(SnapshotTest, TwoDaysMayLookAlike) {
    start();
    const std::string same = lines(3);
    EXPECT_EQ(run(request(write("sales_2025-07-01.csv", same))).state, ImportState::Succeeded);
    const Import second = run(request(write("sales_2025-07-02.csv", same)));
    EXPECT_EQ(second.state, ImportState::Succeeded) << second.message;
    EXPECT_EQ(second.replaces, 0);
}

// A file of which no row can be used must not empty the table, be it the first of its name.
TEST_F(SnapshotTest, NoUsableRowIsRefused) {
    start();
    run(request(write("sales_2025-07-01.csv", lines(3))));
    const Import bad = run(request(write("sales_2025-07-02.csv", "InvoiceNo,Quantity\nA,x\n")));
    EXPECT_EQ(bad.state, ImportState::Refused);
    EXPECT_NE(bad.message.find("none of its rows can be used"), std::string::npos) << bad.message;
    EXPECT_EQ(bad.table_version, 0);
    EXPECT_TRUE(targets_.letters[bad.id].empty());
    // Good rows beside bad ones are a snapshot.
    const Import mixed =
        run(request(write("sales_2025-07-02.csv", "InvoiceNo,Quantity\nA,x\nB,1\n")));
    EXPECT_EQ(mixed.state, ImportState::Succeeded);
    EXPECT_EQ(mixed.rejected_count, 1);
}

// An older date says that it is not what the table shows.
TEST_F(SnapshotTest, AnOlderDateSaysSo) {
    start();
    targets_.shown = false;
    const Import older = run(request(write("sales_2025-07-01.csv", lines(3))));
    EXPECT_EQ(older.state, ImportState::Succeeded);
    EXPECT_EQ(older.message, "older than what the table shows; it is version 1 of it");
    const Import corrected = run(request(write("sales_2025-07-01.csv", lines(4))));
    EXPECT_EQ(
        corrected.message,
        "a correction of import 1; older than what the table shows; it is version 2 of it"
    );
}

// Records of earlier programs, which knew fewer columns, are taken on.
TEST_F(SnapshotTest, TakesEarlierRecordsOn) {
    start();
    const Import import = run(request(write("sales_2025-07-01.csv", lines(3))));
    for (const char* column : {"table_version", "read_as", "upload"})
        MUST(database_->run("ALTER TABLE imports DROP COLUMN " + std::string(column), {}));
    MUST(database_->run("UPDATE importer_schema SET version = 1", {}));
    for (int i = 0; i < 2; ++i) {
        start();
        const Import known = MUST(importer_->show(import.id));
        EXPECT_EQ(known.state, ImportState::Succeeded);
        EXPECT_EQ(known.row_count, 3);
        EXPECT_EQ(known.table_version, 0);
        EXPECT_GT(known.finished_at.micros, 0);
    }
    MUST(database_->run("UPDATE importer_schema SET version = 99", {}));
    EXPECT_EQ(try_open().error().code(), ErrorCode::Conflict);
}

}  // namespace
}  // namespace tradewind::importer
