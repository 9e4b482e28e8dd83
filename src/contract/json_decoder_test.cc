// Records as JSON: hostile ones first.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

std::shared_ptr<const Contract> orders(const std::string& more = "") {
    return with_fields(
        {
            "no: {type: text, required: true, aliases: [InvoiceNo, Invoice No]}",
            "quantity: {type: integer, required: true}",
            "price: {type: \"decimal(12,4)\", aliases: [UnitPrice]}",
            "note: {type: text}",
        },
        "partition_by: no\n" + more
    );
}

const char* const good_record =
    R"({"no":"536365","quantity":6,"price":2.55,"note":"a \"quoted\" £ \\ \u00e9","more":{"a":[1,{"b":null}],"c":"\n"}})";

// Texts that are no JSON, or not one object, are refused with the place.
TEST(JsonDecoder, RefusesMalformed) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "invalid_json: not valid JSON: there is nothing"},
        {"   ", "invalid_json: not valid JSON: there is nothing"},
        {"{", "invalid_json: not valid JSON: a field's name in quotes is expected at byte 1"},
        {"{\"no\"", "invalid_json: not valid JSON: a ':' is expected at byte 5"},
        {"{\"no\":", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":\"1\"", "invalid_json: not valid JSON: a ',' or '}' is expected at byte 9"},
        {"{\"no\":\"1", "invalid_json: not valid JSON: a string does not end"},
        {"{\"no\":\"1\",}",
         "invalid_json: not valid JSON: a field's name in quotes is expected at byte 10"},
        {"{,\"no\":\"1\"}",
         "invalid_json: not valid JSON: a field's name in quotes is expected at byte 1"},
        {"{\"no\" \"1\"}", "invalid_json: not valid JSON: a ':' is expected at byte 6"},
        {"{\"no\":\"1\" \"quantity\":1}",
         "invalid_json: not valid JSON: a ',' or '}' is expected at byte 10"},
        {"{\"no\":\"1\"x}", "invalid_json: not valid JSON: a ',' or '}' is expected at byte 9"},
        {"{\"no\":1\"x\"}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{no:1}", "invalid_json: not valid JSON: a field's name in quotes is expected at byte 1"},
        {"{'no':1}", "invalid_json: not valid JSON: a field's name in quotes is expected at byte 1"
        },
        {"{\"no\":'1'}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":01}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":+1}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":.5}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":5.}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":-}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":1e}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":0x1}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":1 2}", "invalid_json: not valid JSON: a ',' or '}' is expected at byte 8"},
        {"{\"no\":tru}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":truex}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":nul}", "invalid_json: not valid JSON: a value is expected at byte 6"},
        {"{\"no\":\"1\",\"quantity\":6}}",
         "invalid_json: not valid JSON: more follows after the object at byte 23"},
        {"{\"no\":\"1\",\"quantity\":6} x",
         "invalid_json: not valid JSON: more follows after the object at byte 24"},
        {"{\"no\":\"1\",\"quantity\":6}{}",
         "invalid_json: not valid JSON: more follows after the object at byte 23"},
        {"{\"x\":[1,]}", "invalid_json: not valid JSON: a value is expected at byte 8"},
        {"{\"x\":[1}", "invalid_json: not valid JSON: a ',' or ']' is expected at byte 7"},
        {"{\"x\":{\"a\":1]}", "invalid_json: not valid JSON: a ',' or '}' is expected at byte 11"},
        {"{\"x\":{\"a\"}}", "invalid_json: not valid JSON: a ':' is expected at byte 9"},
        {"{\"x\":{1:2}}",
         "invalid_json: not valid JSON: a field's name in quotes is expected at byte 6"},
        {"{\"x\":{\"a\":1,}}",
         "invalid_json: not valid JSON: a field's name in quotes is expected at byte 12"},
        {"{\"x\":fals}", "invalid_json: not valid JSON: a value is expected at byte 5"},
        {"{\"x\":\"\\x\"}",
         "invalid_json: not valid JSON: a string has an escape that JSON does not know at byte 5"},
        {"{\"no\":\"\\u12\"}",
         "invalid_json: not valid JSON: a string has an escape that JSON does not know at byte 6"},
        {"{\"\\q\":1}",
         "invalid_json: not valid JSON: a string has an escape that JSON does not know at byte 1"},
        {"{\"no\":\"a\nb\"}",
         "invalid_json: not valid JSON: a control character in a string is not escaped"},
        {"{\"no\":\"\t\"}",
         "invalid_json: not valid JSON: a control character in a string is not escaped"},
        {"\xef\xbb\xbf{}", "invalid_json: not valid JSON: a value is expected at byte 0"},
        {"[]",
         "not_an_object: a JSON object is expected, not an array (arrays are sent as "
         "application/json)"},
        {"1", "not_an_object: a JSON object is expected"},
        {"\"{}\"", "not_an_object: a JSON object is expected"},
        {"null", "not_an_object: a JSON object is expected"},
        {"}", "invalid_json: not valid JSON: a value is expected at byte 0"},
        {"not json", "invalid_json: not valid JSON: a value is expected at byte 0"},
        {"\"half", "invalid_json: not valid JSON: a string does not end"},
    };
    for (const auto& [record, expected] : cases)
        EXPECT_EQ(decoded(orders(), record), expected) << record;
}

// A surrogate without its other half names no character, in whatever order the halves come.
TEST(JsonDecoder, RefusesLoneSurrogates) {
    for (const char* text :
         {"\\ud800", "\\udc00", "\\ud800x", "\\ud800\\u0041", "\\udc00\\ud800", "\\ud800\\ud800"}) {
        for (const char* name : {"no", "unknown"}) {
            const std::string record = "{\"" + std::string(name) + "\":\"" + text + "\"}";
            EXPECT_TRUE(decoded(orders(), record).starts_with("invalid_json")) << record;
        }
    }
}

// Bytes that are not UTF-8 are refused wherever they stand.
TEST(JsonDecoder, RefusesInvalidUtf8) {
    for (const char* bytes :
         {"\xa3", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80"}) {
        for (const std::string& record :
             {"{\"no\":\"" + std::string(bytes) + "\"}",
              "{\"" + std::string(bytes) + "\":1}",
              "{\"x\":\"" + std::string(bytes) + "\"}"}) {
            EXPECT_EQ(decoded(orders(), record), "invalid_utf8: not valid UTF-8");
        }
    }
}

// A record that is cut off at any byte is refused, although brackets and quotes follow in memory.
TEST(JsonDecoder, RefusesTruncatedAtEveryByte) {
    const std::string record = good_record;
    EXPECT_EQ(decoded(orders(), record), "536365|6|2.5500|a \"quoted\" £ \\ é");
    for (std::size_t size = 0; size < record.size(); ++size) {
        const std::string answer = decoded(orders(), std::string_view(record).substr(0, size));
        EXPECT_TRUE(answer.starts_with("invalid_json") || answer.starts_with("invalid_utf8"))
            << size << " " << answer;
    }
}

// Nesting is bounded, however it is built, and costs no stack.
TEST(JsonDecoder, RefusesDeepNesting) {
    const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
        std::string record = "{\"no\":\"1\",\"quantity\":1,\"x\":";
        for (std::size_t i = 0; i < depth; ++i) record += open;
        record += "1";
        for (std::size_t i = 0; i < depth; ++i) record += close;
        return record + "}";
    };
    const std::size_t fits = limits::json_depth_max - 1;
    EXPECT_EQ(decoded(orders(), nested(fits, "[", "]")), "1|1|null|null");
    EXPECT_EQ(decoded(orders(), nested(fits, "{\"a\":", "}")), "1|1|null|null");
    const char* const too_deep = "invalid_json: not valid JSON: it is nested too deeply at byte";
    EXPECT_TRUE(decoded(orders(), nested(fits + 1, "[", "]")).starts_with(too_deep));
    EXPECT_TRUE(decoded(orders(), nested(fits + 1, "{\"a\":", "}")).starts_with(too_deep));
    EXPECT_TRUE(decoded(orders(), nested(200'000, "[", "")).starts_with(too_deep));
    EXPECT_TRUE(decoded(orders(), nested(100'000, "[{\"a\":", "")).starts_with(too_deep));
}

// Larger than the contract allows is refused before it is looked at; a huge one within is read.
TEST(JsonDecoder, BoundsSize) {
    const std::string text(limits::record_bytes_max - 100, 'x');
    const std::string record = "{\"no\":\"1\",\"quantity\":1,\"note\":\"" + text + "\"}";
    EXPECT_EQ(decoded(orders(), record), "1|1|null|" + text);
    EXPECT_EQ(
        decoded(orders(), record + std::string(200, ' ')),
        "too_large: the record has " + std::to_string(record.size() + 200) +
            " bytes; at most 1048576 are accepted"
    );
    EXPECT_EQ(
        decoded(orders("record_bytes_max: 20\n"), R"({"no":"1","quantity":1})"),
        "too_large: the record has 23 bytes; at most 20 are accepted"
    );
}

// A field may come once, under whichever of its names; then it must come if it is required.
TEST(JsonDecoder, EveryFieldOnce) {
    const auto contract = orders();
    EXPECT_EQ(
        decoded(contract, R"({"no":"1","quantity":1,"quantity":2})"),
        "duplicate_field: quantity: is given more than once"
    );
    EXPECT_EQ(
        decoded(contract, R"({"no":"1","InvoiceNo":"1","quantity":1})"),
        "duplicate_field: no: is given more than once"
    );
    EXPECT_EQ(
        decoded(contract, R"({"quantity":null,"no":"1"})"),
        "missing_field: quantity: is required and is null"
    );
    EXPECT_EQ(
        decoded(contract, R"({"no":"1"})"), "missing_field: quantity: is required and is missing"
    );
    EXPECT_EQ(decoded(contract, "{}"), "missing_field: no: is required and is missing");
}

// Names match without regard to case, also when they are written with escapes; values keep theirs.
TEST(JsonDecoder, NamesAndAliases) {
    const auto contract = orders();
    EXPECT_EQ(
        decoded(contract, R"({"INVOICENO":"c5","Quantity":1,"unitPRICE":1})"), "c5|1|1.0000|null"
    );
    EXPECT_EQ(decoded(contract, R"({"invoice no":"c5","\u0071uantity":1})"), "c5|1|null|null");
    EXPECT_EQ(
        decoded(contract, R"( { "no" : "c5" , "quantity" : 1 , "no " : 2 } )"), "c5|1|null|null"
    );
    EXPECT_EQ(decoded(contract, R"({"no":"c5","quantity":1,"":2,"no\u0000":3})"), "c5|1|null|null");
}

// Unknown fields are passed over, or refused with the name that was probably meant.
TEST(JsonDecoder, UnknownFields) {
    const char* const record = R"({"no":"1","quantity":1,"prise":2})";
    EXPECT_EQ(decoded(orders(), record), "1|1|null|null");
    EXPECT_EQ(
        decoded(orders("unknown_fields: reject\n"), record),
        "unknown_field: unknown field \"prise\"; did you mean \"price\"?"
    );
    EXPECT_EQ(
        decoded(orders("unknown_fields: reject\n"), R"({"wholly else":1})"),
        "unknown_field: unknown field \"wholly else\""
    );
}

// One decoder for many records: a bad one leaves no trace in rows, memory of names or key.
TEST(JsonDecoder, RecoversFromBadRecords) {
    const auto contract = orders();
    const auto decoder = make_decoder(contract);
    RowBatch rows(contract->columns());
    const auto decode = [&](std::string_view record) {
        const Padded padded(record);
        const auto rejection = decoder->decode_json(padded.view(), rows);
        if (!rejection) rows.commit_row({});
        return !rejection;
    };
    EXPECT_TRUE(decode(R"({"no":"536365","quantity":1,"note":"x"})"));
    EXPECT_EQ(decoder->partition_key(), "536365");
    EXPECT_FALSE(decode(R"({"no":"9","note":"lost","quantity":"six"})"));
    EXPECT_FALSE(decode(R"({"no":"9","note":"lost","quantity":1)"));
    EXPECT_FALSE(decode(R"({"no":"9","note":"lost"})"));
    EXPECT_EQ(decoder->partition_key(), "536365");
    EXPECT_TRUE(decode(R"({"quantity":2,"no":536366})"));
    EXPECT_EQ(decoder->partition_key(), "536366");
    EXPECT_TRUE(decode(R"({"quantity":3,"InvoiceNo":"C7","note":"y"})"));
    ASSERT_EQ(rows.row_count(), 3u);
    EXPECT_EQ(shown_row(rows, 0), "536365|1|null|x");
    EXPECT_EQ(shown_row(rows, 1), "536366|2|null|null");
    EXPECT_EQ(shown_row(rows, 2), "C7|3|null|y");
}

// The record's key is the value, however it was written; without a value it is empty.
TEST(JsonDecoder, PartitionKeys) {
    const auto key_of = [](const std::string& type, const std::string& value) {
        const auto contract = with_fields({"k: {type: " + type + "}"}, "partition_by: k\n");
        const auto decoder = make_decoder(contract);
        RowBatch rows(contract->columns());
        const Padded record("{\"k\":" + value + "}");
        EXPECT_FALSE(decoder->decode_json(record.view(), rows));
        return std::string(decoder->partition_key());
    };
    EXPECT_EQ(key_of("text", "\"a b\""), "a b");
    EXPECT_EQ(key_of("integer", "12.0"), "12");
    EXPECT_EQ(key_of("\"decimal(9,4)\"", "1.50"), "1.5");
    EXPECT_EQ(key_of("double", "0.1"), "0.1");
    EXPECT_EQ(key_of("date", "\"2010-12-01\""), "2010-12-01");
    EXPECT_EQ(key_of("timestamp", "\"2010-12-01T08:26:00Z\""), "2010-12-01 08:26:00");
    EXPECT_EQ(key_of("boolean", "true"), "1");
    EXPECT_EQ(key_of("text", "null"), "");
}

// More fields than one machine word has bits: each is known, missing ones are found.
TEST(JsonDecoder, ManyFields) {
    std::vector<std::string> fields;
    std::string record = "{";
    for (int i = 0; i < 200; ++i) {
        const std::string name = "field_" + std::to_string(i);
        fields.push_back(name + ": {type: integer, required: true}");
        record += (i == 0 ? "\"" : ",\"") + name + "\":" + std::to_string(i);
    }
    const auto contract = with_fields(fields);
    EXPECT_TRUE(decoded(contract, record + "}").ends_with("|198|199"));
    const std::string missing = record.substr(0, record.rfind(','));
    EXPECT_EQ(
        decoded(contract, missing + "}"), "missing_field: field_199: is required and is missing"
    );
}

}  // namespace
}  // namespace tradewind::contract
