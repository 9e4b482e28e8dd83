#include "crawl/copies.h"

#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "crawl/json_record.h"
#include "crawl/names.h"

namespace tradewind::crawl {

namespace {

constexpr std::size_t written_bytes = 1u << 20;

void append_cell(std::string& line, std::string_view cell) {
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
        line += cell;
        return;
    }
    line += '"';
    for (const char c : cell) {
        if (c == '"') line += '"';
        line += c;
    }
    line += '"';
}

// As RFC 4180 has it; a row of one empty cell needs quotes, or it would be a blank line.
void append_cells(std::string& text, const engine::RowChunk& chunk, const engine::FileRow& row) {
    for (std::size_t i = 0; i < row.cell_count; ++i) {
        if (i > 0) text += ',';
        const auto& cell = chunk.cells[row.first_cell + i];
        if (cell) append_cell(text, *cell);
    }
    if (row.cell_count == 1 && text.ends_with('\n')) text += "\"\"";
    text += '\n';
}

void append_header(std::string& text, const std::vector<std::string>& header) {
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (i > 0) text += ',';
        append_cell(text, header[i]);
    }
    text += '\n';
}

Result<void> write_rows(engine::FileReader& reader, lake::NewFile& file) {
    std::string text;
    if (reader.format().header && !reader.rows_are_json()) append_header(text, reader.header());
    JsonRecords records;
    FileReport ignored;
    engine::RowChunk chunk;
    while (TRY(reader.next(chunk))) {
        for (const engine::FileRow& row : chunk.rows) {
            if (!row.problem.empty()) continue;
            if (reader.rows_are_json()) {
                if (!records.add(row.original, ignored).empty()) continue;
                text.append(row.original).append("\n");
            } else {
                append_cells(text, chunk, row);
            }
            if (text.size() < written_bytes) continue;
            TRY(file.append(text));
            text.clear();
        }
    }
    return file.append(text);
}

}  // namespace

Result<std::string> Copies::path_for(const FileReport& report, const std::string& root) const {
    const std::string name =
        hash128(run_ + report.file.path + std::to_string(report.file.modified_at.micros));
    std::string path = copies_dataset + "/" + name;
    const std::string below =
        report.file.path.size() > root.size() ? report.file.path.substr(root.size()) : "";
    for (const std::string& part : split(os::parent_folder(below), '/')) {
        if (!hive_folder(part).key.empty()) path += "/" + part;
    }
    path += "/rows.csv";
    if (lake::valid_path(path)) return path;
    return Error(ErrorCode::InvalidArgument, "the names of its partition folders are too odd");
}

Result<void> Copies::make(FileReport& report, const std::string& root) {
    const std::string path = TRY(path_for(report, root));
    const auto reader = TRY(engine::open_file(report.file.path, options_));
    const auto file = TRY(lake_.create(path));
    TRY(write_rows(*reader, *file));
    lake::DataFile made = TRY(file->finish());
    made.row_count = report.row_count;
    made_.push_back(std::move(made));
    report.copy = lake_.absolute(path);
    // Of a sheet the cells are written, not the workbook.
    const bool sheet = report.scan.format == catalog::Format::Xlsx;
    catalog::FileScan& plain = report.copy_scan.emplace();
    plain.format = sheet ? catalog::Format::Csv : report.scan.format;
    plain.header = report.scan.header;
    return {};
}

void Copies::give_up(const std::string& copy) {
    const std::string root = lake_.absolute(copies_dataset);
    if (copy.starts_with(root)) given_up_.push_back(copies_dataset + copy.substr(root.size()));
}

Result<void> Copies::commit() {
    if (made_.empty() && given_up_.empty()) return {};
    lake::Commit commit;
    commit.add = std::exchange(made_, {});
    // One that damage took away is none to remove.
    const lake::Version current = TRY(lake_.current(copies_dataset));
    for (std::string& path : given_up_) {
        if (current.files.find(path) != nullptr) commit.remove.push_back(std::move(path));
    }
    given_up_.clear();
    commit.run = run_;
    TRY(lake_.commit(copies_dataset, commit, std::nullopt));
    return {};
}

void Copies::abandon() {
    for (const lake::DataFile& file : made_) {
        const auto gone = lake_.discard(file.path);
        if (!gone.ok()) log::warn("crawl: " + gone.error().describe());
    }
    made_.clear();
    given_up_.clear();
}

}  // namespace tradewind::crawl
