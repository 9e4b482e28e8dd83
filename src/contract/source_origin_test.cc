// Where a source's rows come from and how they are loaded: slips first.
#include <gtest/gtest.h>

#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

std::string refusal(const std::string& text) {
    const auto contract = try_contract(text + "fields:\n  x: {type: text}\n");
    return contract.ok() ? "accepted" : contract.error().describe();
}

// Each slip is refused at its line, with what is possible instead.
TEST(SourceOrigin, RefusesSlips) {
    const std::pair<const char*, const char*> cases[] = {
        {"kind: file\n",
         "source.yml:2:7: unknown kind 'file': a source is stream, files or database"},
        {"kind: files\nload: whole\n", "source.yml:3:7: load is append or snapshot"},
        {"kind: files\nload: [snapshot]\n", "source.yml:3:7"},
        {"kind: stream\nload: snapshot\n",
         "source.yml:3:1: load is for the kinds files and database only"},
        {"kind: stream\nparameter: sales\n", "source.yml:3:1: parameter is for kind files only"},
        {"kind: files\nparameter: \"my sales\"\n",
         "source.yml:3:12: not a name for a parameter: 'my sales'"},
        {"kind: files\nfiles: [\"a.csv\", \"sales_{day}.csv\"]\n",
         "not a pattern of file names: 'sales_{day}.csv'"},
        {"kind: files\nfiles: [\"sales_{date.csv\"]\n", "not a pattern of file names"},
        {"kind: files\npartitions: 3\n", "source.yml:3:1: partitions is for kind stream only"},
        {"kind: files\nconnection: shop\n", "source.yml:3:1: connection is for kind database only"},
        {"kind: files\nwatermark: id\n", "source.yml:3:1: watermark is for kind database only"},
        {"kind: database\ntable: sales\nload: snapshot\n",
         "a source of kind database names its connection"},
        {"kind: database\nconnection: shop\nload: snapshot\n",
         "a source of kind database has a table or a query, one of them"},
        {"kind: database\nconnection: shop\ntable: a\nquery: SELECT 1\nload: snapshot\n",
         "a source of kind database has a table or a query, one of them"},
        {"kind: database\nconnection: shop\ntable: a\n", "needs a watermark"},
        {"kind: database\nconnection: shop\ntable: a\nload: snapshot\nwatermark: id\n",
         "source.yml:6:12: a table that is loaded whole (load: snapshot) needs no watermark"},
        {"kind: database\nconnection: shop\ntable: \" \"\nload: snapshot\n",
         "source.yml:4:8: table is empty"},
        {"kind: database\nconnection: shop\ntable: a\nload: snapshot\nfiles: [\"a.csv\"]\n",
         "source.yml:6:1: files is for the kinds stream and files only"},
    };
    for (const auto& [text, wanted] : cases) {
        const std::string got = refusal("source: things\n" + std::string(text));
        EXPECT_NE(got.find(wanted), std::string::npos) << text << got;
    }
}

// What stands in the contract is told by it; left out, deliveries are added.
TEST(SourceOrigin, Tells) {
    const std::string fields = "fields: {x: {type: text}}\n";
    const auto plain = contract_of("source: a\nkind: files\n" + fields);
    EXPECT_EQ(plain->load(), Load::Append);
    EXPECT_EQ(plain->parameter(), "");
    EXPECT_FALSE(plain->database());

    const auto dump = contract_of(
        "source: a\nkind: files\nload: snapshot\nparameter: sales\nfiles: \"sales_{DATE}.csv\"\n" +
        fields
    );
    EXPECT_EQ(dump->load(), Load::Snapshot);
    EXPECT_EQ(dump->parameter(), "sales");
    EXPECT_TRUE(takes_file(*dump, "sales_20250701.csv"));

    const auto rows = contract_of(
        "source: a\nkind: database\nconnection: shop\nquery: |\n  SELECT 1\nwatermark: id\n" +
        fields
    );
    EXPECT_FALSE(rows->has_stream());
    EXPECT_EQ(rows->load(), Load::Append);
    ASSERT_TRUE(rows->database());
    EXPECT_EQ(rows->database()->connection, "shop");
    EXPECT_EQ(rows->database()->table, "");
    EXPECT_EQ(rows->database()->query, "SELECT 1");
    EXPECT_EQ(rows->database()->watermark, "id");
}

// How rows are loaded changes nothing about what a record means.
TEST(SourceOrigin, FingerprintStays) {
    const std::string fields = "fields: {x: {type: text}}\n";
    const auto plain = contract_of("source: a\nkind: files\n" + fields);
    const auto dump = contract_of("source: a\nkind: files\nload: snapshot\n" + fields);
    EXPECT_EQ(plain->fingerprint(), dump->fingerprint());
}

}  // namespace
}  // namespace tradewind::contract
