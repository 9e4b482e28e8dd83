// Fields that hold JSON: hostile values first, in records, in texts and in cells.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

constexpr const char* any = "type: json";
constexpr const char* lines =
    "type: json, items: {product_id: {type: text, required: true}, "
    "quantity: {type: integer, required: true, min: 1}, price: {type: \"decimal(6,2)\"}, "
    "options: {type: json, items: {name: {type: text, required: true}}}, more: {type: json}}";

std::string nested(int levels, const char* open, const char* close) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += open;
    for (int i = 0; i < levels; ++i) text += close;
    return text;
}

std::string in_quotes(const std::string& text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "\"";
}

// What is no JSON is refused: as the record's own fault where it stands bare in it, and as the
// field's where it is a text or a cell.
TEST(JsonField, RefusesWhatIsNone) {
    const std::pair<const char*, const char*> cases[] = {
        {"{\"a\":NaN}", "a value is expected at byte"},
        {"[1,]", "a value is expected at byte"},
        {"[1 2]", "a ',' or ']' is expected at byte"},
        {"{\"a\" 1}", "a ':' is expected at byte"},
        {"{a:1}", "a field's name in quotes is expected at byte"},
        {"{\"a\":1,}", "a field's name in quotes is expected at byte"},
        {"[01]", "a value is expected at byte"},
        {"[1}", "a ',' or ']' is expected at byte"},
        {"[\"\\x\"]", "a string has an escape that JSON does not know at byte"},
        {"[\"\\ud800\"]", "a string has an escape that JSON does not know at byte"},
    };
    for (const auto& [value, wanted] : cases) {
        const std::string bare = decoded_value(any, value);
        EXPECT_TRUE(bare.starts_with("invalid_json: not valid JSON: ")) << value << ": " << bare;
        EXPECT_NE(bare.find(wanted), std::string::npos) << value << ": " << bare;
        for (const std::string& text :
             {decoded_cell(any, value), decoded_value(any, in_quotes(value))}) {
            EXPECT_TRUE(text.starts_with("wrong_type: f: ")) << value << ": " << text;
            EXPECT_NE(text.find(wanted), std::string::npos) << value << ": " << text;
        }
    }
    EXPECT_EQ(
        decoded_cell(any, "hello"),
        "wrong_type: f: \"hello\" is not valid JSON: a value is expected at byte 0"
    );
    EXPECT_EQ(
        decoded_cell(any, "[1] x"),
        "wrong_type: f: \"[1] x\" is not valid JSON: more follows after the value at byte 4"
    );
    EXPECT_EQ(
        decoded_value(any, "\"[1\""),
        "wrong_type: f: \"[1\" is not valid JSON: a ',' or ']' is expected at byte 2"
    );
    EXPECT_EQ(
        decoded_cell(any, "[\"a"),
        "wrong_type: f: \"[\\\"a\" is not valid JSON: a string does not end"
    );
    EXPECT_TRUE(decoded_cell(any, "[\"\xff\"]").starts_with("invalid_utf8: f: "));
    EXPECT_TRUE(decoded_cell(any, "[\"\xc3\"]").starts_with("invalid_utf8: f: "));
    EXPECT_NE(
        decoded_cell(any, std::string("[\"a\0b\"]", 7)).find("control character"), std::string::npos
    );
}

// As deep as the limit is read, one level more is not, however it comes.
TEST(JsonField, Depth) {
    const int levels = limits::json_depth_max;
    const std::string fits = nested(levels, "[", "]");
    const std::string too_deep = nested(levels + 1, "[", "]");
    EXPECT_EQ(decoded_cell(any, fits), fits);
    EXPECT_NE(decoded_cell(any, too_deep).find("nested too deeply"), std::string::npos);
    // The record itself is one level.
    EXPECT_NE(decoded_value(any, fits).find("nested too deeply"), std::string::npos);
    const std::string within = nested(levels - 1, "{\"a\":[", "]}").substr(0, 4000);
    EXPECT_NE(decoded_value(any, within).find("nested too deeply"), std::string::npos);
    EXPECT_NE(
        decoded_cell(lines, "[{\"product_id\":\"1\",\"quantity\":1,\"x\":" + fits + "}]")
            .find("nested too deeply"),
        std::string::npos
    );
    EXPECT_NE(decoded_cell(any, nested(20'000, "[", "]")).find("nested"), std::string::npos);
}

// Kept without blanks between tokens; strings and numbers stay byte for byte as they were sent.
TEST(JsonField, KeepsTheValue) {
    const std::pair<const char*, const char*> cases[] = {
        {" [ 1 , 2 ]\n", "[1,2]"},
        {"{ \"a b\" : \" x \\\" \\\\ \" , \"c\" : { } }", "{\"a b\":\" x \\\" \\\\ \",\"c\":{}}"},
        {"{\"n\": 12345678901234567890.1200e-3}", "{\"n\":12345678901234567890.1200e-3}"},
        {"[-0, 1E400, 0.10]", "[-0,1E400,0.10]"},
        {"{\"a\":1, \"a\":2}", "{\"a\":1,\"a\":2}"},
        {"[\"\\u0041\\n\\u0000\"]", "[\"\\u0041\\n\\u0000\"]"},
        {"[]", "[]"},
        {"{}", "{}"},
        {"5.0", "5.0"},
        {"true", "true"},
        {"[null]", "[null]"},
        {"[\"\xc2\xa3\"]", "[\"\xc2\xa3\"]"},
    };
    for (const auto& [value, kept] : cases) {
        EXPECT_EQ(decoded_value(any, value), kept);
        EXPECT_EQ(decoded_cell(any, value), kept);
    }
    EXPECT_EQ(
        decoded_value(any, in_quotes("[ {\"a\": \"\xc2\xa3 \\\"\"} ]")),
        "[{\"a\":\"\xc2\xa3 \\\"\"}]"
    );
    EXPECT_EQ(decoded_value(any, "\"\\\"text\\\"\""), "\"text\"");
}

// JSON's null, and an empty text, are null; where the field is required they are refused.
TEST(JsonField, Null) {
    for (const char* value : {"null", "\"null\"", "\"\"", "\" \""}) {
        EXPECT_EQ(decoded_value(any, value), "null");
        EXPECT_TRUE(
            decoded_value("type: json, required: true", value).starts_with("missing_field: ")
        ) << value;
    }
    EXPECT_EQ(decoded_cell(any, ""), "null");
    EXPECT_EQ(decoded_cell(any, std::nullopt), "null");
    EXPECT_EQ(decoded(with_fields({"f: {type: json}"}), "{}"), "null");
    EXPECT_EQ(
        decoded(with_fields({"f: {type: json}"}, "empty_is_null: false\n"), "{\"f\":\"\"}"),
        "wrong_type: f: \"\" is not valid JSON: there is nothing"
    );
    EXPECT_EQ(
        decoded(with_fields({"f: {type: json}"}), "{\"f\":[1],\"F\":[2]}"),
        "duplicate_field: f: is given more than once"
    );
}

// Every item is checked, and the reason says which one and which member of it.
TEST(JsonField, ChecksItems) {
    const std::pair<const char*, const char*> cases[] = {
        {"{}", "wrong_type: f: an object is not an array of objects"},
        {"5", "wrong_type: f: a number is not an array of objects"},
        {"[5]", "wrong_type: f[0]: a number is not an object"},
        {"[null]", "wrong_type: f[0]: null is not an object"},
        {"[{}]", "missing_field: f[0].product_id: is required and is missing"},
        {"[{\"product_id\":\"1\",\"quantity\":2},{\"product_id\":\"2\",\"quantity\":1},"
         "{\"quantity\":1}]",
         "missing_field: f[2].product_id: is required and is missing"},
        {"[{\"product_id\":null,\"quantity\":2}]",
         "missing_field: f[0].product_id: is required and is null"},
        {"[{\"product_id\":\"\",\"quantity\":2}]",
         "missing_field: f[0].product_id: is required and is empty"},
        {"[{\"product_id\":\"1\",\"quantity\":\"two\"}]",
         "wrong_type: f[0].quantity: \"two\" is not an integer"},
        {"[{\"product_id\":\"1\",\"quantity\":0}]",
         "out_of_range: f[0].quantity: 0 is below the minimum 1"},
        {"[{\"product_id\":\"1\",\"quantity\":[1]}]",
         "wrong_type: f[0].quantity: an array is not an integer"},
        {"[{\"product_id\":\"1\",\"quantity\":1,\"price\":1.005}]",
         "out_of_range: f[0].price: 1.005 has more than 2 digits after the point"},
        {"[{\"product_id\":\"1\",\"quantity\":1,\"quantity\":2}]",
         "duplicate_field: f[0].quantity: is given more than once"},
        {"[{\"product_id\":\"1\",\"quantity\":1,\"qu\\u0061ntity\":2}]",
         "duplicate_field: f[0].quantity: is given more than once"},
        {"[{\"Product_Id\":\"1\",\"quantity\":1}]",
         "missing_field: f[0].product_id: is required and is missing"},
        {"[{\"product_id\":\"1\",\"quantity\":1,\"options\":[{\"name\":\"a\"},{}]}]",
         "missing_field: f[0].options[1].name: is required and is missing"},
        {"[{\"product_id\":\"1\",\"quantity\":1,\"options\":{}}]",
         "wrong_type: f[0].options: an object is not an array of objects"},
    };
    for (const auto& [value, wanted] : cases) {
        EXPECT_EQ(decoded_value(lines, value), wanted) << value;
        EXPECT_EQ(decoded_cell(lines, value), wanted) << value;
    }
    const auto decoder = make_decoder(with_fields({"f: {" + std::string(lines) + "}"}));
    RowBatch rows(with_fields({"f: {" + std::string(lines) + "}"})->columns());
    const Padded record("{\"f\":[{}]}");
    EXPECT_EQ(decoder->decode_json(record.view(), rows)->field, "f");
}

// Broken JSON among items is told with its place, in a text as in a record.
TEST(JsonField, BrokenItems) {
    const std::pair<const char*, const char*> cases[] = {
        {"[{\"product_id\":\"1\",\"quantity\":1,}]", "a field's name in quotes is expected"},
        {"[{\"product_id\":\"1\" \"quantity\":1}]", "a ',' or '}' is expected"},
        {"[{\"product_id\" \"1\"}]", "a ':' is expected"},
        {"[{\"product_id\":NaN}]", "a value is expected"},
        {"[{\"x\":NaN}]", "a value is expected"},
        {"[{\"product_id\":\"1\",\"quantity\":1}", "a ',' or ']' is expected"},
        {"[{\"product_id\":\"1\",\"quantity\":1},]", "a value is expected"},
        {"[{5:1}]", "a field's name in quotes is expected"},
        {"[{\"product_id\":", "a value is expected"},
    };
    for (const auto& [value, wanted] : cases) {
        const std::string cell = decoded_cell(lines, value);
        EXPECT_TRUE(cell.starts_with("wrong_type: f: ")) << cell;
        EXPECT_NE(cell.find(wanted), std::string::npos) << value << ": " << cell;
        const std::string bare = decoded_value(lines, value);
        EXPECT_TRUE(bare.starts_with("invalid_json: ")) << value << ": " << bare;
    }
}

// Good items pass as they were sent, unknown members with them, in any order, none at all.
TEST(JsonField, KeepsItems) {
    EXPECT_EQ(decoded_value(lines, "[]"), "[]");
    EXPECT_EQ(
        decoded_value(
            lines,
            "[ {\"quantity\": \"2\", \"note\": {\"x\": [1]}, \"product_id\": 17, \"price\": null,"
            " \"options\": [], \"more\": [1, {}]}, {\"product_id\":\"b\",\"quantity\":3.0} ]"
        ),
        "[{\"quantity\":\"2\",\"note\":{\"x\":[1]},\"product_id\":17,\"price\":null,"
        "\"options\":[],\"more\":[1,{}]},{\"product_id\":\"b\",\"quantity\":3.0}]"
    );
}

// A field behind one of JSON, and a record behind one that was refused, are read as ever.
TEST(JsonField, LeavesTheRestAlone) {
    const auto contract = with_fields(
        {"a: {type: json, items: {x: {type: integer}}}", "b: {type: text, required: true}"}
    );
    EXPECT_EQ(decoded(contract, "{\"a\":[{\"x\":1}],\"b\":\"y\",\"c\":[{}]}"), "[{\"x\":1}]|y");
    const auto decoder = make_decoder(contract);
    RowBatch rows(contract->columns());
    const Padded bad("{\"b\":\"y\",\"a\":\"[{\\\"x\\\":\\\"z\\\"}]\"}");
    EXPECT_TRUE(decoder->decode_json(bad.view(), rows));
    const Padded good("{\"b\":\"y\",\"a\":\"[{\\\"x\\\":2}]\"}");
    EXPECT_FALSE(decoder->decode_json(good.view(), rows));
    rows.commit_row({});
    EXPECT_EQ(shown_row(rows, 0), "[{\"x\":2}]|y");
}

// A long list costs what its bytes cost; one beyond the record's limit is refused.
TEST(JsonField, Size) {
    std::string list = "[";
    for (int i = 0; i < 2'000; ++i) {
        list += (i == 0 ? "" : ",") + std::string("{\"product_id\":\"") + std::to_string(i) +
                "\",\"quantity\":1}";
    }
    list += "]";
    EXPECT_EQ(decoded_cell(lines, list), list);
    const auto small = with_fields({"f: {type: json}"}, "record_bytes_max: 1KiB\n");
    EXPECT_TRUE(decoded(small, "{\"f\":" + list + "}").starts_with("too_large: "));
}

std::string refusal(const std::string& field, const std::string& more = "") {
    const auto contract =
        try_contract("source: a\nkind: stream\n" + more + "fields:\n  f: {" + field + "}\n");
    return contract.ok() ? "accepted" : contract.error().describe();
}

// Options that make no sense for JSON are refused at their place.
TEST(JsonField, RefusesSlips) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"type: json, max_length: 5", "", "max_length does not go with the type json"},
        {"type: json, pattern: x", "", "pattern does not go with the type json"},
        {"type: json, accepted_values: [a]", "", "accepted_values does not go with the type json"},
        {"type: json, integral: true", "", "integral does not go with the type json"},
        {"type: json, formats: [iso]", "", "formats does not go with the type json"},
        {"type: json, min: 1", "", "min does not go with the type json"},
        {"type: text, items: {a: {type: text}}", "", "items goes with the type json only"},
        {"type: json, items: {}", "", "items has fields"},
        {"type: json, items: [a]", "", "items has fields"},
        {"type: json, items: {a: text}", "", "field 'a' needs its type"},
        {"type: json, items: {a: {type: txt}}", "", "unknown type 'txt'"},
        {"type: json, items: {a: {type: text, aliases: [b]}}",
         "",
         "members of items have no aliases"},
        {"type: json, required: true", "key: [f]\n", "'f' is json, which no key can be"},
        {"type: json, required: true", "partition_by: f\n", "'f' is json, which no key can be"},
    };
    for (const auto& [field, more, wanted] : cases) {
        const std::string got = refusal(field, more);
        EXPECT_NE(got.find(wanted), std::string::npos) << field << ": " << got;
    }
    EXPECT_EQ(refusal("type: json, items: {productId: {type: text}}"), "accepted");
}

// The column is a text; what its items must be is part of the contract's fingerprint.
TEST(JsonField, Fingerprint) {
    const auto text = with_fields({"f: {type: text}"});
    const auto json = with_fields({"f: {type: json}"});
    const auto items = with_fields({"f: {type: json, items: {a: {type: text}}}"});
    const auto other = with_fields({"f: {type: json, items: {a: {type: integer}}}"});
    EXPECT_EQ(to_sql(json->columns()[0]), to_sql(text->columns()[0]));
    EXPECT_NE(text->fingerprint(), json->fingerprint());
    EXPECT_NE(json->fingerprint(), items->fingerprint());
    EXPECT_NE(items->fingerprint(), other->fingerprint());
}

}  // namespace
}  // namespace tradewind::contract
