// Transforms of whole batches.
#include <gtest/gtest.h>

#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

std::string source_with(const std::string& steps) {
    return "source: orders\nkind: stream\nevent_time: at\nkey: no\nfields:\n"
           "  no: {type: text, required: true}\n"
           "  quantity: {type: integer}\n"
           "  price: {type: \"decimal(12,4)\"}\n"
           "  country: {type: text}\n"
           "  at: {type: timestamp}\n"
           "transform:\n" +
           steps;
}

RowBatch batch_of(const Contract& contract, const std::vector<std::string>& records) {
    const auto document = std::shared_ptr<const Contract>(&contract, [](const Contract*) {});
    const auto decoder = make_decoder(document);
    RowBatch rows(contract.columns());
    rows.origin = OriginId(3);
    rows.source_name = "orders.csv";
    std::int64_t sequence = 10;
    for (const std::string& record : records) {
        const Padded padded(record);
        EXPECT_FALSE(decoder->decode_json(padded.view(), rows)) << record;
        rows.commit_row({PartitionId(1), sequence++, Timestamp{5}});
    }
    return rows;
}

std::string refusal(const std::string& steps) {
    const auto contract = try_contract(source_with(steps));
    return contract.ok() ? "accepted" : contract.error().describe();
}

// Steps that cannot work are refused when the contract is read, at their place.
TEST(Transform, RefusesSteps) {
    const std::pair<const char*, const char*> cases[] = {
        {"  - sett: {country: \"'x'\"}\n", "source.yml:12:5: transform: unknown key 'sett'"},
        {"  - set: {countri: \"'x'\"}\n",
         "source.yml:12:11: transform: unknown column 'countri'. Did you mean 'country'?"},
        {"  - set: {country: \"quantity\"}\n",
         "source.yml:12:20: transform: country is STRING, but its expression gives a number"},
        {"  - set: {quantity: \"price\"}\n",
         "quantity is INTEGER, but its expression has 4 digits after the point. Say how it is "
         "rounded: round(…, 0)."},
        {"  - set: {price: \"price * 0.5\"}\n",
         "price is DECIMAL(12,4), but its expression has 5 digits after the point"},
        {"  - set: {price: \"1e0\"}\n", "price is DECIMAL(12,4), but its expression gives a double"
        },
        {"  - set: {price: \"prise\"}\n", "transform: in the expression: unknown column prise"},
        {"  - set: {}\n", "set needs names"},
        {"  - set: country\n", "set needs names"},
        {"  - set: {country: [1]}\n", "source.yml:12:20"},
        {"  - add: {price: {type: text, expression: \"'x'\"}}\n",
         "there is a column 'price' already. To change its value use set."},
        {"  - add: {Total: {type: text, expression: \"'x'\"}}\n", "not a name for a column: 'Total'"
        },
        {"  - add: {total: {type: txt, expression: \"'x'\"}}\n", "unknown type 'txt'"},
        {"  - add: {total: {type: text}}\n", "source.yml:12"},
        {"  - add: {total: {type: text, expresion: \"'x'\"}}\n", "unknown key 'expresion'"},
        {"  - filter: {name: f, keep: quantity}\n", "what a filter keeps is a condition"},
        {"  - filter: {keep: quantity > 0}\n", "source.yml:12"},
        {"  - filter: {name: f, keep: quantity > 0}\n  - filter: {name: f, keep: quantity > 0}\n",
         "source.yml:13:20: transform: there is a filter 'f' already"},
        {"  - rename: {price: country}\n", "there is a column 'country' already"},
        {"  - rename: {no: number}\n", "'no' is part of the key or the event time, and has to stay"
        },
        {"  - drop: [at]\n", "'at' is part of the key or the event time, and has to stay"},
        {"  - drop: [pric]\n", "unknown column 'pric'"},
        {"  - drop: [price]\n  - set: {country: \"case when price > 0 then 'x' end\"}\n",
         "unknown column price"},
        {"  - drop: [price]\n    rename: {country: land}\n", "a step does one thing"},
        {"  - {}\n", "a step does one thing"},
        {"  - drop\n", "a step is filter, set, add, rename or drop"},
    };
    for (const auto& [steps, expected] : cases) {
        EXPECT_NE(refusal(steps).find(expected), std::string::npos) << steps << "\n"
                                                                    << refusal(steps);
    }
}

// Steps run in order on what the steps before them made; rows keep where they came from.
TEST(Transform, RunsStepsInOrder) {
    const auto contract = contract_of(
        source_with("  - filter: {name: no_zero, keep: quantity <> 0}\n"
                    "  - set: {country: lower(trim(country)), quantity: abs(quantity)}\n"
                    "  - add: {amount: {type: \"decimal(18,4)\", expression: quantity * price}}\n"
                    "  - rename: {price: unit_price, quantity: pieces}\n"
                    "  - add: {large: {type: boolean, expression: pieces * unit_price >= 100}}\n"
                    "  - filter: {name: known, keep: country is not null}\n"
                    "  - drop: [pieces]\n")
    );
    ASSERT_TRUE(contract->has_transform());
    auto result = apply_transform(
        *contract,
        batch_of(
            *contract,
            {
                R"({"no":"1","quantity":-6,"price":2.55,"country":" France "})",
                R"({"no":"2","quantity":0,"price":1,"country":"x"})",
                R"({"no":"3","price":1,"country":"x"})",
                R"({"no":"4","quantity":100,"price":1,"country":null})",
                R"({"no":"5","quantity":100,"price":1,"country":"EIRE"})",
            }
        )
    );
    std::string names;
    for (const ColumnSpec& column : contract->output_columns()) names += column.name + " ";
    EXPECT_EQ(names, "no unit_price country at amount large ");
    ASSERT_EQ(result.rows.row_count(), 2u);
    EXPECT_EQ(shown_row(result.rows, 0), "1|2.5500|france|null|15.3000|0");
    EXPECT_EQ(shown_row(result.rows, 1), "5|1.0000|eire|null|100.0000|1");
    EXPECT_EQ(result.rows.provenance(0).sequence, 10);
    EXPECT_EQ(result.rows.provenance(1).sequence, 14);
    EXPECT_EQ(result.rows.provenance(1).partition.value, 1);
    EXPECT_EQ(result.rows.origin, OriginId(3));
    EXPECT_EQ(result.rows.source_name, "orders.csv");
    ASSERT_EQ(result.filtered.size(), 2u);
    EXPECT_EQ(result.filtered[0].rule, "no_zero");
    EXPECT_EQ(result.filtered[0].count, 2);
    EXPECT_EQ(result.filtered[1].rule, "known");
    EXPECT_EQ(result.filtered[1].count, 1);
    EXPECT_TRUE(result.failed.empty());
}

// All values of one `set` see the row as it was: two columns can change places.
TEST(Transform, SetIsSimultaneous) {
    const auto contract = contract_of(source_with("  - set: {no: country, country: no}\n"));
    const auto result =
        apply_transform(*contract, batch_of(*contract, {R"({"no":"a","country":"b"})"}));
    EXPECT_EQ(shown_row(result.rows, 0), "b|null|null|a|null");
}

// A row that cannot be computed is set aside with its number and reason; the others go on.
TEST(Transform, FailsRowByRow) {
    const auto contract = contract_of(
        source_with("  - filter: {name: f, keep: 100 / quantity > 1}\n"
                    "  - add: {small: {type: \"decimal(4,2)\", expression: \"round(price, 2)\"}}\n"
                    "  - set: {quantity: quantity * 2000000000}\n")
    );
    const auto result = apply_transform(
        *contract,
        batch_of(
            *contract,
            {
                R"({"no":"1","quantity":0,"price":1})",
                R"({"no":"2","quantity":1,"price":99.994})",
                R"({"no":"3","quantity":1,"price":-99.995})",
                R"({"no":"4","quantity":2,"price":1})",
                R"({"no":"5","quantity":99,"price":1})",
                R"({"no":"6","quantity":200,"price":1})",
            }
        )
    );
    ASSERT_EQ(result.rows.row_count(), 1u);
    EXPECT_EQ(shown_row(result.rows, 0), "2|2000000000|99.9940|null|null|99.99");
    ASSERT_EQ(result.failed.size(), 4u);
    EXPECT_EQ(result.failed[0].row, 0u);
    EXPECT_EQ(result.failed[0].rejection.type, "transform_failed");
    EXPECT_EQ(result.failed[0].rejection.field, "");
    EXPECT_EQ(result.failed[0].rejection.reason, "filter f: division by zero");
    EXPECT_EQ(result.failed[1].row, 2u);
    EXPECT_EQ(result.failed[1].rejection.reason, "small: -100 does not fit DECIMAL(4,2)");
    EXPECT_EQ(result.failed[1].rejection.field, "small");
    EXPECT_EQ(result.failed[2].rejection.reason, "quantity: 4000000000 does not fit INTEGER");
    EXPECT_EQ(result.failed[3].row, 4u);
    ASSERT_EQ(result.filtered.size(), 1u);
    EXPECT_EQ(result.filtered[0].count, 1);
}

// A text that doubles in every step stops at the size of a record.
TEST(Transform, TextsAreBounded) {
    std::string steps;
    for (int i = 0; i < 40; ++i) steps += "  - set: {country: country || country}\n";
    const auto contract = contract_of(source_with(steps));
    const auto result = apply_transform(
        *contract, batch_of(*contract, {R"({"no":"1","country":"abc"})", R"({"no":"2"})"})
    );
    ASSERT_EQ(result.failed.size(), 1u);
    EXPECT_EQ(
        result.failed[0].rejection.reason, "country: a text grows beyond the size of a record"
    );
    EXPECT_EQ(result.rows.row_count(), 1u);
}

// More steps than anybody reads are refused.
TEST(Transform, StepsAreBounded) {
    std::string steps;
    for (int i = 0; i < 65; ++i) steps += "  - set: {country: country}\n";
    EXPECT_NE(refusal(steps).find("more than 64 steps"), std::string::npos);
}

// Without a transform, rows pass untouched.
TEST(Transform, IdentityPassesRows) {
    const auto contract = with_fields({"a: {type: text}"});
    const auto result = apply_transform(*contract, batch_of(*contract, {R"({"a":"x"})", "{}"}));
    ASSERT_EQ(result.rows.row_count(), 2u);
    EXPECT_EQ(shown_row(result.rows, 0), "x");
    EXPECT_EQ(result.rows.source_name, "orders.csv");
}

}  // namespace
}  // namespace tradewind::contract
