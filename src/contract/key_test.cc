// Keys: what people look up and type.
#include "contract/test_support.h"

namespace tradewind::contract {

namespace {

std::shared_ptr<const Contract> keyed(const std::string& more = "partition_by: no\n") {
    return with_fields({"no: {type: text, required: true}", "note: {type: text}"}, more);
}

// A key with a character that nobody can see or type could never be looked up: it is refused, in
// JSON and in a cell, while other texts keep theirs.
TEST(Key, holds_no_control_character) {
    const std::string reason = " holds a control character, which no key may";
    for (const char* written : {"5\\u0000", "\\u00005", "5\\n6", "5\\u007f"}) {
        const std::string record = "{\"no\":\"" + std::string(written) + "\"}";
        for (const char* more : {"partition_by: no\n", "key: [no]\n"}) {
            const std::string answer = decoded(keyed(more), record);
            EXPECT_TRUE(answer.starts_with("control_character: no: ")) << answer;
            EXPECT_TRUE(answer.ends_with(reason)) << answer;
        }
    }
    EXPECT_EQ(
        decoded(keyed(), R"({"no":"5\u0000"})"), "control_character: no: \"5\\u0000\"" + reason
    );
    EXPECT_EQ(decoded(keyed(), R"({"no":"5","note":"a\u0000b"})"), std::string("5|a\0b", 5));

    const auto contract = keyed();
    const auto decoder = make_decoder(contract);
    ASSERT_FALSE(decoder->bind_header({"no", "note"}, {}));
    RowBatch rows(contract->columns());
    const auto rejection = decoder->decode_cells({std::string_view("5\0", 2), "x"}, rows);
    ASSERT_TRUE(rejection);
    EXPECT_EQ(rejection->type, "control_character");
}

// Asking for a key means what sending it means.
TEST(Key, is_found_however_it_is_written) {
    const auto contract = with_fields(
        {"customer: {type: text, integral: true}",
         "no: {type: text}",
         "till: {type: integer}",
         "price: {type: 'decimal(8,2)'}",
         "sold_on: {type: date, formats: ['%m/%d/%Y', iso]}",
         "open: {type: boolean}"}
    );
    const std::vector<std::vector<std::string>> cases = {
        {"customer", "17850.0", "17850"},
        {"customer", " 017850 ", "17850"},
        {"customer", "17850", "17850"},
        {"customer", "nobody", "nobody"},
        {"customer", "-1", "-1"},
        {"customer", "NaN", "NaN"},
        {"customer", "", ""},
        {"no", "536365.0", "536365.0"},  // a text is a text
        {"till", "7.0", "7"},
        {"till", "seven", "seven"},
        {"price", "2.5000", "2.5"},
        {"sold_on", "11/21/2026", "2026-11-21"},
        {"open", "true", "true"},
        {"nothing", "1.0", "1.0"},
    };
    for (const auto& one : cases)
        EXPECT_EQ(normal_key(*contract, one[0], one[1]), one[2]) << one[0] << " " << one[1];
}

}  // namespace

}  // namespace tradewind::contract
