// Parts of a split file, of which the first alone has a header.
#include <gtest/gtest.h>

#include "importer/test_support.h"

namespace tradewind::importer {
namespace {

using HeaderTest = testing_support::ImporterTest;

// The columns of a part are those of the file before it in its folder, whatever their order.
TEST_F(HeaderTest, IsThatOfThePartBefore) {
    start();
    run(write("in/part-1.csv", "Quantity,InvoiceNo\n10,I1\n"));
    const Import second = run(write("in/part-2.csv", "20,2\n30,3\n"));
    EXPECT_EQ(second.state, ImportState::Succeeded) << second.message;
    EXPECT_EQ(second.message, "it has no header: its columns are those of part-1.csv");
    ASSERT_TRUE(second.read_as);
    EXPECT_EQ(second.read_as->header, std::optional(false));
    std::lock_guard lock(targets_.mutex);
    const testing_support::Rows expected = {{1, "2|20"}, {2, "3|30"}};
    EXPECT_EQ(targets_.table[second.id], expected);
}

// Without such a file they are the contract's, if the first row is one that it takes.
TEST_F(HeaderTest, IsElseTheContracts) {
    start();
    const Import alone = run(write("in/part-2.csv", "I2,20\nI3,30\n"));
    EXPECT_EQ(alone.state, ImportState::Succeeded) << alone.message;
    EXPECT_EQ(alone.row_count, 2);
    EXPECT_EQ(alone.message, "it has no header: its columns are those of the contract");
}

// What fits neither is refused as a header that does not fit; a header with one name that is known
// is no row.
TEST_F(HeaderTest, IsMissedWhereNothingFits) {
    start();
    for (const char* text :
         {"Rechnung,Anzahl\nI1,10\n",
          "InvoiceNo,Anzahl\nI1,10\n",
          "I1,10,x\nI2,20,x\n",
          "I1,ten\nI2,20\n"}) {
        const Import import = run(write("part-2.csv", text));
        EXPECT_EQ(import.state, ImportState::Refused) << text;
        EXPECT_NE(import.message.find("the header does not fit"), std::string::npos);
    }
}

// A file that was sent along is known by where its sender has it: its name, its corrections.
TEST_F(HeaderTest, FilesSentAlongAreKnownByTheirPath) {
    start();
    ImportRequest sent = request(write("uploads/1/day.csv", lines(3)));
    sent.sent_from = "/home/ann/day.csv";
    sent.keep_identity = true;
    const Import first = run(sent);
    EXPECT_EQ(first.state, ImportState::Succeeded) << first.message;
    EXPECT_EQ(first.path + " " + first.identity, "/home/ann/day.csv day.csv");
    sent.path = write("uploads/2/day.csv", lines(5));
    sent.identity = "ann/day.csv";
    const Import second = run(sent);
    EXPECT_EQ(second.identity + ": " + second.message, "day.csv: a correction of import 1");
    start();
    EXPECT_EQ(MUST(importer_->show(second.id)).upload, sent.path);
    expect_held({{second.id, rows(5)}});
}

// An encoding that nobody knows is refused before anything is recorded.
TEST_F(HeaderTest, UnknownEncodings) {
    start();
    ImportRequest wanted = request(write("a.csv", lines(3)));
    wanted.encoding = "klingon";
    const auto submitted = importer_->submit({wanted});
    ASSERT_FALSE(submitted.ok());
    EXPECT_EQ(submitted.error().code(), ErrorCode::InvalidArgument);
    EXPECT_TRUE(MUST(importer_->list(std::nullopt, 10)).empty());
}

}  // namespace
}  // namespace tradewind::importer
