#include "cli/row_json.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/output.h"

namespace tradewind::cli {

namespace {

// One row of a file that is not there.
class OneRow : public engine::FileReader {
public:
    OneRow(engine::FileKind kind, std::vector<std::string> header, std::vector<bool> doubles)
        : header_(std::move(header)), doubles_(std::move(doubles)) {
        format_.kind = kind;
    }
    const engine::FileFormat& format() const override { return format_; }
    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<bool>& doubles() const override { return doubles_; }
    Result<bool> next(engine::RowChunk&) override { return false; }
    std::uint64_t bytes_read() const override { return 0; }
    std::uint64_t bytes_total() const override { return 0; }
    std::string original_as_json(const engine::RowChunk&, const engine::FileRow&) const override {
        return "";
    }

private:
    engine::FileFormat format_;
    std::vector<std::string> header_;
    std::vector<bool> doubles_;
};

std::string record(
    const engine::FileReader& reader, std::vector<std::optional<std::string_view>> cells
) {
    engine::RowChunk chunk;
    chunk.cells = std::move(cells);
    engine::FileRow row;
    row.cell_count = chunk.cells.size();
    row.original = "{\"as\": \"it is\"}";
    std::string out;
    append_record(reader, chunk, row, out);
    return out;
}

TEST(RowJson, TextStaysTextWhateverItLooksLike) {
    // Proves that a CSV's cells are sent as the text they are: leading zeros, signs, quotes.
    const OneRow reader(engine::FileKind::Csv, {"a", "b", "c", "d"}, {false, false, false, false});
    EXPECT_EQ(
        record(reader, {"007", "1.50", "say \"hi\"\n\x01", "£"}),
        "{\"a\":\"007\",\"b\":\"1.50\",\"c\":\"say \\\"hi\\\"\\n\\u0001\",\"d\":\"£\"}"
    );
}

TEST(RowJson, EmptyIsNullAndMissingIsLeftOut) {
    // Proves how a row with empty cells, fewer and more cells than the header comes out.
    const OneRow reader(engine::FileKind::Csv, {"a", "b", "c"}, {false, false, false});
    EXPECT_EQ(record(reader, {"", std::nullopt}), R"({"a":null,"b":null})");
    EXPECT_EQ(record(reader, {"1", "2", "3", "4"}), R"({"a":"1","b":"2","c":"3"})");
}

TEST(RowJson, ASheetsNumbersAreWhatTheSheetShows) {
    // Proves that binary noise is rounded away, and that what is no number, or none that JSON
    // knows, stays text.
    const OneRow reader(engine::FileKind::Xlsx, {"n"}, {true});
    const std::pair<const char*, const char*> cells[] = {
        {"9.949999999999999", R"({"n":9.95})"},
        {"17850", R"({"n":17850})"},
        {"17850.0", R"({"n":17850})"},
        {"0.1", R"({"n":0.1})"},
        {"-11062.06", R"({"n":-11062.06})"},
        {"C536379", R"({"n":"C536379"})"},
        {"nan", R"({"n":"nan"})"},
        {"inf", R"({"n":"inf"})"},
    };
    for (const auto& [cell, expected] : cells) {
        const std::string made = record(reader, {cell});
        EXPECT_EQ(made, expected);
        EXPECT_TRUE(json::parse(made).ok()) << made;
    }
}

TEST(RowJson, JsonRowsAreSentAsTheyAre) {
    // Proves that a JSON file's records keep their bytes.
    const OneRow reader(engine::FileKind::Ndjson, {}, {});
    EXPECT_EQ(record(reader, {}), "{\"as\": \"it is\"}");
}

TEST(Output, TablesLineUp) {
    // Proves widths, alignment and trailing blanks for the shapes that results have.
    EXPECT_EQ(format_table({"a"}, {}), "a\n─\n");
    EXPECT_EQ(format_table({}, {}), "\n\n");
    EXPECT_EQ(
        format_table({"name", "n"}, {{"x", "1"}, {"longer", "-20.5"}}),
        "name        n\n──────  ─────\nx           1\nlonger  -20.5\n"
    );
    EXPECT_EQ(format_table({"n"}, {{"1"}, {"two"}}), "n\n───\n1\ntwo\n");
}

TEST(Output, CellsShowJsonValues) {
    // Proves that numbers keep every digit and null is empty.
    const auto cell = [](const char* text) { return cell_text(*json::parse(text)); };
    EXPECT_EQ(cell("null"), "");
    EXPECT_EQ(cell("true"), "true");
    EXPECT_EQ(cell("9747747.9340"), "9747747.9340");
    EXPECT_EQ(cell("12345678901234567890123"), "12345678901234567890123");
    EXPECT_EQ(cell("\"£\""), "£");
    EXPECT_EQ(cell("[1, {\"a\": 2}]"), "[1,{\"a\":2}]");
}

}  // namespace

}  // namespace tradewind::cli
