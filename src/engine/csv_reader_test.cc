#include <gmock/gmock.h>

#include "engine/file_reader_test_support.h"

namespace tradewind::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using CsvReaderTest = FileReaderTest;

// The plain case: header, rows, line ends of all kinds, blank lines, no newline at the end.
TEST_F(CsvReaderTest, RowsKeepTheirPlaces) {
    const ReadFile file = read("id,name\r\n1,ann\r\n\n2,bob\r3,\"c\"\"d\ne\"\n4,last");
    EXPECT_EQ(file.error, "");
    EXPECT_THAT(file.header, ElementsAre("id", "name"));
    ASSERT_EQ(file.rows.size(), 4);
    EXPECT_EQ(joined(file.rows[0].cells), "1|ann");
    EXPECT_EQ(file.rows[1].line, 4);
    EXPECT_EQ(file.rows[2].line, 5);
    EXPECT_EQ(joined(file.rows[2].cells), "3|c\"d\ne");
    EXPECT_EQ(file.rows[2].original, "3,\"c\"\"d\ne\"");
    EXPECT_EQ(file.rows[3].line, 7);
    EXPECT_EQ(file.rows[3].row, 4);
}

// The real file in ISO-8859-1 comes out whole, with its pound signs as UTF-8.
TEST_F(CsvReaderTest, RealOnlineRetail) {
    const std::string path = test_data("online_retail/data.iso8859-1.csv.gz");
    if (path.empty()) GTEST_SKIP() << "no real data here";
    auto reader = MUST(open_file(path, reader_options()));
    RowChunk chunk;
    std::int64_t rows = 0;
    std::int64_t pounds = 0;
    std::int64_t malformed = 0;
    while (MUST(reader->next(chunk))) {
        for (const FileRow& row : chunk.rows) {
            ++rows;
            if (!row.problem.empty()) ++malformed;
            if (row.original.find("\xc2\xa3") != std::string_view::npos) ++pounds;
        }
    }
    EXPECT_EQ(rows, 541'909);
    EXPECT_EQ(malformed, 0);
    EXPECT_GT(pounds, 0);
    EXPECT_EQ(reader->format().encoding, "iso-8859-1");
}

}  // namespace
}  // namespace tradewind::engine
