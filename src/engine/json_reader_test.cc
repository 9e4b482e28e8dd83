// JSON and NDJSON files as people have them, hostile input first.
#include <gmock/gmock.h>

#include "engine/file_reader_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class JsonReaderTest : public FileReaderTest {
protected:
    static std::string originals(const ReadFile& file) {
        std::string text;
        for (const ReadRow& row : file.rows)
            text += std::to_string(row.line) + ":" + row.original + ";";
        return text;
    }
};

// One record a line: each with its line, blank lines skipped, bad lines left to the contract.
TEST_F(JsonReaderTest, Ndjson) {
    const ReadFile file = read("{\"a\":1}\r\n\n  \n{\"a\":2}\nnot json\n{\"a\":", "x.ndjson");
    EXPECT_EQ(file.error, "");
    EXPECT_EQ(file.format.kind, FileKind::Ndjson);
    EXPECT_TRUE(file.header.empty());
    EXPECT_EQ(originals(file), "1:{\"a\":1};4:{\"a\":2};5:not json;6:{\"a\":;");
    EXPECT_EQ(read("{\"a\":1}\n{\"a\":2}\n", "plain").format.kind, FileKind::Ndjson);
}

// An array, or values one after another, however they are spread over lines.
TEST_F(JsonReaderTest, Arrays) {
    const ReadFile file = read("[\n {\"a\": \"]},{\"},\n {\"b\":\n  [1, {}]}\n]\n", "x.json");
    EXPECT_EQ(file.error, "");
    EXPECT_EQ(file.format.kind, FileKind::Json);
    EXPECT_EQ(originals(file), "2:{\"a\": \"]},{\"};3:{\"b\":\n  [1, {}]};");
    EXPECT_EQ(originals(read("{\"a\":\n1}\n{\"b\":2}", "x.json")), "1:{\"a\":\n1};3:{\"b\":2};");
    EXPECT_EQ(read("[]", "x.json").rows.size(), 0u);
    EXPECT_EQ(read("[]", "x.json").error, "");
    EXPECT_EQ(originals(read("[1, \"x\", null]", "x.json")), "1:1;1:\"x\";1:null;");
}

// Damage is named with file and line, after the records before it.
TEST_F(JsonReaderTest, RefusesDamage) {
    const std::pair<const char*, const char*> cases[] = {
        {"[{\"a\":1},\n{\"b\":2", "does not end"},
        {"[{\"a\":1},\n{\"b\":2}", "its array does not end"},
        {"[{\"a\":1}\n{\"b\":2}]", "a comma is missing"},
        {"[{\"a\":1}\n] x", "followed by something else"},
        {"[{\"a\":1},\n", "its array does not end"},
        {"[{\"a\":1},\n{\"b\":\"open}]", "does not end"},
    };
    for (const auto& [text, expected] : cases) {
        const ReadFile file = read(text, "x.json");
        EXPECT_THAT(file.error, AllOf(StartsWith("invalid_argument"), HasSubstr(expected))) << text;
        EXPECT_THAT(file.error, HasSubstr("line 2")) << text;
    }
}

// A record beyond the limit is refused with its line; so is depth without end; memory is bounded.
TEST_F(JsonReaderTest, RefusesWhatIsTooLarge) {
    const std::string large(3u << 20, 'x');
    EXPECT_THAT(
        read("{\"a\":1}\n{\"a\":\"" + large + "\"}\n", "x.ndjson").error,
        AllOf(StartsWith("resource_exhausted"), HasSubstr("line 2"))
    );
    EXPECT_THAT(
        read("[{\"a\":1},\n{\"a\":\"" + large + "\"}]", "x.json").error,
        AllOf(StartsWith("resource_exhausted"), HasSubstr("line 2"))
    );
    EXPECT_THAT(
        read("{\"a\":1}\n{\"a\":\"" + large, "x.ndjson").error, StartsWith("resource_exhausted")
    );
    const ReadFile deep = read(std::string(3u << 20, '['), "x.json");
    EXPECT_THAT(deep.error, StartsWith("resource_exhausted"));
}

// Other encodings come out as UTF-8; bytes that are of none are a problem of their record.
TEST_F(JsonReaderTest, Encodings) {
    EXPECT_EQ(originals(read("\xef\xbb\xbf{\"a\":1}\n", "x.ndjson")), "1:{\"a\":1};");
    const ReadFile latin = read("{\"a\":\"\xa3\"}\n", "x.ndjson");
    EXPECT_EQ(latin.rows[0].original, "{\"a\":\"\xc2\xa3\"}");
    const ReadFile mixed = read("{\"a\":\"\xc2\xa3\xc2\xa3\"}\n{\"a\":\"\xff\"}\n", "x.ndjson");
    EXPECT_EQ(mixed.rows[0].problem, "");
    EXPECT_THAT(mixed.rows[1].problem, HasSubstr("is not utf-8"));
}

}  // namespace
}  // namespace tradewind::engine
