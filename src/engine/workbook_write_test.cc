// Workbooks that this program writes, read back by its own reader; what no sheet can hold.
#include "engine/workbook_write.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "engine/engine_test_support.h"
#include "engine/zip_directory.h"

namespace tradewind::engine {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class WorkbookTest : public EngineTest {
protected:
    WorkbookTest() : work_(MUST(engine->open_work({}))) {}

    Result<std::vector<WrittenFile>> write(
        const std::string& sql, const std::string& name = "out", bool header = true
    ) {
        WriteOptions options;
        options.kind = FileKind::Xlsx;
        options.path = folder.path(name + ".xlsx");
        options.sheet = "weekly_metrics";
        options.header = header;
        return work_->write(sql, options);
    }
    std::string fault(const std::string& sql) {
        const auto written = write(sql);
        EXPECT_FALSE(std::filesystem::exists(folder.path("out.xlsx"))) << sql;
        return written.ok() ? "" : written.error().describe();
    }
    // The header and all rows as the reader of imports has them.
    std::string read(const std::string& name = "out") {
        FileOptions options;
        options.extension_folder = os::executable_folder();
        options.temp_folder = folder.path("temp");
        const auto reader = MUST(open_file(folder.path(name + ".xlsx"), options));
        std::string text;
        for (const std::string& column : reader->header()) text += column + "|";
        RowChunk chunk;
        while (MUST(reader->next(chunk))) {
            for (const FileRow& row : chunk.rows) {
                text += "\n";
                for (std::size_t i = 0; i < row.cell_count; ++i)
                    text += std::string(chunk.cells[row.first_cell + i].value_or("-")) + "|";
            }
        }
        return text;
    }
    // One of the parts that a workbook is packed of.
    std::string part(const std::string& part, const std::string& name = "out") {
        const std::string path = folder.path(name + ".xlsx");
        for (const ZipEntry& entry : MUST(read_zip_directory(path))) {
            if (entry.name == part) return MUST(read_zip_entry(path, entry, 1 << 20));
        }
        return "";
    }
    std::string sheet() { return part("xl/worksheets/sheet1.xml"); }

    std::unique_ptr<Work> work_;
};

// Ids stay text with their zeros and letters, numbers are written with all their digits, dates and
// times are cells of their kind, null is an empty cell.
TEST_F(WorkbookTest, EachTypeIsACellOfItsKind) {
    const auto written = write(
        "SELECT 'C536379' AS invoice_no, '007' AS id, 12.5000::DECIMAL(18,4) AS amount, "
        "9007199254740993::BIGINT AS big, true AS ok, DATE '2025-07-01' AS day, "
        "TIMESTAMP '2025-07-01 12:00:00' AS at, NULL::INTEGER AS nothing, sum(1) AS total"
    );
    ASSERT_TRUE(written.ok()) << written.error().describe();
    EXPECT_EQ(written->front().row_count, 1);
    EXPECT_GT(written->front().bytes, 1000u);
    EXPECT_THAT(
        read(), HasSubstr("invoice_no|id|amount|big|ok|day|at|nothing|total|\nC536379|007|")
    );
    EXPECT_THAT(
        sheet(),
        AllOf(
            HasSubstr("t=\"inlineStr\"><is><t>C536379</t>"),
            HasSubstr("t=\"inlineStr\"><is><t>007</t>"),
            HasSubstr("<v>12.5000</v>"),
            HasSubstr("<v>9007199254740993</v>"),
            HasSubstr("t=\"b\""),
            HasSubstr("<v>45839.0</v>"),
            HasSubstr("<v>45839.5</v>"),
            Not(HasSubstr("H2"))
        )
    );
    EXPECT_THAT(part("xl/workbook.xml"), HasSubstr("name=\"weekly_metrics\""));
}

// What has no cell of its kind is text: lists and structs as JSON, bytes, instants by UTC's clocks.
TEST_F(WorkbookTest, WhatSheetsDoNotKnowIsText) {
    ASSERT_TRUE(
        write("SELECT [1, 2] AS list, {'a': 'x', 'b': NULL} AS struct, MAP {'k': 1} AS map, "
              "'\\x01'::BLOB AS bytes, TIMESTAMPTZ '2025-07-01 14:00:00+02' AS at, "
              "TIME '10:30:00' AS clock, 1.5::FLOAT AS float")
            .ok()
    );
    EXPECT_THAT(
        sheet(),
        AllOf(
            HasSubstr("<t>[1,2]</t>"),
            HasSubstr("<t>{&quot;a&quot;:&quot;x&quot;,&quot;b&quot;:null}</t>"),
            HasSubstr("<t>{&quot;k&quot;:1}</t>"),
            HasSubstr("<t>\\x01</t>"),
            HasSubstr("<v>45839.5</v>"),
            HasSubstr("<v>1.5</v>")
        )
    );
}

// Letters that XML does not have are the format's escapes, and a text that looks like one is not
// read as one; what could be taken for markup or a formula is text.
TEST_F(WorkbookTest, HostileTexts) {
    ASSERT_TRUE(
        write("SELECT 'a' || chr(31) || 'b' || chr(0) AS control, '_x0041_' AS escape, "
              "'<t>&\"' AS markup, '=1+1' AS formula, 'two' || chr(10) || 'lines' AS lines, "
              "'Bär 😀' AS letters")
            .ok()
    );
    EXPECT_THAT(
        sheet(),
        AllOf(
            HasSubstr("<t>a_x001F_b_x0000_</t>"),
            HasSubstr("<t>_x005F_x0041_</t>"),
            HasSubstr("<t>&lt;t&gt;&amp;&quot;</t>"),
            HasSubstr("t=\"inlineStr\"><is><t>=1+1</t>"),
            HasSubstr("<t>two\nlines</t>"),
            HasSubstr("<t>Bär 😀</t>")
        )
    );
}

// 32,767 UTF-16 units fit into a cell, one more does not; the column is named.
TEST_F(WorkbookTest, TextsThatAreTooLong) {
    ASSERT_TRUE(write("SELECT repeat('é', 32767) AS note, repeat('😀', 16383) AS face").ok());
    std::filesystem::remove(folder.path("out.xlsx"));
    EXPECT_THAT(
        fault("SELECT repeat('x', 32768 * (i // 9)) AS note FROM range(10) t(i)"),
        AllOf(HasSubstr("column note"), HasSubstr("32,767"), HasSubstr("csv"))
    );
    EXPECT_THAT(fault("SELECT repeat('😀', 16384) AS face"), HasSubstr("column face"));
}

// Numbers and dates that no cell can hold are refused by their column's name, before there is a
// file.
TEST_F(WorkbookTest, ValuesThatNoCellCanHold) {
    EXPECT_THAT(fault("SELECT 'nan'::DOUBLE AS rate"), HasSubstr("column rate"));
    EXPECT_THAT(fault("SELECT '-inf'::FLOAT AS rate"), HasSubstr("column rate"));
    EXPECT_THAT(fault("SELECT DATE '1900-02-28' AS born"), HasSubstr("column born"));
    EXPECT_THAT(fault("SELECT TIMESTAMP '10000-01-01 00:00:00' AS far"), HasSubstr("column far"));
    EXPECT_THAT(fault("SELECT 'infinity'::DATE AS far"), HasSubstr("column far"));
    EXPECT_THAT(fault("SELECT INTERVAL 1 DAY AS span"), HasSubstr("span"));
    EXPECT_THAT(fault("SELECT 1 AS a, 2 AS A"), HasSubstr("two columns"));
    EXPECT_THAT(fault("SELECT 1 AS \"a\tb\""), HasSubstr("control character"));
    const std::vector<ResultColumn> wide(16'385, {"c", "STRING"});
    const auto refused = workbook_copy_sql("SELECT 1", wide, {});
    EXPECT_THAT(refused.error().describe(), HasSubstr("16,385 columns"));
}

// A sheet has 1,048,576 rows with the header; one more is refused with what to do.
TEST_F(WorkbookTest, MoreRowsThanASheetHas) {
    EXPECT_THAT(
        fault("SELECT i FROM range(1048576) t(i)"),
        AllOf(HasSubstr("1,048,576"), HasSubstr("csv"), Not(HasSubstr("sheet_row_limit")))
    );
    const auto most = write("SELECT i FROM range(1048576) t(i)", "most", false);
    ASSERT_TRUE(most.ok()) << most.error().describe();
    EXPECT_EQ(most->front().row_count, 1'048'576);
}

// The same rows give the same bytes, in the order of the statement; no rows give the header alone.
TEST_F(WorkbookTest, SameRowsSameBytes) {
    const std::string sql = "SELECT i, 'x' || i AS name FROM range(20000) t(i) ORDER BY hash(i)";
    ASSERT_TRUE(write(sql, "one").ok() && write(sql, "two").ok());
    const auto files = os::make_posix_filesystem();
    EXPECT_EQ(
        MUST(os::read_file(*files, folder.path("one.xlsx"), 8 << 20)),
        MUST(os::read_file(*files, folder.path("two.xlsx"), 8 << 20))
    );
    ASSERT_TRUE(write("SELECT 1 AS a, 'x' AS b WHERE false", "empty").ok());
    EXPECT_THAT(part("xl/worksheets/sheet1.xml", "empty"), HasSubstr("<t>b</t>"));
}

}  // namespace
}  // namespace tradewind::engine
