#include "deliver/usable_record.h"

#include <gmock/gmock.h>

#include "base/yaml.h"

namespace tradewind::deliver {

namespace {

using ::testing::HasSubstr;

TEST(UsableRecord, ContractAndTransformAreTried) {
    // Proves that a record that would only come back as a dead letter is refused before it is sent,
    // with the reason of the one or the other.
    const std::shared_ptr<const contract::Contract> contract =
        MUST(contract::parse_contract(MUST(yaml::parse(
            "source: orders\nkind: stream\npartitions: 1\npartition_by: invoice\nfields:\n"
            "  invoice: {type: text, required: true}\n  quantity: {type: integer, required: true}\n"
            "transform:\n"
            "  - add: {part: {type: 'decimal(18,4)', expression: 'round(1 / (quantity - 3), "
            "4)'}}\n",
            "orders.yml"
        ))));
    EXPECT_EQ(MUST(usable_record_key(contract, R"({"invoice":"A1","quantity":4})")), "A1");
    const auto broken = usable_record_key(contract, R"({"invoice":"A1","quantity":"x"})");
    ASSERT_FALSE(broken.ok());
    EXPECT_THAT(broken.error().message(), HasSubstr("breaks the contract of orders"));
    const auto fails = usable_record_key(contract, R"({"invoice":"A1","quantity":3})");
    ASSERT_FALSE(fails.ok());
    EXPECT_EQ(fails.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(fails.error().message(), HasSubstr("transform of orders"));
}

}  // namespace

}  // namespace tradewind::deliver
