// For tests: a reader of simple files, which can be malformed and damaged.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"

namespace tradewind::importer::testing_support {

// Lines of cells with commas between, or of JSON when the first one begins with a brace. A line
// "!…" is malformed, one "#DAMAGE" cannot be read past.
class SimpleReader : public engine::FileReader {
public:
    explicit SimpleReader(std::string text, const std::vector<std::string>& columns = {})
        : text_(std::move(text)) {
        format_.kind = text_.starts_with("{") ? engine::FileKind::Ndjson : engine::FileKind::Csv;
        format_.encoding = "iso-8859-1";
        if (rows_are_json()) return;
        format_.header = columns.empty();
        header_ = columns.empty() ? split_line(take_line()) : columns;
        doubles_.assign(header_.size(), false);
    }

    const engine::FileFormat& format() const override { return format_; }
    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<bool>& doubles() const override { return doubles_; }

    Result<bool> next(engine::RowChunk& chunk) override {
        chunk.cells.clear();
        chunk.rows.clear();
        chunk.inexact.clear();
        while (at_ < text_.size() && chunk.rows.size() < 3) {
            const std::string_view line = take_line();
            if (line == "#DAMAGE") {
                return Error(
                    ErrorCode::InvalidArgument, "cut off in line " + std::to_string(line_)
                );
            }
            engine::FileRow row;
            row.row = ++row_;
            row.line = line_;
            row.original = line;
            if (line.starts_with("!")) row.problem = "a quote is not closed";
            row.first_cell = chunk.cells.size();
            if (!rows_are_json() && row.problem.empty()) add_cells(line, chunk);
            row.cell_count = chunk.cells.size() - row.first_cell;
            chunk.rows.push_back(row);
        }
        return !chunk.rows.empty();
    }

    std::uint64_t bytes_read() const override { return at_; }
    std::uint64_t bytes_total() const override { return text_.size(); }
    std::string original_as_json(const engine::RowChunk&, const engine::FileRow& row)
        const override {
        return "{\"line\":\"" + std::string(row.original) + "\"}";
    }

private:
    std::string_view take_line() {
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        const std::string_view line = std::string_view(text_).substr(at_, end - at_);
        at_ = std::min(end + 1, text_.size());
        ++line_;
        return line;
    }
    static std::vector<std::string> split_line(std::string_view line) {
        std::vector<std::string> cells;
        for (std::size_t at = 0; at <= line.size();) {
            const std::size_t end = std::min(line.find(',', at), line.size());
            cells.emplace_back(line.substr(at, end - at));
            at = end + 1;
        }
        return cells;
    }
    static void add_cells(std::string_view line, engine::RowChunk& chunk) {
        for (std::size_t at = 0; at <= line.size();) {
            const std::size_t end = std::min(line.find(',', at), line.size());
            if (line.substr(at, 1) == "~") chunk.inexact.push_back(chunk.cells.size());
            chunk.cells.emplace_back(line.substr(at, end - at));
            at = end + 1;
        }
    }

    const std::string text_;
    engine::FileFormat format_;
    std::vector<std::string> header_;
    std::vector<bool> doubles_;
    std::size_t at_ = 0;
    std::int64_t line_ = 0;
    std::int64_t row_ = 0;
};

}  // namespace tradewind::importer::testing_support
