#include "serving/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "os/random.h"
#include "serving/ordered_bytes.h"
#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

std::string random_bytes(os::Random& random) {
    // Zero, one and 255 are what the escaping is made of: they come often.
    static constexpr std::string_view alphabet(
        "\0\x01\xff\xfe"
        "ab",
        6
    );
    std::string out;
    for (auto size = random.below(6); size > 0; --size) out.push_back(alphabet[random.below(6)]);
    return out;
}

std::string key_of(std::string_view partition, std::string_view sort) {
    std::string out;
    append_key_part(out, Cell::of(partition));
    append_key_part(out, Cell::of(sort));
    return out;
}

std::shared_ptr<const TableSpec> pair_table() {
    return make_table(
        "table: t\nsource: s\npartition_key: a\nsort_key: b\n",
        {{"a", ColumnType::Text, 0, 0}, {"b", ColumnType::Text, 0, 0}}
    );
}

// Keys made of any bytes come back as they were, order as their texts do, and never collide.
TEST(Key, AnyBytesKeepTheirOrderAndComeBack) {
    os::Random random(7);
    const auto table = pair_table();
    for (int round = 0; round < 20'000; ++round) {
        const std::pair a(random_bytes(random), random_bytes(random));
        const std::pair b(random_bytes(random), random_bytes(random));
        const std::string first = key_of(a.first, a.second);
        EXPECT_EQ(first <=> key_of(b.first, b.second), a <=> b);
        RowKey key;
        ASSERT_TRUE(read_row_key(first, *table, key));
        EXPECT_EQ(key.partition_key.text, a.first);
        EXPECT_EQ(key.sort_key.text, a.second);
    }
}

// The keys of one partition are exactly those that begin with its prefix.
TEST(Key, PartitionIsAPrefixAndNoOtherBeginsWithIt) {
    os::Random random(8);
    for (int round = 0; round < 20'000; ++round) {
        const std::string partition = random_bytes(random);
        const std::string other = random_bytes(random);
        std::string prefix;
        append_key_part(prefix, Cell::of(std::string_view(partition)));
        const std::string key = key_of(other, random_bytes(random));
        EXPECT_EQ(key.starts_with(prefix), partition == other);
        EXPECT_EQ(key >= prefix && key < prefix_end(prefix), partition == other);
    }
}

// A key that is cut off or has something added is damaged, never another key.
TEST(Key, RefusesDamagedKeys) {
    const auto table = pair_table();
    const std::string whole = key_of(std::string_view("a\0b", 3), "c");
    RowKey key;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(read_row_key(whole.substr(0, size), *table, key));
    }
    EXPECT_FALSE(read_row_key(whole + "x", *table, key));
    EXPECT_FALSE(read_row_key(std::string_view("a\0x", 3), *table, key));
}

// Signed numbers order as numbers, at the ends of their range too.
TEST(Key, NumbersKeepTheirOrder) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    std::string before;
    for (const std::int64_t value :
         {least,
          least + 1,
          std::int64_t{-1},
          std::int64_t{0},
          std::int64_t{255},
          std::int64_t{256},
          most}) {
        std::string bytes;
        append_ordered(bytes, value);
        EXPECT_LT(before, bytes);
        std::string_view in = bytes;
        std::int64_t back = 0;
        ASSERT_TRUE(read_ordered(in, back));
        EXPECT_EQ(back, value);
        before = bytes;
    }
}

// A request's text means a key only when it is a value of the key's type.
TEST(Key, ReadsRequestsByTheKeysType) {
    const ColumnSpec date{"d", ColumnType::Date, 0, 0};
    EXPECT_EQ(key_from_text("1970-01-11", date)->integer, 10);
    EXPECT_FALSE(key_from_text("tomorrow", date));
    const ColumnSpec decimal{"d", ColumnType::Decimal, 6, 2};
    EXPECT_EQ(key_from_text("1.5", decimal)->integer, 150);
    EXPECT_FALSE(key_from_text("1.555", decimal));
    const ColumnSpec integer{"i", ColumnType::Integer, 0, 0};
    EXPECT_EQ(key_from_text("-5", integer)->integer, -5);
    EXPECT_FALSE(key_from_text("5 ", integer));
    EXPECT_FALSE(key_from_text("99999999999999999999", integer));
    const ColumnSpec boolean{"b", ColumnType::Boolean, 0, 0};
    EXPECT_EQ(key_from_text("true", boolean)->integer, 1);
    EXPECT_FALSE(key_from_text("1", boolean));
}

}  // namespace
}  // namespace tradewind::serving
