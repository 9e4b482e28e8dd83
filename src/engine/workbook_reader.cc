#include "engine/workbook_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "engine/duckdb_table_reader.h"

namespace tradewind::engine {

namespace {

// A sheet of charts or of an old macro has no cells.
bool has_cells(const Sheet& sheet) {
    const auto lies_in = [&](std::string_view folder) {
        return sheet.entry.find(folder) != std::string::npos;
    };
    return !lies_in("/chartsheets/") && !lies_in("/dialogsheets/") && !lies_in("/macrosheets/");
}

class WorkbookReader : public FileReader {
public:
    WorkbookReader(OpenedWorkbook workbook, FileOptions options)
        : workbook_(std::move(workbook)), options_(std::move(options)) {}

    Result<void> begin() {
        if (options_.sheet.empty() && options_.fits) return begin_with_first_fit();
        const std::size_t wanted = TRY(choose_sheet(workbook_.contents.sheets, options_.sheet));
        TRY(open(wanted));
        for (std::size_t i = 0; i < sheet_count(); ++i) {
            if (i != wanted) format_.other_sheets.push_back(name_of(i));
        }
        next_sheet_ = sheet_count();
        return {};
    }

    const FileFormat& format() const override { return format_; }
    const std::vector<std::string>& header() const override { return sheet_->header(); }
    const std::vector<bool>& doubles() const override { return sheet_->doubles(); }
    std::size_t part() const override { return part_; }

    Result<bool> next(RowChunk& chunk) override {
        while (!TRY(sheet_->next(chunk))) {
            note_adjusted();
            if (!TRY(open_next_fit())) return false;
        }
        note_adjusted();
        for (FileRow& row : chunk.rows) row.row += rows_before_;
        if (!chunk.rows.empty()) last_row_ = chunk.rows.back().row;
        return true;
    }

    // Sheets are taken for equally long.
    std::uint64_t bytes_read() const override {
        return (workbook_.bytes * sheets_before_ + sheet_->bytes_read()) / sheet_count();
    }
    std::uint64_t bytes_total() const override { return workbook_.bytes; }
    std::string original_as_json(const RowChunk& chunk, const FileRow& row) const override {
        return sheet_->original_as_json(chunk, row);
    }

private:
    std::size_t sheet_count() const { return workbook_.contents.sheets.size(); }
    const std::string& name_of(std::size_t at) const { return workbook_.contents.sheets[at].name; }
    void note_adjusted() { format_.adjusted = format_.adjusted || sheet_->format().adjusted; }

    Result<void> open(std::size_t at) {
        take(TRY(open_sheet(workbook_, at, options_)), at);
        return {};
    }

    void take(std::unique_ptr<FileReader> sheet, std::size_t at) {
        const FileFormat before = std::exchange(format_, sheet->format());
        format_.adjusted = format_.adjusted || before.adjusted;
        format_.sheets = before.sheets;
        format_.sheets.push_back(name_of(at));
        format_.other_sheets = before.other_sheets;
        if (sheet_ != nullptr) ++part_;
        rows_before_ = last_row_;
        sheets_before_ = at;
        sheet_ = std::move(sheet);
    }

    Result<void> begin_with_first_fit() {
        if (TRY(open_next_fit())) return {};
        for (std::size_t at = 0; at < sheet_count(); ++at) {
            if (std::ranges::find(format_.other_sheets, name_of(at)) == format_.other_sheets.end())
                continue;
            return open(at);
        }
        return Error(
            ErrorCode::InvalidArgument,
            sheet_count() == 1 ? "the sheet has no rows" : "none of the sheets has rows"
        );
    }

    // Whether there was another one.
    Result<bool> open_next_fit() {
        while (next_sheet_ < sheet_count()) {
            const std::size_t at = next_sheet_++;
            if (!has_cells(workbook_.contents.sheets[at])) continue;
            auto sheet = open_sheet(workbook_, at, options_);
            if (!sheet.ok() && is_empty_sheet(sheet.error())) continue;
            if (!sheet.ok()) return std::move(sheet).error().in("sheet \"" + name_of(at) + "\"");
            if (options_.fits((*sheet)->header())) {
                take(std::move(sheet).take(), at);
                return true;
            }
            format_.other_sheets.push_back(name_of(at));
        }
        return false;
    }

    const OpenedWorkbook workbook_;
    const FileOptions options_;
    FileFormat format_;
    std::unique_ptr<FileReader> sheet_;
    std::size_t part_ = 0;
    std::size_t next_sheet_ = 0;
    std::size_t sheets_before_ = 0;
    std::int64_t rows_before_ = 0;
    std::int64_t last_row_ = 0;
};

}  // namespace

Result<std::unique_ptr<FileReader>> open_sheets(
    OpenedWorkbook workbook, const FileOptions& options
) {
    auto reader = std::make_unique<WorkbookReader>(std::move(workbook), options);
    TRY(reader->begin());
    return std::unique_ptr<FileReader>(std::move(reader));
}

}  // namespace tradewind::engine
