// Compressed files, workbooks and Parquet: cut off, damaged, lying and exploding ones.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "engine/file_reader_test_support.h"
#include "engine/packed_test_support.h"

// The engine's reader of workbooks (excel 1.5.5) forgets two objects of 96 bytes a file; their
// files are closed.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the sanitizer's name
    return "leak:duckdb::LocalFileSystem::OpenFile\n";
}

namespace tradewind::engine {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using PackedFileTest = FileReaderTest;

std::string orders_csv(int rows) {
    std::string text = "id,name\n";
    for (int i = 0; i < rows; ++i) text += std::to_string(i) + ",name " + std::to_string(i) + "\n";
    return text;
}

std::string orders_workbook(int rows) {
    std::string xml = sheet_row(1, {"InvoiceNo", "Quantity", "UnitPrice"});
    for (int i = 0; i < rows; ++i)
        xml += sheet_row(i + 2, {i % 2 == 0 ? "C536365" : "536366", std::to_string(i), "2.55"});
    return zip(workbook_members(xml));
}

std::string parquet_bytes(const std::string& path, const std::string& sql) {
    TemporaryFolder folder;
    EngineOptions options;
    options.temp_folder = folder.path("temp");
    MetricsRegistry metrics;
    const auto engine = MUST(open_engine(options, metrics));
    QueryRequest request;
    request.sql = sql;
    MUST(engine->query_to_parquet(request, path));
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// gzip and zstd are found by their first bytes; several members after another are one text.
TEST_F(PackedFileTest, ReadsPackedText) {
    const std::string text = orders_csv(1000);
    for (const auto& [bytes, name] :
         {std::pair(gzip(text), "gzip"),
          std::pair(zstd(text), "zstd"),
          std::pair(gzip(text.substr(0, 500)) + gzip(text.substr(500)), "gzip"),
          std::pair(zstd(text.substr(0, 500)) + zstd(text.substr(500)), "zstd"),
          std::pair(gzip(text) + std::string(512, '\0'), "gzip")}) {
        const ReadFile file = read(bytes, "orders.csv");
        EXPECT_EQ(file.error, "");
        EXPECT_EQ(file.format.compression, name);
        EXPECT_EQ(file.rows.size(), 1000u);
    }
}

// One that is cut off or damaged at any place is named as such, after the rows before it.
TEST_F(PackedFileTest, RefusesDamagedText) {
    const std::string text = orders_csv(2000);
    for (const std::string& bytes : {gzip(text), zstd(text)}) {
        for (std::size_t size = 1; size < bytes.size(); size += 97) {
            const ReadFile cut = read(bytes.substr(0, size), "orders.csv.gz");
            if (size < 4) continue;  // too short to tell what it was
            EXPECT_THAT(cut.error, StartsWith("invalid_argument")) << size;
            EXPECT_LT(cut.rows.size(), 2000u);
        }
        std::string damaged = bytes;
        damaged[damaged.size() / 2] = static_cast<char>(~damaged[damaged.size() / 2]);
        EXPECT_THAT(read(damaged, "orders.csv.gz").error, StartsWith("invalid_argument"));
    }
    EXPECT_THAT(read(gzip(text) + "more", "a.gz").error, HasSubstr("followed by something else"));
    EXPECT_THAT(read(gzip(gzip(text)), "a.gz").error, HasSubstr("packed twice"));
    EXPECT_THAT(read(gzip(""), "a.csv.gz").error, StartsWith("invalid_argument"));
}

// What unpacks to far more than it is stops early, long before the disk or the memory is full.
TEST_F(PackedFileTest, StopsBombs) {
    const std::string row = "1," + std::string(60'000, 'x') + "\n";
    std::string text = "a,b\n";
    while (text.size() < 80u << 20) text += row;
    FileOptions options = reader_options();
    options.unpacked_ratio_max = 100;
    for (const std::string& bytes : {gzip(text), zstd(text)}) {
        const ReadFile bomb = read_all(file("bomb.csv", bytes), options);
        EXPECT_THAT(bomb.error, AllOf(StartsWith("resource_exhausted"), HasSubstr("100 times")));
    }
    options.unpacked_bytes_max = 1u << 20;
    options.unpacked_ratio_max = 1000;
    EXPECT_THAT(
        read_all(file("bomb.csv", gzip(orders_csv(200'000))), options).error,
        AllOf(StartsWith("resource_exhausted"), HasSubstr("1.0 MiB"))
    );
    options = reader_options();
    options.unpacked_ratio_max = 100;
    const std::string rows(100u << 20, ' ');
    const ReadFile sheet = read_all(file("bomb.xlsx", zip(workbook_members(rows))), options);
    EXPECT_THAT(sheet.error, AllOf(StartsWith("resource_exhausted"), HasSubstr("100 times")));
}

// A workbook's sheet: the header, texts that look like numbers' neighbours, the sheet's own rows.
TEST_F(PackedFileTest, ReadsWorkbooks) {
    const ReadFile file = read(orders_workbook(3000), "orders.xlsx");
    EXPECT_EQ(file.error, "");
    EXPECT_EQ(file.format.kind, FileKind::Xlsx);
    EXPECT_THAT(file.header, ElementsAre("InvoiceNo", "Quantity", "UnitPrice"));
    ASSERT_EQ(file.rows.size(), 3000u);
    EXPECT_THAT(file.rows[0].cells, ElementsAre("C536365", "0", "2.55"));
    EXPECT_EQ(file.rows[2999].line, 3001);
    FileOptions options = reader_options();
    options.sheet = "Orders & More";
    EXPECT_EQ(read_all(folder.path("orders.xlsx"), options).rows.size(), 3000u);
    options.sheet = "Customers";
    EXPECT_THAT(
        read_all(folder.path("orders.xlsx"), options).error,
        AllOf(HasSubstr("no sheet \"Customers\""), HasSubstr("\"Orders & more\""))
    );
}

// Days that count from 1904 come out as everybody else counts them, told by their cells' styles:
// numbers, percentages, times of day, texts and ISO dates stay what they are.
TEST_F(PackedFileTest, WorkbooksThatBeginIn1904) {
    const std::string rows =
        "<row r=\"2\"><c r=\"B2\" t=\"inlineStr\"><is><t>no</t></is></c>"
        "<c r=\"C2\" t=\"inlineStr\"><is><t>day</t></is></c></row>"
        "<row r=\"3\"><c r=\"B3\"><v>39051.25</v></c><c r=\"C3\" s=\"1\"><v>39051.25</v></c></row>"
        "<row r=\"5\"><c r=\"B5\" s=\"2\"><v>0.5</v></c><c r=\"C5\" s=\"4\"><v>0</v></c></row>"
        "<row r=\"6\"><c r=\"B6\" s=\"3\"><v>0.5</v></c><c r=\"C6\"><v>7</v></c></row>"
        "<row><c><v>8</v></c><c s=\"1\"><v>1</v></c></row>"
        "<row r=\"8\"><c r=\"B8\" s=\"1\" t=\"str\"><v>12</v></c>"
        "<c r=\"C8\" s=\"1\" t=\"d\"><v>2010-12-01</v></c></row>";
    auto members = workbook_members_1904(rows);
    // Cells without a place follow the one before, which begins in column A.
    members[4].text.replace(members[4].text.find("<row><c>"), 8, "<row><c/><c>");
    const ReadFile file = read(zip(members), "mac.xlsx");
    EXPECT_EQ(file.error, "");
    ASSERT_EQ(file.rows.size(), 5u);
    EXPECT_THAT(file.rows[0].cells, ElementsAre("39051.25", "40513.25"));
    EXPECT_THAT(file.rows[1].cells, ElementsAre("0.5", "1462"));
    EXPECT_THAT(file.rows[2].cells, ElementsAre("0.5", "7"));
    EXPECT_THAT(file.rows[3].cells, ElementsAre("8", "1463"));
    EXPECT_EQ(file.rows[3].line, 7);
    EXPECT_THAT(file.rows[4].cells, ElementsAre("12", "2010-12-01"));
    EXPECT_TRUE(file.format.adjusted);
    const ReadFile plain = read(orders_workbook(3), "plain.xlsx");
    EXPECT_FALSE(plain.format.adjusted);
}

// What a formula left that went wrong is no value; what only looks like it is text.
TEST_F(PackedFileTest, ErrorsOfFormulasAreNoValues) {
    const std::string error = "<c r=\"B2\" t=\"e\"><v>#N/A</v></c>";
    const std::string text = "<c r=\"B3\" t=\"inlineStr\"><is><t>#1 gift</t></is></c>";
    const ReadFile file = read(
        zip(workbook_members(
            sheet_row(1, {"id", "name"}) + "<row r=\"2\"><c r=\"A2\"><v>1</v></c>" + error +
            "</row><row r=\"3\"><c r=\"A3\" t=\"e\"><v>#DIV/0!</v></c>" + text + "</row>" +
            "<row r=\"4\"><c r=\"A4\" t=\"e\"><v>#REF!</v></c></row>"
        )),
        "errors.xlsx"
    );
    ASSERT_EQ(file.rows.size(), 3u);
    EXPECT_THAT(file.rows[0].cells, ElementsAre("1", "<null>"));
    EXPECT_THAT(file.rows[1].cells, ElementsAre("<null>", "#1 gift"));
    EXPECT_THAT(file.rows[2].cells, ElementsAre("<null>", "<null>"));
    EXPECT_TRUE(file.format.adjusted);
}

// TRUE and FALSE stay words, and 1 and 0 numbers. A whole number comes as its digits, however it
// stands there, as long as a double can hold it; beyond, it is marked, while an id that is text is
// not. All of it in the first row below gaps, and in a column of its own.
TEST_F(PackedFileTest, TruthValuesAndLongNumbersOfSheets) {
    std::string rows =
        "<row r=\"2\"><c r=\"B2\" t=\"inlineStr\"><is><t>id</t></is></c>"
        "<c r=\"C2\" t=\"inlineStr\"><is><t>flag</t></is></c></row>";
    int row = 3;
    const auto add = [&](const std::string& id, const std::string& flag) {
        const std::string number = std::to_string(++row);
        rows += "<row r=\"" + number + "\"><c r=\"B" + number + "\"" + id + "</c><c r=\"C" +
                number + "\"" + flag + "</c></row>";
    };
    add("><v>123456789012345</v>", " t=\"b\"><v>1</v>");
    add("><v>1E+15</v>", "><v>1</v>");
    add("><v>9007199254740991</v>", " t=\"b\"><v>0</v>");
    add("><v>9007199254740993</v>", "><v>0</v>");
    add(" t=\"str\"><v>12345678901234567</v>", " t=\"inlineStr\"><is><t>TRUE</t></is>");
    add(" t=\"n\"><v>-1.2345678901234568E+16</v>", " t=\"inlineStr\"><is><t>1</t></is>");
    add(" t=\"str\"><v>84029E22</v>", "><v>0.1234567890123456789</v>");
    add("><v>12345678901234.5E-1</v>", "><v>1E+300</v>");
    const ReadFile file = read(zip(workbook_members(rows)), "long.xlsx");
    EXPECT_EQ(file.error, "");
    ASSERT_EQ(file.rows.size(), 8u);
    EXPECT_THAT(file.rows[0].cells, ElementsAre("123456789012345", "TRUE"));
    EXPECT_THAT(file.rows[1].cells, ElementsAre("1000000000000000", "1"));
    EXPECT_THAT(file.rows[2].cells, ElementsAre("9007199254740991", "FALSE"));
    EXPECT_THAT(file.rows[3].cells, ElementsAre("9007199254740993?", "0"));
    EXPECT_THAT(file.rows[4].cells, ElementsAre("12345678901234567", "TRUE"));
    EXPECT_THAT(file.rows[5].cells, ElementsAre("-1.2345678901234568E+16?", "1"));
    EXPECT_THAT(file.rows[6].cells, ElementsAre("84029E22", "0.1234567890123456789"));
    EXPECT_THAT(file.rows[7].cells, ElementsAre("12345678901234.5E-1", "1E+300?"));
    EXPECT_TRUE(file.format.adjusted);
}

// The same of Parquet files, whose ids became doubles where one was missing.
TEST_F(PackedFileTest, LongNumbersOfParquet) {
    const std::string path = folder.path("ids.parquet");
    parquet_bytes(
        path,
        "SELECT * FROM (VALUES (1e15::DOUBLE, 12345678901234567::BIGINT), (17850.0, 1), (NULL, 1),"
        " (12345678901234567, 1)) AS t(id, whole)"
    );
    const ReadFile file = read_all(path);
    ASSERT_EQ(file.rows.size(), 4u) << file.error;
    EXPECT_THAT(file.rows[0].cells, ElementsAre("1000000000000000", "12345678901234567"));
    EXPECT_THAT(file.rows[1].cells[0], AnyOf("17850.0", "17850"));
    EXPECT_THAT(file.rows[3].cells[0], EndsWith("?"));
}

// A workbook that is cut off or damaged anywhere is an error with the file's name, and no crash.
TEST_F(PackedFileTest, RefusesDamagedWorkbooks) {
    const std::string bytes = orders_workbook(500);
    for (std::size_t size = 4; size < bytes.size(); size += bytes.size() / 29) {
        const ReadFile cut = read(bytes.substr(0, size), "orders.xlsx");
        EXPECT_THAT(cut.error, AllOf(StartsWith("invalid_argument"), HasSubstr("orders.xlsx")))
            << size;
    }
    EXPECT_THAT(
        read(zip({{"a.txt", "x"}}), "a.xlsx").error, HasSubstr("a zip archive, but no workbook")
    );
    EXPECT_THAT(read("PK\x03\x04 and nothing", "a.xlsx").error, StartsWith("invalid_argument"));
    EXPECT_THAT(read(zip({}), "a.xlsx").error, StartsWith("invalid_argument"));
    EXPECT_EQ(read("id,name\n1,ann\n", "a.xlsx").rows.size(), 1u);  // by content, not by name
    auto members = workbook_members(sheet_row(1, {"a"}) + "<row r=\"2\"><c r=\"A2\"><v>1</v>");
    EXPECT_THAT(read(zip(members), "a.xlsx").error, StartsWith("invalid_argument"));
    members = workbook_members("");
    EXPECT_THAT(read(zip(members), "a.xlsx").error, StartsWith("invalid_argument"));
    members.pop_back();
    EXPECT_THAT(read(zip(members), "a.xlsx").error, StartsWith("invalid_argument"));
    members = workbook_members(sheet_row(1, {"a", "b"}) + sheet_row(2, {"1", "2"}));
    members[4].claimed_bytes = 10;
    EXPECT_THAT(read(zip(members), "a.xlsx").error, StartsWith("invalid_argument"));
}

// Any byte of a small workbook may be wrong.
TEST_F(PackedFileTest, SurvivesFlippedBytes) {
    const std::string bytes = orders_workbook(20);
    for (std::size_t at = 0; at < bytes.size(); at += 13) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
        const ReadFile file = read(damaged, "orders.xlsx");
        EXPECT_TRUE(!file.error.empty() || file.rows.size() <= 21) << at;
    }
}

// Parquet: typed cells as text; cut off or damaged anywhere it is an error of that file.
TEST_F(PackedFileTest, Parquet) {
    const std::string path = folder.path("good.parquet");
    const std::string bytes = parquet_bytes(
        path,
        "SELECT range AS id, 'name ' || range::VARCHAR AS name, (range / 4)::DECIMAL(12,4) AS "
        "price, "
        "TIMESTAMP '2010-12-01 08:26:00' AS at, range * 0.1::DOUBLE AS ratio FROM range(5000)"
    );
    const ReadFile good = read_all(path);
    EXPECT_EQ(good.error, "");
    EXPECT_EQ(good.format.kind, FileKind::Parquet);
    EXPECT_THAT(good.header, ElementsAre("id", "name", "price", "at", "ratio"));
    ASSERT_EQ(good.rows.size(), 5000u);
    EXPECT_THAT(
        good.rows[2].cells, ElementsAre("2", "name 2", "0.5000", HasSubstr("2010-12-01"), "0.2")
    );
    EXPECT_EQ(good.rows[4999].row, 5000);
    for (std::size_t size = 4; size < bytes.size(); size += bytes.size() / 11) {
        EXPECT_THAT(
            read(bytes.substr(0, size), "cut.parquet").error,
            AllOf(StartsWith("invalid_argument"), HasSubstr("cut.parquet"))
        ) << size;
    }
    for (std::size_t at = 4; at < bytes.size(); at += bytes.size() / 31) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(~damaged[at]);
        const ReadFile file = read(damaged, "damaged.parquet");
        EXPECT_THAT(
            file.error,
            AnyOf(std::string(), StartsWith("invalid_argument"), StartsWith("resource_exhausted"))
        ) << at;
    }
}

}  // namespace
}  // namespace tradewind::engine
