#include <gtest/gtest.h>

#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

const std::vector<ColumnSpec> columns = {
    {"id", ColumnType::Text, 0, 0},
    {"day", ColumnType::Date, 0, 0},
    {"amount", ColumnType::Decimal, 18, 4},
    {"count", ColumnType::Integer, 0, 0},
    {"big", ColumnType::BigInt, 0, 0},
    {"real", ColumnType::Double, 0, 0},
};

const std::string head = "table: t\nsource: s\npartition_key: id\n";

struct Fault {
    std::string yaml;
    std::string message;  // part of it
    int line;
};

// Every fault of a declaration is refused with what is wrong and on which line.
TEST(ParseTable, RefusesWhatCannotBeMeant) {
    const std::vector<Fault> faults = {
        {"[]", "must be a mapping", 1},
        {"table: t\nsource: s\n", "'partition_key' is missing", 1},
        {"table: T-1\nsource: s\npartition_key: id\n", "'T-1' is not a name", 1},
        {"table: t\nsource: s\npartition_key: idd\n", "no column 'idd'", 3},
        {"table: t\nsource: s\npartition_key: real\n", "a DOUBLE cannot be a key", 3},
        {head + "sort_key: id\n", "'id' is there twice", 4},
        {head + "sortkey: day\n", "unknown key 'sortkey'", 4},
        {head + "event_time: count\n", "must be a timestamp or a date", 4},
        {head + "attributes: [day]\n", "must be a mapping", 4},
        {head + "attributes:\n  x: day\n", "must be a mapping with one key", 5},
        {head + "attributes:\n  x: {min: day, max: day}\n", "must be a mapping with one key", 5},
        {head + "attributes:\n  x: {median: day}\n", "unknown attribute 'median'", 5},
        {head + "attributes:\n  x: {latest: day}\n", "'latest' needs to know", 5},
        {head + "attributes:\n  X: {min: day}\n", "'X' is not a name", 5},
        {head + "attributes:\n  id: {min: day}\n", "'id' is there twice", 5},
        {head + "attributes:\n  items: {min: day}\n", "'items' is there twice", 5},
        {head + "attributes:\n  x: {starts_with: [day, C]}\n", "a key column only", 5},
        {head + "attributes:\n  x: {starts_with: id}\n", "a key column and a text", 5},
        {"table: t\nsource: s\npartition_key: count\nattributes:\n  x: {starts_with: [count, C]}\n",
         "needs a text column",
         5},
        {head + "totals:\n  x: {sum: real}\n", "no exact sum", 5},
        {head + "totals:\n  x: {sum: id}\n", "no exact sum", 5},
        {head + "totals:\n  x: {sum: [big, amount]}\n", "too long for an exact sum", 5},
        {head + "totals:\n  x: {sum: [count, count, count]}\n", "one column, or two", 5},
        {head + "totals:\n  x: {count: false}\n", "can only be true", 5},
        {head + "totals:\n  x: {average: count}\n", "unknown total 'average'", 5},
        {head + "items: []\n", "must be a sequence", 4},
        {head + "items: [id, id]\n", "'id' is there twice", 4},
        {head + "items: [{x: [real, count]}]\n", "no exact sum", 4},
        {head + "order: [id]\n", "order needs a sort_key", 4},
        {head + "summary:\n  n: {count: true}\n", "summary needs a sort_key", 5},
        {head + "sort_key: day\norder: [nothing]\n", "no member 'nothing'", 5},
        {head + "sort_key: day\norder: [day down]\n", "must be a member", 5},
        {head + "sort_key: day\nsummary:\n  n: {sum: day}\n", "only totals can be summed", 6},
        {head + "sort_key: day\nsummary:\n  n: {count_if: day}\n", "neither true nor false", 6},
        {head + "sort_key: day\nsummary:\n  id: {count: true}\n", "'id' is there twice", 6},
        {head + "sort_key: day\nsummary:\n  n: {mean: day}\n", "unknown summary 'mean'", 6},
    };
    for (const Fault& fault : faults) {
        const auto table = try_table(fault.yaml, columns);
        ASSERT_FALSE(table.ok()) << fault.yaml;
        EXPECT_EQ(table.error().code(), ErrorCode::InvalidArgument) << fault.yaml;
        EXPECT_NE(table.error().message().find(fault.message), std::string::npos)
            << fault.yaml << "\ngave: " << table.error().describe();
        ASSERT_TRUE(table.error().where().has_value()) << fault.yaml;
        EXPECT_EQ(table.error().where()->line, fault.line) << fault.yaml;
    }
}

// A misspelt column is answered with the nearest one.
TEST(ParseTable, SuggestsTheNearestColumn) {
    const auto table = try_table(head + "totals:\n  x: {sum: amonut}\n", columns);
    ASSERT_FALSE(table.ok());
    EXPECT_EQ(table.error().hint(), "Did you mean 'amount'?");
}

// The shipped tables are what the API needs: names, keys and the members in printing order.
TEST(ParseTable, ReadsTheShippedTables) {
    const auto names = [](const TableSpec& table) {
        std::vector<std::string> out;
        for (const Member& member : table.members) out.push_back(member.name);
        return out;
    };
    const auto invoices = shipped_table("invoices");
    EXPECT_EQ(describe(*invoices).source, "online_retail");
    EXPECT_EQ(describe(*invoices).partition_key, "invoice_no");
    EXPECT_EQ(describe(*invoices).sort_key, "");
    EXPECT_EQ(
        names(*invoices),
        (std::vector<std::string>{
            "invoice_no", "invoice_date", "customer_id", "country", "cancelled", "total"
        })
    );
    const auto customers = shipped_table("customers");
    EXPECT_EQ(describe(*customers).name, "customers");
    EXPECT_EQ(describe(*customers).sort_key, "invoice_no");
    EXPECT_EQ(customers->summary.size(), 5u);
}

// The fingerprint follows what is stored, and nothing else: reordering or renaming costs no
// rebuild.
TEST(ParseTable, FingerprintFollowsWhatIsStored) {
    const std::string base = head + "sort_key: day\ntotals:\n  x: {sum: amount}\n";
    const std::string fingerprint = make_table(base, columns)->fingerprint;
    for (const std::string& same : std::vector<std::string>{
             base + "order: [x desc]\n",
             base + "summary:\n  n: {count: true}\n",
             base + "event_time: day\n",
             head + "sort_key: day\ntotals:\n  y: {sum: amount}\n",
         }) {
        EXPECT_EQ(make_table(same, columns)->fingerprint, fingerprint) << same;
    }
    for (const std::string& other : std::vector<std::string>{
             head + "totals:\n  x: {sum: amount}\n",
             head + "sort_key: day\ntotals:\n  x: {sum: count}\n",
             head + "sort_key: day\ntotals:\n  x: {sum: [amount, count]}\n",
             head + "sort_key: day\nattributes:\n  x: {max: amount}\n",
             base + "items: [id]\n",
         }) {
        EXPECT_NE(make_table(other, columns)->fingerprint, fingerprint) << other;
    }
    std::vector<ColumnSpec> wider = columns;
    wider[2].scale = 2;
    EXPECT_NE(make_table(base, wider)->fingerprint, fingerprint);
}

}  // namespace
}  // namespace tradewind::serving
