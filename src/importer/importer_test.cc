// One file's way in, and what becomes of files that are not what was agreed.
#include <gtest/gtest.h>

#include "importer/test_support.h"

namespace tradewind::importer {
namespace {

using testing_support::Rows;
using ImportTest = testing_support::ImporterTest;

// Requests that cannot work are refused at once, all of them, and nothing is queued.
TEST_F(ImportTest, RefusesRequestsThatCannotWork) {
    start();
    const std::string good = write("a.csv", lines(2));
    const auto refusal = [&](const ImportRequest& wanted) {
        const auto answer = importer_->submit({request(good), wanted});
        return answer.ok() ? std::string("accepted") : answer.error().describe();
    };
    ImportRequest unknown = request(good);
    unknown.source = "shpo";
    EXPECT_EQ(
        refusal(unknown),
        "there is no source \"shpo\". Did you mean shop? Known sources: shop, store."
    );
    EXPECT_NE(refusal(request(folder_ + "/none.csv")).find("none.csv"), std::string::npos);
    EXPECT_NE(refusal(request(folder_)).find("is a folder"), std::string::npos);
    EXPECT_NE(refusal(request("")).find("path is empty"), std::string::npos);
    EXPECT_NE(refusal(request(good, std::string(5000, 'x'))).find("too long"), std::string::npos);
    EXPECT_NE(refusal(request(good, "\xff")).find("not UTF-8"), std::string::npos);
    EXPECT_TRUE(MUST(importer_->list({}, 10)).empty());
}

// Two files of one name in different folders would correct each other: that is asked about, not
// done.
TEST_F(ImportTest, RefusesTwoFilesThatWouldBeOne) {
    start();
    const std::string first = write("monday/sales.csv", lines(2));
    const std::string second = write("tuesday/sales.csv", lines(3));
    const auto answer = importer_->submit({request(first), request(second)});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument);
    EXPECT_TRUE(
        importer_->submit({request(first, "1/sales.csv"), request(second, "2/sales.csv")}).ok()
    );
}

// A file's rows reach all targets with their row numbers, its bytes are kept, and the record says
// so.
TEST_F(ImportTest, BringsAFileIn) {
    start();
    const std::string path = write("a.csv", lines(11));
    const Import done = run(path);
    EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
    EXPECT_EQ(done.identity, "a.csv");
    EXPECT_EQ(done.row_count, 11);
    EXPECT_EQ(done.rejected_count, 0);
    EXPECT_EQ(done.content_hash.size(), 64U);
    EXPECT_EQ(done.bytes_total, lines(11).size());
    EXPECT_EQ(done.bytes_done, done.bytes_total);
    EXPECT_GE(done.started_at, done.queued_at);
    EXPECT_GE(done.finished_at, done.started_at);
    expect_held({{done.id, rows(11)}});
    EXPECT_EQ(MUST(os::read_file(*files_, targets_.originals[done.id], 10'000)), lines(11));
    EXPECT_NE(metrics_.to_prometheus().find("tradewind_import_rows_total"), std::string::npos);
}

// How a file was read is told, of those that were refused too, and still known after a restart; of
// a file that could not be opened nothing is.
TEST_F(ImportTest, TellsHowAFileWasRead) {
    start();
    const ReadAs csv = {
        .kind = "csv", .compression = "", .encoding = "iso-8859-1", .delimiter = ",", .header = true
    };
    const Import good = run(write("a.csv", lines(3)));
    EXPECT_EQ(good.read_as, csv);
    const Import other = run(write("b.csv", "a,b\n1,2\n"));
    EXPECT_EQ(other.state, ImportState::Refused);
    EXPECT_EQ(other.read_as, csv);
    const Import json = run(write("a.ndjson", "{\"invoice_no\":\"I1\",\"quantity\":10}\n"));
    ASSERT_TRUE(json.read_as.has_value());
    EXPECT_EQ(json.read_as->kind, "ndjson");
    EXPECT_EQ(json.read_as->delimiter, "");
    EXPECT_FALSE(json.read_as->header.has_value());
    EXPECT_FALSE(run(write("c.csv", "???")).read_as.has_value());
    start();
    EXPECT_EQ(MUST(importer_->show(good.id)).read_as, csv);
    EXPECT_EQ(MUST(importer_->show(json.id)).read_as, json.read_as);
}

// A number that has lost digits on its way through a sheet is no id: its row is a dead letter that
// says which column it was. In a column that nobody takes it does no harm.
TEST_F(ImportTest, NumbersThatLostDigitsAreNoIds) {
    start();
    const Import done = run(
        write("a.csv", "InvoiceNo,Quantity,Note\nI1,10,~1e16\n~1.2E+16,10,x\nI3,~9e15,x\nI4,40,x\n")
    );
    EXPECT_EQ(done.row_count, 2);
    ASSERT_EQ(done.rejected_count, 2);
    const auto& letters = targets_.letters[done.id];
    const contract::Rejection& id = letters.at(3).rejection;
    EXPECT_EQ(id.type, "lost_digits");
    EXPECT_EQ(id.field, "invoice_no");
    EXPECT_NE(id.reason.find("\"~1.2E+16\" in column InvoiceNo"), std::string::npos) << id.reason;
    EXPECT_EQ(letters.at(4).rejection.field, "quantity");
}

// A file without a usable row says so with its first reasons; its rows are dead letters.
TEST_F(ImportTest, TellsThatNoRowCouldBeUsed) {
    start();
    std::string text = "InvoiceNo,Quantity\n";
    for (int i = 0; i < 10; ++i) text += "I" + std::to_string(i) + ",six\n";
    const Import done = run(write("a.csv", text));
    EXPECT_EQ(done.state, ImportState::Failed);
    EXPECT_EQ(done.row_count, 0);
    EXPECT_EQ(done.rejected_count, 10);
    const std::string reason = ": quantity: \"six\" is not an integer";
    EXPECT_EQ(
        done.message,
        "no row of the file could be used: line 2" + reason + "; line 3" + reason + "; line 4" +
            reason
    );
    EXPECT_EQ(run(write("b.csv", text + "I10,6\n")).message, "");
}

// Its dead letters are there, so it stands for its name: the same bytes are a repeat, under another
// name they are known, and a correction takes them back.
TEST_F(ImportTest, AFileOfDeadLettersStandsForItsName) {
    start();
    const std::string bad = "InvoiceNo,Quantity\nI1,six\n";
    const std::string path = write("a.csv", bad);
    const Import first = run(path);
    EXPECT_EQ(first.state, ImportState::Failed);
    EXPECT_EQ(targets_.letters[first.id].size(), 1U);
    start();  // it is finished, not interrupted
    EXPECT_EQ(run(path).state, ImportState::Skipped);
    EXPECT_EQ(run(write("b.csv", bad)).state, ImportState::Refused);
    const Import good = run(write("a.csv", "InvoiceNo,Quantity\nI1,6\n"));
    EXPECT_EQ(good.state, ImportState::Succeeded);
    EXPECT_EQ(good.replaces, first.id);
    EXPECT_TRUE(targets_.letters[first.id].empty());
}

// JSON rows go through the same contract.
TEST_F(ImportTest, BringsJsonIn) {
    start();
    const std::string path = write(
        "a.ndjson",
        "{\"invoice_no\":\"I1\",\"quantity\":10}\n{\"invoice_no\":7}\n{\"quantity\":20,"
        "\"InvoiceNo\":\"I2\"}\n"
    );
    const Import done = run(path);
    EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
    EXPECT_EQ(done.row_count, 2);
    EXPECT_EQ(done.rejected_count, 1);
    expect_held({{done.id, Rows{{1, "I1|10"}, {3, "I2|20"}}}});
    EXPECT_EQ(targets_.letters[done.id][2].original, "{\"invoice_no\":7}");
}

// Rows that break the contract are kept with line, bytes and reason; the others come in.
TEST_F(ImportTest, KeepsRejectedRows) {
    start();
    const Import done =
        run(write("a.csv", "InvoiceNo,Quantity\nI1,10\nI2,six\n!I3,\"7\nI4\nI5,50\n"));
    EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
    EXPECT_EQ(done.row_count, 2);
    EXPECT_EQ(done.rejected_count, 3);
    expect_held({{done.id, Rows{{1, "I1|10"}, {5, "I5|50"}}}});
    const auto& letters = targets_.letters[done.id];
    ASSERT_EQ(letters.size(), 3U);
    EXPECT_EQ(letters.at(3).row, 2);
    EXPECT_EQ(letters.at(3).original, "I2,six");
    EXPECT_EQ(letters.at(3).record, "{\"line\":\"I2,six\"}");
    EXPECT_NE(letters.at(3).rejection.reason.find("six"), std::string::npos);
    EXPECT_EQ(letters.at(4).rejection.type, "malformed_row");
    EXPECT_EQ(letters.at(4).rejection.reason, "a quote is not closed");
    EXPECT_EQ(letters.at(4).record, "");  // its cells cannot be told apart
    EXPECT_EQ(letters.at(5).rejection.type, "wrong_column_count");
}

// A file with more bad rows than allowed is refused as a whole, and what had come in is taken back.
TEST_F(ImportTest, RefusesAFileOfBadRows) {
    targets_.rejections_max = 5;
    start();
    std::string text = lines(20);
    for (int i = 0; i < 6; ++i) text += "X,bad\n";
    const Import done = run(write("a.csv", text));
    EXPECT_EQ(done.state, ImportState::Refused);
    EXPECT_NE(done.message.find("too many rows"), std::string::npos);
    expect_held({});
    EXPECT_TRUE(targets_.letters[done.id].empty());
}

// A header that does not fit is refused before any row is read; the message has what was found and
// what is missing.
TEST_F(ImportTest, RefusesAHeaderThatDoesNotFit) {
    start();
    const Import done = run(write("a.csv", "Invoice,Count,Country\nI1,10,France\n"));
    EXPECT_EQ(done.state, ImportState::Refused);
    for (const char* part :
         {"source shop",
          "Columns found: Invoice, Count, Country.",
          "Fields missing: invoice_no, quantity.",
          "alias"}) {
        EXPECT_NE(done.message.find(part), std::string::npos) << done.message;
    }
    EXPECT_TRUE(targets_.begun.empty());
}

// A header of thousands of columns does not make a message of thousands of names.
TEST_F(ImportTest, ShortensLongHeaders) {
    start();
    std::string header = "c0";
    for (int i = 1; i < 3000; ++i) header += ",c" + std::to_string(i);
    const Import done = run(write("a.csv", header + "\n1\n"));
    EXPECT_EQ(done.state, ImportState::Refused);
    EXPECT_NE(done.message.find("and 2970 more"), std::string::npos);
    EXPECT_LT(done.message.size(), 1000U);
}

// A file that is damaged in the middle fails as a whole; the repaired one comes in under its name.
TEST_F(ImportTest, TakesADamagedFileBack) {
    start();
    const std::string path = write("a.csv", lines(20) + "#DAMAGE\nI21,210\n");
    const Import failed = run(path);
    EXPECT_EQ(failed.state, ImportState::Failed);
    EXPECT_NE(failed.message.find("cut off in line 22"), std::string::npos);
    expect_held({});

    write("a.csv", lines(21));
    const Import done = run(path);
    EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
    EXPECT_EQ(done.replaces, 0);
    expect_held({{done.id, rows(21)}});
}

// Empty files and files of no known format say what they are.
TEST_F(ImportTest, SaysWhatIsWrongWithAFile) {
    start();
    const Import empty = run(write("empty.csv", ""));
    EXPECT_EQ(empty.state, ImportState::Refused);
    EXPECT_EQ(empty.message, "the file is empty");
    const Import strange = run(write("strange.bin", "???"));
    EXPECT_EQ(strange.state, ImportState::Failed);
    EXPECT_EQ(strange.message, "no format we know");
}

// A file that changes between its hash and its copy is half-written: nothing of it comes in.
TEST_F(ImportTest, NoticesAFileThatChanges) {
    const std::string path = write("a.csv", lines(5));
    targets_.before = [&](const std::string& call) {
        if (call == "keep") write("a.csv", lines(9));
    };
    start();
    const Import done = run(path);
    EXPECT_EQ(done.state, ImportState::Failed);
    EXPECT_NE(done.message.find("changed while it was being read"), std::string::npos);
    expect_held({});
}

// A file without rows is fine: nothing happened on that day.
TEST_F(ImportTest, TakesAFileWithoutRows) {
    start();
    const Import done = run(write("a.csv", "InvoiceNo,Quantity\n"));
    EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
    EXPECT_EQ(done.row_count, 0);
}

// What is unavailable for a while is waited for: all rows arrive, each once.
TEST_F(ImportTest, TriesAgainWhatIsUnavailable) {
    for (const char* call : {"keep", "begin", "add", "commit", "committed"}) {
        targets_.failures[call] = {2, ErrorCode::Unavailable};
        settings_.retry_count_max = 20;
    }
    start();
    const Import done = run(write("a.csv", lines(30)));
    EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
    expect_held({{done.id, rows(30)}});
    EXPECT_NE(
        metrics_.to_prometheus().find("tradewind_import_retries_total 10"), std::string::npos
    );
}

// What stays unavailable makes the import fail, and its rows are taken back.
TEST_F(ImportTest, GivesUpAfterSomeTries) {
    start();
    targets_.failures["add"] = {6, ErrorCode::Unavailable};
    const Import done = run(write("a.csv", lines(30)));
    EXPECT_EQ(done.state, ImportState::Failed);
    EXPECT_NE(done.message.find("add does not work now"), std::string::npos);
    expect_held({});
}

// A full disk while rows are delivered fails the import, and does not blame the file.
TEST_F(ImportTest, FailsOnAFullDisk) {
    start();
    targets_.failures["add"] = {1, ErrorCode::ResourceExhausted};
    const Import done = run(write("a.csv", lines(30)));
    EXPECT_EQ(done.state, ImportState::Failed);
    expect_held({});
}

// Imports run in the order of their submission, of all sources.
TEST_F(ImportTest, KeepsTheOrder) {
    start();
    std::vector<ImportRequest> requests;
    for (int i = 1; i <= 6; ++i) {
        requests.push_back(request(write("f" + std::to_string(i), lines(i, std::to_string(i)))));
        if (i % 2 == 0) requests.back().source = "store";
    }
    const auto queued = MUST(importer_->submit(requests));
    ASSERT_EQ(queued.size(), 6U);
    EXPECT_EQ(queued.front().state, ImportState::Queued);
    std::vector<std::int64_t> ids;
    for (const Import& import : queued) ids.push_back(import.id);
    wait(ids.back());
    EXPECT_EQ(targets_.begun, ids);

    const auto stores = MUST(importer_->list("store", 2));
    ASSERT_EQ(stores.size(), 2U);
    EXPECT_EQ(stores[0].id, ids[5]);  // newest first
    EXPECT_EQ(stores[1].id, ids[3]);
    EXPECT_EQ(MUST(importer_->list({}, 100)).size(), 6U);
    EXPECT_EQ(importer_->show(999).error().code(), ErrorCode::NotFound);
}

// Records that a newer program wrote are not touched.
TEST_F(ImportTest, RefusesNewerRecords) {
    start();
    importer_.reset();
    MUST(database_->run("UPDATE importer_schema SET version = 99", {}));
    const auto opened = try_open();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), ErrorCode::Conflict);
}

}  // namespace
}  // namespace tradewind::importer
