// CSV as people have it, hostile input first.
#include <gmock/gmock.h>

#include <algorithm>

#include "engine/file_reader_test_support.h"
#include "engine/text_source.h"

namespace tradewind::engine {
namespace {

// The encoding is guessed by all bytes beyond ASCII: a damaged place does not make UTF-8 another
// encoding, and one pound sign does not make Latin-1 UTF-8.
TEST(Encoding, IsGuessedByWhatPrevails) {
    const std::pair<const char*, Encoding> texts[] = {
        {"plain", Encoding::Detect},
        {"L\xc3\x96VE \xc2\xa3\n\xff\xfe bad", Encoding::Utf8},
        {"ok \xc3\xa9\n\xed\xa0\x80", Encoding::Utf8},
        {"\xc2\xa3 and \xa3", Encoding::Utf8},
        {"\xa3 5", Encoding::Latin1},
        {"caf\xe9 \xa3 \xc2\xa3", Encoding::Latin1},
        {"\x80 5", Encoding::Windows1252},
    };
    for (const auto& [text, expected] : texts)
        EXPECT_EQ(to_string(detect_by_bytes(text, true)), to_string(expected)) << text;
}

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
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

// Apostrophes are quotes where the first rows say so as one, and nowhere else.
TEST_F(CsvReaderTest, FindsTheQuote) {
    const auto first_row = [&](const std::string& text) {
        const ReadFile file = read(text);
        return std::string(1, file.format.quote) + " " + joined(file.rows.at(0).cells);
    };
    EXPECT_EQ(first_row("id,name,place\n'1','mug, red','UK'\n"), "' 1|mug, red|UK");
    EXPECT_EQ(first_row("'id','name'\n'1','it''s'\n'2','b'\n"), "' 1|it's");
    EXPECT_EQ(first_row("id;name;n\n'a';'b;c';1\n'd';'';2\n"), "' a|b;c|1");
    EXPECT_EQ(first_row("id,name\n1,'mug, red'\n2,plain\n"), "' 1|mug, red");
    EXPECT_EQ(first_row("'id','name'\n'1','two\nlines'\n"), "' 1|two\nlines");
    const std::pair<const char*, const char*> plain[] = {
        {"id,name\n1,'tis\n2,b\n", "\" 1|'tis"},
        {"id,name\n1,'SPECIAL'\n2,b\n", "\" 1|'SPECIAL'"},
        {"id,name\n1,'SPECIAL'\n", "\" 1|'SPECIAL'"},
        {"id,name\n'001,a\n'002,b\n", "\" '001|a"},
        {"id,name\n1,'RED' MUG\n2,'BLUE' MUG\n3,'BIG' MUG\n", "\" 1|'RED' MUG"},
        {"id,name\n\"1\",'a'\n\"2\",'b'\n\"3\",'c'\n", "\" 1|'a'"},
        {"name\n'a'\n'b'\n'c'\n", "\" 'a'"},
        {"id,name\n1,O'Neil\n2,D'Arcy\n", "\" 1|O'Neil"},
    };
    for (const auto& [text, expected] : plain) EXPECT_EQ(first_row(text), expected) << text;
    FileOptions options = reader_options();
    options.columns = {"id", "name"};
    const ReadFile named = read_all(file("part.csv", "a,b\nc,d\n"), options);
    EXPECT_FALSE(named.format.header);
    EXPECT_THAT(named.header, ElementsAre("id", "name"));
    EXPECT_EQ(named.rows.size(), 2u);
    options.columns = {"id"};
    EXPECT_THAT(read_all(file("part.csv", "a,b\n"), options).error, HasSubstr("2 cells, not 1"));
}

// A first row with a number or a date is a row; the words that number parsers know are names.
TEST_F(CsvReaderTest, TellsAHeaderFromARow) {
    for (const char* names : {"id,nan,x", "Inf,y", "infinity,NaN", "inf", "id, nan "}) {
        EXPECT_TRUE(read(names + std::string("\nu,1,y\n")).format.header) << names;
    }
    for (const char* values : {"nan,1.5,x", "inf,2024-01-02", "a,-inf", "-Infinity,x", "+inf,x"}) {
        EXPECT_FALSE(read(values + std::string("\nu,1,y\n")).format.header) << values;
    }
    EXPECT_THAT(read("id,nan,x\nu,1,y\n").header, ElementsAre("id", "nan", "x"));
}

// The delimiter is found, also where others stand in the cells; one that is given counts.
TEST_F(CsvReaderTest, FindsTheDelimiter) {
    EXPECT_EQ(read("a;b\n1,5;2,5\n3,5;4,5\n").format.delimiter, ';');
    EXPECT_EQ(read("a\tb\n1,2\t3\n").format.delimiter, '\t');
    EXPECT_EQ(read("a|b\n1|2\n").format.delimiter, '|');
    EXPECT_EQ(read("sep=;\na;b,c\n1;2,3\n").header, (std::vector<std::string>{"a", "b,c"}));
    EXPECT_EQ(read("\"a;b;c\",d\n\"1;2;3\",4\n").format.delimiter, ',');
    FileOptions options = reader_options();
    options.delimiter = '^';
    EXPECT_THAT(
        read_all(file("x.csv", "a^b\n1^2,3\n"), options).rows[0].cells, ElementsAre("1", "2,3")
    );
    const ReadFile bare = read("536365,6,2.55\n536366,6,1.85\n");
    EXPECT_FALSE(bare.format.header);
    EXPECT_THAT(bare.header, ElementsAre("column_1", "column_2", "column_3"));
    EXPECT_EQ(bare.rows.size(), 2u);
}

// Quotes as RFC 4180 has them: doubled inside, delimiters and line ends inside, and nothing after.
TEST_F(CsvReaderTest, Quotes) {
    const ReadFile quoted = read("a,b\n\"x,\"\"y\"\"\",\"1\r\n2\"\n\"\",\n");
    EXPECT_THAT(quoted.rows[0].cells, ElementsAre("x,\"y\"", "1\r\n2"));
    EXPECT_THAT(quoted.rows[1].cells, ElementsAre("", ""));
    EXPECT_EQ(quoted.rows[1].line, 4);
    // A quote inside of an unquoted cell is a character: 12" plates.
    EXPECT_THAT(read("a,b\n12\" plate,1\n").rows[0].cells, ElementsAre("12\" plate", "1"));
    // A backslash is a character too, so that \\"" is a backslash and an escaped quote.
    EXPECT_THAT(read("a,b\n\"x\\\"\"\",2\n").rows[0].cells, ElementsAre("x\\\"", "2"));
    const ReadFile after = read("a,b\n\"x\"y,2\n3,4\n");
    EXPECT_EQ(after.rows[0].problem, "text follows a closing quote on line 2");
    EXPECT_EQ(after.rows[0].original, "\"x\"y,2");
    EXPECT_EQ(after.rows[1].problem, "");
}

// A quote that never closes spoils its own line, which is named, and not the rest of the file.
TEST_F(CsvReaderTest, QuotesThatNeverClose) {
    const ReadFile rest = read("a,b\n1,2\n3,\"open\n5,6\n7,8\n");
    ASSERT_EQ(rest.rows.size(), 4u);
    EXPECT_EQ(rest.error, "");
    EXPECT_EQ(rest.rows[1].problem, "the quote that opens on line 3 never closes");
    EXPECT_EQ(rest.rows[1].original, "3,\"open");
    EXPECT_EQ(rest.rows[1].line, 3);
    EXPECT_THAT(rest.rows[3].cells, ElementsAre("7", "8"));
    EXPECT_EQ(rest.rows[3].line, 5);
    EXPECT_THAT(
        read("\"a,b\n1,2\n").error,
        AllOf(StartsWith("invalid_argument"), HasSubstr("header"), HasSubstr("line 1"))
    );
    // Far beyond what a row may be: memory stays bounded, and later rows come out.
    std::string large = "a,b\n1,\"open\n";
    while (large.size() < 5u << 20) large += "2,22222222222222222222222222222222222222222222\n";
    const ReadFile file = read(large);
    EXPECT_EQ(file.error, "");
    EXPECT_EQ(file.rows[0].problem, "the quote that opens on line 2 never closes");
    EXPECT_EQ(file.rows.back().problem, "");
    EXPECT_EQ(
        file.rows.size(), static_cast<std::size_t>(std::count(large.begin(), large.end(), '\n')) - 1
    );
}

// A quote that is left open reaches to the next one, which opens a cell of a later row: only the
// line it opens on is bad, all rows in between come out, and so do those after.
TEST_F(CsvReaderTest, AnOpenQuoteTakesNoOtherRows) {
    std::string text = "a,b\n1,\"open\n";
    for (int i = 0; i < 495; ++i) text += std::to_string(i) + ",good\n";
    const ReadFile file = read(text + "7,\"x,y\"\n8,last\n");
    ASSERT_EQ(file.rows.size(), 498u);
    EXPECT_EQ(file.error, "");
    EXPECT_EQ(
        file.rows[0].problem,
        "the quote that opens on line 2 is never closed: text follows the next one, on line 498"
    );
    EXPECT_EQ(file.rows[0].original, "1,\"open");
    EXPECT_THAT(file.rows[1].cells, ElementsAre("0", "good"));
    EXPECT_EQ(file.rows[1].line, 3);
    EXPECT_THAT(file.rows[496].cells, ElementsAre("7", "x,y"));
    EXPECT_EQ(file.rows[497].line, 499);
    // The open one may stand in the second line of a row, and CRLF ends lines too.
    const ReadFile second = read("a,b\r\n\"1\r\n1\",\"open\r\n2,\"y\"\r\n");
    ASSERT_EQ(second.rows.size(), 2u);
    EXPECT_THAT(second.rows[0].problem, HasSubstr("opens on line 3"));
    EXPECT_THAT(second.rows[0].problem, HasSubstr("on line 4"));
    EXPECT_THAT(second.rows[1].cells, ElementsAre("2", "y"));
    EXPECT_EQ(second.rows[1].line, 4);
    EXPECT_THAT(read("\"a,b\n1,\"x\"\n").error, AllOf(HasSubstr("header"), HasSubstr("line 1")));
}

// Rows with too few or too many cells are told from good ones, with both counts.
TEST_F(CsvReaderTest, WrongCellCounts) {
    const ReadFile file = read("a,b,c\n1,2\n1,2,3,4\n1,2,3\n1\n");
    ASSERT_EQ(file.rows.size(), 4u);
    EXPECT_EQ(file.rows[0].problem, "2 cells where the header has 3");
    EXPECT_EQ(file.rows[1].problem, "4 cells where the header has 3");
    EXPECT_EQ(file.rows[2].problem, "");
    EXPECT_EQ(file.rows[3].problem, "1 cell where the header has 3");
}

// Each encoding is found, with and without its mark; what is not of it is a problem of its row.
TEST_F(CsvReaderTest, Encodings) {
    const auto utf16 = [](const std::string& ascii, bool little, bool mark) {
        std::string bytes = mark ? (little ? "\xff\xfe" : "\xfe\xff") : "";
        for (const char c : ascii) {
            const char pair[] = {little ? c : '\0', little ? '\0' : c};
            bytes.append(pair, 2);
        }
        return bytes;
    };
    for (const bool little : {true, false}) {
        for (const bool mark : {true, false}) {
            const ReadFile file = read(utf16("id,name\n1,ann\n", little, mark));
            EXPECT_EQ(file.format.encoding, "utf-16");
            EXPECT_THAT(file.header, ElementsAre("id", "name"));
            EXPECT_THAT(file.rows[0].cells, ElementsAre("1", "ann"));
        }
    }
    EXPECT_THAT(read("\xef\xbb\xbfid,x\n1,2\n").header, ElementsAre("id", "x"));
    const ReadFile utf8 = read("id,x\n1,\xc2\xa3 5\n");
    EXPECT_EQ(utf8.format.encoding, "utf-8");
    EXPECT_THAT(utf8.rows[0].cells, ElementsAre("1", "\xc2\xa3 5"));
    const ReadFile latin = read("id,x\n1,\xa3 5\n2,caf\xe9\n");
    EXPECT_EQ(latin.format.encoding, "iso-8859-1");
    EXPECT_THAT(latin.rows[0].cells, ElementsAre("1", "\xc2\xa3 5"));
    EXPECT_THAT(latin.rows[1].cells, ElementsAre("2", "caf\xc3\xa9"));
    EXPECT_THAT(read("id,x\n1,\x80 5\n").rows[0].cells, ElementsAre("1", "\xe2\x82\xac 5"));
    const ReadFile mixed = read("id,x\n1,\xc2\xa3\n2,\xc2\xa3\n3,\xff\n4,ok\n");
    EXPECT_EQ(mixed.rows[2].problem, "byte 3 of the row is not utf-8");
    EXPECT_EQ(mixed.rows[3].problem, "");
    // Judged by a long stretch, not by the piece that has the first odd byte.
    std::string late = "id,x\n1,\xff\n";
    while (late.size() < 400'000) late += "2,plain\n";
    late += "3,caf\xc3\xa9\n4,caf\xc3\xa9\n";
    EXPECT_EQ(read(late).format.encoding, "utf-8");
    FileOptions options = reader_options();
    options.encoding = "ebcdic";
    EXPECT_THAT(read_all(file("x.csv", "a\n"), options).error, HasSubstr("unknown encoding"));
}

// A NUL spoils its row alone; a file full of them is no text.
TEST_F(CsvReaderTest, NulBytes) {
    using namespace std::string_literals;
    std::string text = "id,name\n1,a\0b\n"s;
    for (int i = 0; i < 100; ++i) text += "2,plain\n";
    const ReadFile file = read(text);
    EXPECT_EQ(file.rows[0].problem, "byte 4 of the row is NUL");
    EXPECT_EQ(file.rows[1].problem, "");
    EXPECT_THAT(read(std::string(5000, '\0')).error, HasSubstr("no format we know"));
}

// What no reader can hold is refused with the limit and the place, however it is written.
TEST_F(CsvReaderTest, RefusesWhatIsTooLarge) {
    std::string columns = "c0";
    for (int i = 1; i < 1'000'000; ++i) columns += ",c" + std::to_string(i);
    EXPECT_THAT(
        read(columns + "\n1\n").error,
        AllOf(StartsWith("resource_exhausted"), HasSubstr("file.csv"))
    );
    const std::string many = std::string(10'000, ',') + "\n";
    EXPECT_THAT(read("a,b\n1,2\n" + many).rows[1].problem, HasSubstr("10,001 cells"));
    EXPECT_THAT(read(many + many).error, HasSubstr("more than 4,096 columns"));
    EXPECT_THAT(
        read("a,b\n1,2\n3," + std::string(3u << 20, 'x') + "\n").error,
        AllOf(StartsWith("resource_exhausted"), HasSubstr("a row is longer"), HasSubstr("line 3"))
    );
    EXPECT_THAT(read(std::string(3u << 20, 'x')).error, StartsWith("resource_exhausted"));
}

// What is no table at all says so, and says which file.
TEST_F(CsvReaderTest, RefusesWhatIsNoTable) {
    EXPECT_THAT(read("").error, AllOf(HasSubstr("file.csv"), HasSubstr("the file is empty")));
    EXPECT_THAT(read("\n\n  \n").error, HasSubstr("the file has no rows"));
    EXPECT_THAT(read("\xd0\xcf\x11\xe0 old").error, HasSubstr("Save it as .xlsx or CSV"));
    EXPECT_THAT(read("%PDF-1.4").error, HasSubstr("a PDF"));
    EXPECT_THAT(read("BZh91AY").error, HasSubstr("bzip2"));
    EXPECT_THAT(read_all(folder.path("none.csv")).error, StartsWith("not_found"));
    EXPECT_THAT(read_all(folder.path()).error, HasSubstr("is a folder"));
}

// Rows come out the same in whatever pieces they are asked for, and one cut off at the end is a
// row.
TEST_F(CsvReaderTest, ChunksOfAnySize) {
    std::string text = "id,name\n";
    for (int i = 0; i < 1000; ++i)
        text += std::to_string(i) + ",\"n\"\"" + std::to_string(i) + "\"\n";
    text += "1000,cut of";
    for (const std::size_t size : {0, 1, 7, 1000, 100'000}) {
        FileOptions options = reader_options();
        options.chunk_rows = size;
        const ReadFile all = read_all(file("x.csv", text), options);
        ASSERT_EQ(all.rows.size(), 1001u) << size;
        EXPECT_THAT(all.rows[999].cells, ElementsAre("999", "n\"999"));
        EXPECT_THAT(all.rows[1000].cells, ElementsAre("1000", "cut of"));
        EXPECT_EQ(all.rows[1000].line, 1002);
    }
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
