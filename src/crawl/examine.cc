#include "crawl/examine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "crawl/json_record.h"
#include "crawl/names.h"

namespace tradewind::crawl {

namespace {

catalog::Format format_of(engine::FileKind kind) {
    switch (kind) {
        case engine::FileKind::Csv:
            return catalog::Format::Csv;
        case engine::FileKind::Xlsx:
            return catalog::Format::Xlsx;
        case engine::FileKind::Json:
            return catalog::Format::Json;
        case engine::FileKind::Ndjson:
            return catalog::Format::Ndjson;
        case engine::FileKind::Parquet:
            return catalog::Format::Parquet;
    }
    return catalog::Format::Csv;
}

// Which ends of lines a CSV file has: the engine reads one kind a file.
struct LineEnds {
    bool newline = false;
    bool return_newline = false;
    bool carriage_return = false;
    bool mixed() const {
        return (newline ? 1 : 0) + (return_newline ? 1 : 0) + (carriage_return ? 1 : 0) > 1;
    }
    // Of the rows but the last one, whose end may lie beyond what is in memory.
    void look_at(const engine::RowChunk& chunk) {
        for (std::size_t i = 0; i + 1 < chunk.rows.size(); ++i) {
            const std::string_view row = chunk.rows[i].original;
            const char* end = row.data() + row.size();
            if (*end == '\n') newline = true;
            if (*end != '\r') continue;
            (end[1] == '\n' ? return_newline : carriage_return) = true;
        }
    }
};

// Control characters that no text has, of many kinds and often, are what bytes of anything else
// look like: pictures, archives, what is encrypted. One kind may be a separator of somebody's.
class TextBytes {
public:
    void look_at(std::string_view text) {
        if (count_ >= looked_at_bytes) return;
        count_ += text.size();
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte >= 0x20 || c == '\t' || c == '\r' || c == '\n' || c == '\f') continue;
            ++control_count_;
            kinds_ |= 1u << byte;
        }
    }
    bool no_text() const {
        return std::popcount(kinds_) >= kinds_min && control_count_ * one_in > count_;
    }

private:
    static constexpr std::size_t looked_at_bytes = 1u << 20;
    static constexpr int kinds_min = 4;
    static constexpr std::size_t one_in = 50;
    std::size_t count_ = 0;
    std::size_t control_count_ = 0;
    std::uint32_t kinds_ = 0;
};

class Examination {
public:
    Examination(FileReport& report, engine::FileReader& reader, LineEnds ends)
        : report_(report), reader_(reader), ends_(ends) {}

    Result<void> run(const std::atomic<bool>* cancelled) {
        if (reader_.rows_are_json()) {
            json_ = std::make_unique<JsonRecords>();
        } else {
            name_columns(reader_.header());
        }
        engine::RowChunk chunk;
        while (TRY(reader_.next(chunk))) {
            if (cancelled != nullptr && *cancelled) {
                return Error(ErrorCode::Cancelled, "the crawl was cancelled");
            }
            for (const engine::FileRow& row : chunk.rows) add(chunk, row);
            if (report_.scan.format == catalog::Format::Csv) ends_.look_at(chunk);
        }
        conclude();
        return {};
    }

private:
    void name_columns(const std::vector<std::string>& header) {
        const std::vector<std::string> names = column_names(header);
        for (std::size_t i = 0; i < header.size(); ++i) {
            if (report_.scan.format == catalog::Format::Csv) bytes_.look_at(header[i]);
            report_.columns.push_back({names[i], header[i], "", {}});
        }
    }

    void bad(const engine::FileRow& row, const std::string& reason) {
        if (report_.bad_row_count++ == 0) {
            report_.bad_row = "line " + std::to_string(row.line) + ": " + reason;
        }
    }

    void add(const engine::RowChunk& chunk, const engine::FileRow& row) {
        if (report_.scan.format == catalog::Format::Csv) bytes_.look_at(row.original);
        if (!row.problem.empty()) return bad(row, row.problem);
        if (json_) {
            const std::string problem = json_->add(row.original, report_);
            if (!problem.empty()) bad(row, problem);
            return;
        }
        ++report_.row_count;
        for (std::size_t i = 0; i < row.cell_count; ++i) {
            const auto& cell = chunk.cells[row.first_cell + i];
            if (cell) {
                report_.columns[i].profile.add(*cell);
            } else {
                report_.columns[i].profile.add_null();
            }
        }
        if (!beyond_ascii_) {
            beyond_ascii_ = std::ranges::any_of(row.original, [](char c) {
                return (static_cast<unsigned char>(c) & 0x80) != 0;
            });
        }
    }

    void conclude() {
        report_.no_text = bytes_.no_text();
        const engine::FileFormat& format = reader_.format();
        catalog::FileScan& scan = report_.scan;
        scan.compression = format.compression;
        scan.delimiter = format.delimiter;
        scan.quote = scan.escape = format.quote;
        scan.header = format.header;
        // Plain ASCII is the same in all of them, so that such files are of one kind with others.
        scan.encoding = format.encoding == "utf-8" ? "" : format.encoding;
        if (!beyond_ascii_ && scan.encoding != "utf-16") scan.encoding.clear();
        if (json_) {
            scan.delimiter = ',';
            std::vector<std::string> keys;
            for (const FileColumn& column : report_.columns) keys.push_back(column.source);
            const std::vector<std::string> names = column_names(keys);
            for (std::size_t i = 0; i < names.size(); ++i) report_.columns[i].name = names[i];
        }
        report_.needs_copy = report_.bad_row_count > 0 || ends_.mixed() ||
                             scan.encoding == "windows-1252" || format.adjusted;
    }

    FileReport& report_;
    engine::FileReader& reader_;
    std::unique_ptr<JsonRecords> json_;
    LineEnds ends_;
    TextBytes bytes_;
    bool beyond_ascii_ = false;
};

constexpr std::array data_suffixes = {
    ".csv", ".tsv", ".psv", ".txt", ".json", ".ndjson", ".jsonl", ".parquet", ".pq", ".xlsx"
};

constexpr std::array<std::string_view, 4> packed_suffixes = {".gz", ".gzip", ".zst", ".zstd"};

bool is_packed_name(std::string_view file_name) {
    const std::string name = to_lower_ascii(file_name);
    return std::ranges::any_of(packed_suffixes, [&](std::string_view suffix) {
        return name.ends_with(suffix);
    });
}

std::string lowered_unpacked(std::string_view file_name) {
    std::string name = to_lower_ascii(file_name);
    for (const std::string_view suffix : packed_suffixes) {
        if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
    }
    return name;
}

bool is_data_name(std::string_view file_name) {
    const std::string name = lowered_unpacked(file_name);
    return std::ranges::any_of(data_suffixes, [&](const char* suffix) {
        return name.ends_with(suffix);
    });
}

void fail(FileReport& report, const char* kind, std::string why) {
    report.problem_kind = kind;
    report.problem = std::move(why);
}

// What stands before the rows of a plain CSV file.
struct Front {
    int lines_before_header = 0;  // blank ones, and spreadsheets' "sep=;"
    LineEnds ends;                // of those, and of the header
};

Front look_at_front(os::Filesystem& files, const FoundFile& file) {
    constexpr std::size_t front_bytes = 4096;
    Front front;
    const auto opened = files.open(file.path, os::OpenMode::Read);
    if (!opened.ok()) return front;
    const auto read = (*opened)->read_at(0, front_bytes);
    if (!read.ok()) return front;
    std::string_view text = *read;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (true) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return front;
        const bool with_return = end > 0 && text[end - 1] == '\r';
        (with_return ? front.ends.return_newline : front.ends.newline) = true;
        const std::string_view line = trim(text.substr(0, end));
        const bool declares = line.size() <= 7 && (equal_ignore_case(line.substr(0, 4), "sep=") ||
                                                   equal_ignore_case(line.substr(0, 5), "\"sep="));
        if (!line.empty() && !declares) return front;
        ++front.lines_before_header;
        text.remove_prefix(end + 1);
    }
}

Result<void> read(
    FileReport& report,
    const engine::FileOptions& options,
    os::Filesystem& files,
    const std::atomic<bool>* cancelled
) {
    const auto reader = TRY(engine::open_file(report.file.path, options));
    report.scan.format = format_of(reader->format().kind);
    if (report.scan.format == catalog::Format::Parquet) {
        fail(report, "parquet", "");
        return {};
    }
    const engine::FileFormat& format = reader->format();
    // The engine that reads the table goes by the name.
    if (format.compression.empty() && is_packed_name(report.file.path)) {
        fail(report, "unreadable", "it is called as if it were packed, and is not; rename it");
        return {};
    }
    Front front;
    if (format.kind == engine::FileKind::Csv && format.compression.empty() &&
        format.encoding != "utf-16") {
        front = look_at_front(files, report.file);
    }
    TRY(Examination(report, *reader, front.ends).run(cancelled));
    report.scan.skip_lines = front.lines_before_header;
    return {};
}

// The file may have gone, or grown, while it was read.
void check_unchanged(FileReport& report, os::Filesystem& files) {
    const auto now = files.info(report.file.path);
    if (!now.ok()) {
        fail(report, "vanished", "it went while it was read");
    } else if (now->size != report.file.bytes || now->modified_at != report.file.modified_at) {
        fail(report, "changing", "it changed while it was read; the next crawl looks again");
    }
}

void judge(FileReport& report) {
    if (!report.problem_kind.empty()) return;
    const bool named = is_data_name(os::base_name(report.file.path));
    if (report.no_text) {
        fail(report, "unreadable", "it is no text: signs that texts do not have are all over it");
    } else if (report.bad_row_count > report.row_count) {
        fail(report, "unreadable", "most of its rows are malformed; " + report.bad_row);
    } else if (report.columns.empty()) {
        fail(report, "empty", "it holds no columns");
    } else if (!named && report.scan.format == catalog::Format::Csv && report.columns.size() == 1) {
        fail(report, "unknown_format", "it is text, but no table");
    }
}

}  // namespace

bool is_passed_over(std::string_view file_name) {
    if (file_name.starts_with('.') || file_name.starts_with('_')) return true;
    const std::string name = to_lower_ascii(file_name);
    return std::ranges::any_of(
        std::array{".part", ".tmp", ".crdownload", ".partial", ".crc", "~"},
        [&](const char* suffix) { return name.ends_with(suffix); }
    );
}

bool is_no_data(std::string_view file_name) {
    const std::string name = lowered_unpacked(file_name);
    return std::ranges::any_of(
        std::array{".md",  ".html", ".htm", ".pdf",   ".png",  ".jpg",    ".jpeg",   ".gif", ".svg",
                   ".py",  ".sh",   ".sql", ".yml",   ".yaml", ".xml",    ".log",    ".zip", ".tar",
                   ".doc", ".docx", ".xls", ".ipynb", ".db",   ".sqlite", ".duckdb", ".exe", ".so"},
        [&](const char* suffix) { return name.ends_with(suffix); }
    );
}

bool is_parquet_name(std::string_view file_name) {
    const std::string name = to_lower_ascii(file_name);
    return name.ends_with(".parquet") || name.ends_with(".pq");
}

FileReport examine(
    const FoundFile& file,
    const engine::FileOptions& options,
    os::Filesystem& files,
    const std::atomic<bool>* cancelled
) {
    FileReport report;
    report.file = file;
    if (file.bytes == 0) {
        fail(report, "empty", "it is empty");
        return report;
    }
    const auto done = read(report, options, files, cancelled);
    if (!done.ok()) {
        fail(report, "unreadable", done.error().describe());
        if (done.error().code() == ErrorCode::NotFound) report.problem_kind = "vanished";
        if (done.error().code() == ErrorCode::Cancelled) report.problem_kind = "cancelled";
    }
    if (report.problem_kind != "vanished") check_unchanged(report, files);
    judge(report);
    return report;
}

}  // namespace tradewind::crawl
