#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/limits.h"

namespace tradewind::json {
namespace {

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

// Documents that are no JSON are refused, with the line and column of the fault.
TEST(JsonParse, RefusesWithPlace) {
    struct Case {
        std::string text;
        std::string message;
    };
    const Case cases[] = {
        {"", "empty text is no JSON (line 1, column 1)"},
        {" \n\t", "empty text is no JSON (line 1, column 1)"},
        {"{\n  \"a\": tru\n}", "not a JSON value (line 2, column 8)"},
        {"{\"a\": 01}", "not a JSON number (line 1, column 7)"},
        {"[1,\n 2,\n +3]", "not valid JSON here (line 3, column 2)"},
        {"[1, .5]", "not valid JSON here (line 1, column 5)"},
        {"[1.]", "not a JSON number (line 1, column 2)"},
        {"[1e]", "not a JSON number (line 1, column 2)"},
        {"[-]", "not a JSON number (line 1, column 2)"},
        {"[0x10]", "not a JSON number (line 1, column 2)"},
        {"[1\v]", "not a JSON number (line 1, column 2)"},
        {"[\"ok\", \"\\ud800\"]", "bad escape in a string (line 1, column 8)"},
        {"[\"\\x41\"]", "bad escape in a string (line 1, column 2)"},
        {"\"never closed", "string without its closing quote (line 1, column 1)"},
        {"[\"a\nb\"]", "bare control character in a string (line 1, column 4)"},
        {"[\"caf\xe9\"]", "not valid UTF-8 (line 1, column 6)"},
        {"\xff\xfe", "not valid UTF-8 (line 1, column 1)"},
    };
    for (const Case& c : cases) {
        const auto parsed = parse(c.text);
        ASSERT_FALSE(parsed.ok()) << c.text;
        EXPECT_EQ(parsed.error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(parsed.error().message(), c.message) << c.text;
    }
}

// Brackets, commas and words out of place are refused, whatever they stand next to.
TEST(JsonParse, RefusesBrokenStructure) {
    const char* const cases[] = {
        "{",
        "}",
        "[",
        "]",
        "[1 2]",
        "[1,]",
        "[,1]",
        "1 2",
        "1,2",
        "1]",
        "1] [2",
        "],[",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:2}",
        "{\"a\" 1}",
        "[1}",
        "{\"a\":1]",
        "nul",
        "truex",
        "True",
        "NaN",
        "Infinity",
        "'a'",
        "[1] x",
        "{} {}",
        "[[1]",
        "[1,[2]",
        "// c\n1",
        "[1]//",
        "\"a\"\"b\"",
        "\\u0061",
        "{\"a\":1 \"b\":2}",
        "[\"\\udc00\"]",
        "[nullnull]",
        "[1]\xef\xbb\xbf",
    };
    for (const char* text : cases) EXPECT_FALSE(parse(text).ok()) << text;
    EXPECT_FALSE(parse(std::string_view("[1]\0", 4)).ok());
    EXPECT_FALSE(parse(std::string_view("1\0", 2)).ok());
}

// The limit of nesting is exact, for arrays and objects, and far beyond it nothing overflows.
TEST(JsonParse, LimitsDepth) {
    EXPECT_TRUE(parse(nested(limits::json_depth_max)).ok());
    const auto refused = parse(nested(limits::json_depth_max + 1));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message().rfind("nested deeper than 64 levels", 0), 0u);
    EXPECT_FALSE(parse(nested(1'000'000)).ok());
    EXPECT_FALSE(parse(std::string(1'000'000, '[')).ok());
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    EXPECT_FALSE(parse(objects).ok());
}

// Numbers keep every digit as written, and convert only when they fit.
TEST(JsonParse, KeepsDigits) {
    for (const char* digits :
         {"0",
          "-0",
          "2.50",
          "1e400",
          "-1E+5",
          "9223372036854775807",
          "-9223372036854775808",
          "123456789012345678901234567890.123456789",
          "0.1",
          "1e-400"}) {
        const auto parsed = parse(digits);
        ASSERT_TRUE(parsed.ok()) << digits;
        EXPECT_EQ(parsed->kind(), Kind::Number);
        EXPECT_EQ(parsed->text(), digits);
        EXPECT_EQ(parsed->dump(), digits);
    }
}

// Integers at the edge of 64 bits, and what only looks like one.
TEST(JsonValue, ReadsIntegers) {
    const auto integer = [](const char* text) { return MUST(parse(text)).as_integer(); };
    EXPECT_EQ(MUST(integer("9223372036854775807")), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(MUST(integer("-9223372036854775808")), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(MUST(integer("-0")), 0);
    EXPECT_EQ(MUST(integer("1e3")), 1000);
    EXPECT_EQ(MUST(integer("2.0")), 2);
    for (const char* text :
         {"9223372036854775808",
          "-9223372036854775809",
          "2.5",
          "1e400",
          "1e-1",
          "\"5\"",
          "true",
          "null",
          "[]"}) {
        EXPECT_FALSE(integer(text).ok()) << text;
    }
}

// Doubles are read as written; what no double can hold is refused, never infinity.
TEST(JsonValue, ReadsDoubles) {
    EXPECT_EQ(MUST(MUST(parse("9.949999999999999")).as_double()), 9.949999999999999);
    EXPECT_EQ(MUST(MUST(parse("-1E+5")).as_double()), -100000.0);
    EXPECT_FALSE(MUST(parse("1e400")).as_double().ok());
    EXPECT_FALSE(MUST(parse("\"1\"")).as_double().ok());
}

// Members keep their order, the last of equal names counts, escaped names are equal to plain ones.
TEST(JsonValue, Members) {
    const Value value = MUST(parse(R"({"b":1,"a":2,"\u0062":3,"c":{"b":4},"t":"x","f":true})"));
    EXPECT_EQ(value.dump(), R"({"a":2,"b":3,"c":{"b":4},"t":"x","f":true})");
    EXPECT_EQ(value.find("absent"), nullptr);
    EXPECT_EQ(value.integer_or("b", 0), 3);
    EXPECT_EQ(value.integer_or("t", 7), 7);
    EXPECT_EQ(value.text_or("t", ""), "x");
    EXPECT_EQ(value.text_or("b", "fallback"), "fallback");
    EXPECT_TRUE(value.boolean_or("f", false));
    EXPECT_TRUE(value.boolean_or("t", true));
}

// A document with very many members is read in reasonable time: no search for each of them.
TEST(JsonParse, ManyMembers) {
    std::string text = "{";
    for (int i = 0; i < 200'000; ++i)
        text += (i > 0 ? ",\"k" : "\"k") + std::to_string(i % 100'000) + "\":" + std::to_string(i);
    const Value value = MUST(parse(text + "}"));
    EXPECT_EQ(value.members().size(), 100'000u);
    EXPECT_EQ(value.integer_or("k7", 0), 100'007);
}

// Strings survive a round trip; escapes, surrogate pairs and NUL included.
TEST(JsonParse, Strings) {
    EXPECT_EQ(
        MUST(parse(R"("\u0041\n\"\\\/\ud83d\ude00\u0000")")).text(),
        std::string("A\n\"\\/\xf0\x9f\x98\x80\0", 10)
    );
    std::string all;
    for (int byte = 0; byte < 0x80; ++byte) all.push_back(static_cast<char>(byte));
    all += "\u00e9\u20ac\U0001f600";
    std::string written;
    append_string(written, all);
    EXPECT_EQ(MUST(parse(written)).text(), all);
}

// Bytes that are not UTF-8 are written as U+FFFD, so that whatever we write can be read.
TEST(JsonWrite, ReplacesInvalidUtf8) {
    struct Case {
        std::string text;
        std::string written;
    };
    const std::string r = "\xef\xbf\xbd";
    const Case cases[] = {
        {"caf\xe9", "\"caf" + r + "\""},
        {"\xc3", "\"" + r + "\""},
        {"\xed\xa0\x80", "\"" + r + r + r + "\""},
        {"\xc0\xaf", "\"" + r + r + "\""},
        {"\xf5\x80\x80\x80", "\"" + r + r + r + r + "\""},
        {"\xe2\x82", "\"" + r + r + "\""},
    };
    for (const Case& c : cases) {
        std::string out;
        append_string(out, c.text);
        EXPECT_EQ(out, c.written);
        EXPECT_TRUE(parse(out).ok());
    }
}

// The writer puts commas where they belong, at every level.
TEST(JsonWrite, Structure) {
    std::string out;
    Writer w(out);
    w.begin_object();
    w.key("items");
    w.begin_array();
    w.begin_object();
    w.end_object();
    w.begin_array();
    w.end_array();
    w.number(std::int64_t{-1});
    w.number(0.1);
    w.number(std::numeric_limits<double>::infinity());
    w.number(std::numeric_limits<double>::quiet_NaN());
    w.end_array();
    w.key("total");
    w.number_text("139.120");
    w.key("none");
    w.null();
    w.key("raw");
    w.raw("[1]");
    w.key("yes");
    w.boolean(true);
    w.end_object();
    EXPECT_EQ(
        out,
        R"({"items":[{},[],-1,0.1,null,null],"total":139.120,"none":null,"raw":[1],"yes":true})"
    );
}

// A tree built by hand prints on one line and in levels, and both read back as the same.
TEST(JsonValue, Builds) {
    Value value = Value::object();
    value.set("a", std::int64_t{1});
    value.set("list", Value::array()).add(Value::boolean(false));
    value.set("a", "again");
    value.set("empty", Value::object());
    EXPECT_EQ(value.dump(), R"({"a":"again","list":[false],"empty":{}})");
    EXPECT_EQ(
        value.dump_pretty(),
        "{\n  \"a\": \"again\",\n  \"list\": [\n    false\n  ],\n  \"empty\": {}\n}"
    );
    EXPECT_EQ(MUST(parse(value.dump_pretty())).dump(), value.dump());
}

// JSON's grammar of numbers, to the letter.
TEST(JsonNumber, Grammar) {
    for (const char* good : {"0", "-0", "10", "1.0", "-1.5e-7", "1E+9", "0e0"})
        EXPECT_TRUE(is_number(good)) << good;
    for (const char* bad :
         {"",
          "-",
          "+1",
          "01",
          "-01",
          ".5",
          "1.",
          "1e",
          "1e+",
          "1.e5",
          "0x1",
          "NaN",
          " 1",
          "1 ",
          "1-"}) {
        EXPECT_FALSE(is_number(bad)) << bad;
    }
}

}  // namespace
}  // namespace tradewind::json
