// Names of fields.
#include "contract/name_index.h"

#include <gtest/gtest.h>

namespace tradewind::contract {
namespace {

// Names that differ only where the hash does not look are still told apart.
TEST(NameIndex, TellsNamesApart) {
    std::vector<NameIndex::Entry> names;
    for (int i = 0; i < 100; ++i) {
        const std::string digits = std::to_string(100 + i);
        names.push_back({"customer_" + digits + "_billing_address", i});
        names.push_back({"a" + digits, 100 + i});
    }
    names.push_back({"", 200});
    const NameIndex index(names);
    for (const auto& entry : names) EXPECT_EQ(index.find(entry.name), entry.field) << entry.name;
    EXPECT_EQ(index.find("CUSTOMER_150_Billing_ADDRESS"), 50);
    EXPECT_EQ(index.find("customer_099_billing_address"), -1);
    EXPECT_EQ(index.find("a"), -1);
    EXPECT_EQ(index.find("a1000"), -1);
    EXPECT_EQ(index.find(std::string(100'000, 'x')), -1);
}

// Only letters have a case: characters that differ by the same bit are different.
TEST(NameIndex, FoldsLettersOnly) {
    const NameIndex index({{"a@b", 0}, {"a[", 1}, {"a_", 2}});
    EXPECT_EQ(index.find("A@B"), 0);
    EXPECT_EQ(index.find("a`b"), -1);
    EXPECT_EQ(index.find("a{"), -1);
    EXPECT_EQ(index.find("a\x7f"), -1);
    EXPECT_EQ(index.find("A_"), 2);
}

// The memory of places never answers for another name, long names included.
TEST(NameMemory, RemembersByName) {
    const std::string longer = "a_name_that_is_longer_than_the_memory_keeps";
    const NameIndex index({{"no", 0}, {"name", 1}, {longer, 2}});
    NameMemory memory(index);
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(memory.find("no", 0), 0);
        EXPECT_EQ(memory.find("nO", 0), 0);
        EXPECT_EQ(memory.find("nx", 0), -1);
        EXPECT_EQ(memory.find("nx", 0), -1);
        EXPECT_EQ(memory.find("", 0), -1);
        EXPECT_EQ(memory.find("name", 0), 1);
        EXPECT_EQ(memory.find(longer, 0), 2);
        EXPECT_EQ(memory.find("no", 1'000'000), 0);
    }
}

}  // namespace
}  // namespace tradewind::contract
