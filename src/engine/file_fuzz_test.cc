// Mutated text files against their readers: no crash, no byte of a row lost, lines that only grow.
#include <gmock/gmock.h>

#include "base/fuzz_kit.h"
#include "base/text.h"
#include "engine/file_reader_test_support.h"

namespace tradewind::engine {
namespace {

using FileFuzzTest = FileReaderTest;

// Rows come in order, their originals stand in the file one after another, and good rows have as
// many cells as the header.
TEST_F(FileFuzzTest, Csv) {
    const std::vector<std::string> seeds = {
        "id,name\n1,ann\n2,\"b\"\"ob\"\n",
        "a;b;c\r\n1;\"x\r\ny\";3\r\n",
        "a\tb\n1\t2\n",
        "\xef\xbb\xbfid,x\n1,\xc2\xa3\n",
        "id,x\n1,\xa3\n",
        "a,b\n1,\"open\n2,3\n"
    };
    const std::vector<std::string> pieces = {
        "\"", ",", ";", "\n", "\r\n", "\r", "\"\"", std::string(1, '\0'), "\xff", "\xc2\xa3", "\\\""
    };
    FileOptions options = reader_options();
    options.encoding = "utf-8";
    fuzz_rounds([&](FuzzRandom& random) {
        const std::string text = changed(random, seeds, pieces);
        options.chunk_rows = 1 + random.below(4);
        const ReadFile read = read_all(file("x.csv", text), options);
        std::size_t at = 0;
        std::int64_t line = 0;
        for (const ReadRow& row : read.rows) {
            EXPECT_GT(row.line, line);
            line = row.line;
            const std::size_t found = text.find(row.original, at);
            ASSERT_NE(found, std::string::npos) << text;
            at = found + row.original.size();
            EXPECT_TRUE(!row.problem.empty() || row.cells.size() == read.header.size()) << text;
            EXPECT_TRUE(!row.problem.empty() || valid_utf8(row.original)) << text;
        }
        const FileOptions detecting = reader_options();
        for (const ReadRow& row : read_all(folder.path("x.csv"), detecting).rows)
            EXPECT_TRUE(!row.problem.empty() || valid_utf8(row.original)) << text;
    });
}

// The same of JSON and NDJSON.
TEST_F(FileFuzzTest, Json) {
    const std::vector<std::string> seeds = {
        R"([{"a":1},{"b":[1,{"c":"]"}]}])", "{\"a\":1}\n{\"b\":\"\\\"\"}\n", "[]", "{\"a\":\n1}"
    };
    const std::vector<std::string> pieces = {
        "\"", "[", "]", "{", "}", ",", "\\", "\n", "\xff", std::string(1, '\0'), "null"
    };
    fuzz_rounds([&](FuzzRandom& random) {
        const std::string text = changed(random, seeds, pieces);
        for (const char* name : {"x.json", "x.ndjson"}) {
            FileOptions options = reader_options();
            options.encoding = "utf-8";
            const ReadFile read = read_all(file(name, text), options);
            std::size_t at = 0;
            for (const ReadRow& row : read.rows) {
                const std::size_t found = text.find(row.original, at);
                ASSERT_NE(found, std::string::npos) << text;
                at = found + row.original.size();
            }
        }
    });
}

}  // namespace
}  // namespace tradewind::engine
