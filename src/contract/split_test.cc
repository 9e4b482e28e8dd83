// Bodies of requests to records.
#include <gtest/gtest.h>

#include "base/json.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

std::string split(std::string_view body, BodyFormat format, std::size_t records_max = 100) {
    const Padded padded(body);
    const auto records = split_records(padded.view(), format, records_max);
    if (!records.ok()) return "refused: " + records.error().message();
    std::string joined;
    for (const std::string_view record : *records) joined += "<" + std::string(record) + ">";
    return joined;
}

std::string json(std::string_view body, std::size_t records_max = 100) {
    return split(body, BodyFormat::Json, records_max);
}

std::string lines(std::string_view body, std::size_t records_max = 100) {
    return split(body, BodyFormat::Ndjson, records_max);
}

// What is no object and no array of records is refused with the place.
TEST(SplitJson, Refuses) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "the body is empty"},
        {" \r\n\t ", "the body is empty"},
        {"\xef\xbb\xbf", "the body is empty"},
        {"1", "the body is neither a JSON object nor an array"},
        {"\"{}\"", "the body is neither a JSON object nor an array"},
        {"}", "the body is neither a JSON object nor an array"},
        {"{", "record 0 at byte 0 does not end"},
        {" {\"a\":[}", "record 0 at byte 1 does not end"},
        {"{\"a\":\"}", "record 0 at byte 0 does not end"},
        {"{}{}", "more follows after the JSON at byte 2"},
        {"{}\n{}", "more follows after the JSON at byte 3"},
        {"{} x", "more follows after the JSON at byte 3"},
        {"[", "the array does not end"},
        {"[{}", "the array does not end"},
        {"[{},", "the array does not end"},
        {"[{}, {\"a\":1", "record 1 at byte 5 does not end"},
        {"[{}, \"a", "record 1 at byte 5 does not end"},
        {"[{},]", "a record is expected at byte 4"},
        {"[,{}]", "a record is expected at byte 1"},
        {"[{} {}]", "a ',' or ']' is expected at byte 4"},
        {"[{}}", "a ',' or ']' is expected at byte 3"},
        {"[{}]]", "more follows after the JSON at byte 4"},
        {"[{}] [{}]", "more follows after the JSON at byte 5"},
    };
    for (const auto& [body, message] : cases)
        EXPECT_EQ(json(body), "refused: " + std::string(message)) << body;
}

// Too many records are refused before anything is kept of them; one that is nested too deeply is
// told apart from its neighbours, for the decoder to refuse.
TEST(SplitJson, IsBounded) {
    EXPECT_EQ(json("[{},{},{}]", 2), "refused: the body has more than 2 records");
    EXPECT_EQ(json("[{},{}]", 2), "<{}><{}>");
    const std::string deep = std::string(65, '[') + std::string(65, ']');
    EXPECT_EQ(json("[{}," + deep + ",{}]"), "<{}><" + deep + "><{}>");
    EXPECT_EQ(json(std::string(1'000'000, '[')), "refused: record 0 at byte 1 does not end");
}

// Records come out as they were sent; a bad one among them is for the decoder to refuse.
TEST(SplitJson, Splits) {
    EXPECT_EQ(json(" {\"a\":1} \n"), "<{\"a\":1}>");
    EXPECT_EQ(json("\xef\xbb\xbf{\"a\":1}"), "<{\"a\":1}>");
    EXPECT_EQ(json("[]"), "");
    EXPECT_EQ(json(" [ ] "), "");
    EXPECT_EQ(json("[{\"a\":[1,{}]} , {} ,\n{\"b\":2}]"), "<{\"a\":[1,{}]}><{}><{\"b\":2}>");
    EXPECT_EQ(
        json(R"([{"a":"}]"},{"b":"\"}"},{"c":"\\"},{"d":"\\\"]"}])"),
        R"(<{"a":"}]"}><{"b":"\"}"}><{"c":"\\"}><{"d":"\\\"]"}>)"
    );
    EXPECT_EQ(json("[1, \"a,]\", null , [2,3],tru]"), "<1><\"a,]\"><null><[2,3]><tru>");
    EXPECT_EQ(json("[{\"a\":1]}]"), "refused: a ',' or ']' is expected at byte 8");
}

// Strings, escapes and brackets at every position relative to the blocks that the scan reads.
TEST(SplitJson, BlocksDoNotShow) {
    for (std::size_t pad = 0; pad < 200; ++pad) {
        const std::string blanks(pad, ' ');
        for (const char* tricky : {R"("\\\\\"}{][")", R"("\"")", R"("\\")", "[[{}]]", R"("}")"}) {
            const std::string record = "{\"a\":" + blanks + tricky + "}";
            EXPECT_EQ(json("[" + record + ",{}]"), "<" + record + "><{}>");
            const std::string text = "{\"" + std::string(pad, 'x') + "\":" + tricky + "}";
            EXPECT_EQ(json(blanks + "[" + text + "," + text + "]"), "<" + text + "><" + text + ">");
        }
    }
}

// A backslash as a block's last byte escapes the next block's first.
TEST(SplitJson, EscapesCrossBlocks) {
    for (std::size_t size = 1; size < 140; ++size) {
        for (std::size_t backslashes = 1; backslashes < 8; ++backslashes) {
            const std::string text = std::string(size, 'x') + std::string(backslashes, '\\') +
                                     (backslashes % 2 == 1 ? "\"" : "");
            const std::string record = "{\"a\":\"" + text + "}{\"}";
            EXPECT_EQ(json("[" + record + "]"), "<" + record + ">");
        }
    }
}

// One record a line, whatever ends the lines; blank lines are nothing.
TEST(SplitLines, Splits) {
    EXPECT_EQ(lines("{}\n{}\n"), "<{}><{}>");
    EXPECT_EQ(lines("{}\n{}"), "<{}><{}>");
    EXPECT_EQ(lines("{}\r\n{}\r\n"), "<{}><{}>");
    EXPECT_EQ(lines("\n\r\n  {\"a\": 1}  \n\n \t\n{}\n\n"), "<{\"a\": 1}><{}>");
    EXPECT_EQ(lines("\xef\xbb\xbf{}\n"), "<{}>");
    EXPECT_EQ(lines("not json\n{\"a\":\"\\n\"}"), "<not json><{\"a\":\"\\n\"}>");
    EXPECT_EQ(lines("{} {}\n"), "<{} {}>");
}

// No lines, or too many of them.
TEST(SplitLines, Refuses) {
    EXPECT_EQ(lines(""), "refused: the body is empty");
    EXPECT_EQ(lines("\n \r\n"), "refused: the body is empty");
    EXPECT_EQ(lines("{}\n{}\n{}", 2), "refused: the body has more than 2 records");
    EXPECT_EQ(lines("{}\n{}\n\n", 2), "<{}><{}>");
}

// A body cut at any byte is refused or gives whole records of the uncut one.
TEST(SplitJson, TruncatedAtEveryByte) {
    const std::string body = R"([{"a":"x}\"","b":[1,2]}, {"c":{"d":null}} ,{}])";
    const std::string whole = json(body);
    for (std::size_t size = 0; size < body.size(); ++size) {
        EXPECT_TRUE(json(std::string_view(body).substr(0, size)).starts_with("refused")) << size;
    }
    EXPECT_EQ(whole, R"(<{"a":"x}\"","b":[1,2]}><{"c":{"d":null}}><{}>)");
}

}  // namespace
}  // namespace tradewind::contract
