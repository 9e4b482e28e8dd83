#include <charconv>

#include "base/hash.h"
#include "base/time.h"
#include "lake/version_file.h"
#include "lake/version_format.h"

namespace tradewind::lake {

namespace {

Error damaged(const std::string& why) {
    return Error(ErrorCode::Corruption, "version file is damaged: " + why);
}

// A member that must be there, of one kind.
Result<const json::Value*> member(
    const json::Value& object, std::string_view name, json::Kind kind
) {
    const json::Value* value = object.find(name);
    if (value == nullptr || value->kind() != kind) return damaged("no '" + std::string(name) + "'");
    return value;
}

Result<std::string> text_of(const json::Value& object, std::string_view name) {
    return TRY(member(object, name, json::Kind::String))
    ->text();
}

Result<std::int64_t> integer_of(const json::Value& object, std::string_view name) {
    auto value = TRY(member(object, name, json::Kind::Number))
    ->as_integer();
    if (!value.ok()) return damaged("'" + std::string(name) + "' is no integer");
    return value;
}

Result<std::int64_t> count_of(const json::Value& object, std::string_view name) {
    const std::int64_t value = TRY(integer_of(object, name));
    if (value < 0) return damaged("'" + std::string(name) + "' is negative");
    return value;
}

Result<std::uint64_t> hex_of(const json::Value& object, std::string_view name) {
    const std::string digits = TRY(text_of(object, name));
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, fault] = std::from_chars(digits.data(), end, value, 16);
    if (digits.empty() || fault != std::errc() || stop != end)
        return damaged("'" + std::string(name) + "' is not hex");
    return value;
}

Result<ColumnType> type_of(const std::string& name) {
    for (const ColumnType type :
         {ColumnType::Boolean,
          ColumnType::Integer,
          ColumnType::BigInt,
          ColumnType::Double,
          ColumnType::Decimal,
          ColumnType::Text,
          ColumnType::Date,
          ColumnType::Timestamp}) {
        if (name == type_name(type)) return type;
    }
    return damaged("unknown column type '" + name + "'");
}

Result<std::vector<ColumnSpec>> columns_of(const json::Value& header) {
    std::vector<ColumnSpec> columns;
    for (const json::Value& item : TRY(member(header, "columns", json::Kind::Array))->items()) {
        ColumnSpec column;
        column.name = TRY(text_of(item, "name"));
        column.type = TRY(type_of(TRY(text_of(item, "type"))));
        column.precision = static_cast<int>(item.integer_or("precision", 0));
        column.scale = static_cast<int>(item.integer_or("scale", 0));
        columns.push_back(std::move(column));
    }
    return columns;
}

Result<std::map<std::string, Position>> positions_of(const json::Value& header) {
    std::map<std::string, Position> positions;
    for (const auto& [consumer, value] :
         TRY(member(header, "positions", json::Kind::Object))->members()) {
        const auto position = value.as_integer();
        if (!position.ok()) return damaged("the position of '" + consumer + "' is no integer");
        positions[consumer] = Position(*position);
    }
    return positions;
}

Result<Totals> totals_of(const json::Value& header) {
    Totals totals;
    totals.file_count = static_cast<std::size_t>(TRY(count_of(header, "files")));
    totals.row_count = TRY(integer_of(header, "rows"));
    totals.bytes = static_cast<std::uint64_t>(TRY(count_of(header, "bytes")));
    totals.digest = TRY(hex_of(header, "digest"));
    return totals;
}

Result<Timestamp> time_of(const json::Value& header) {
    auto at = parse_iso(TRY(text_of(header, "published_at")));
    if (!at.ok()) return damaged("'published_at' is no time");
    return at;
}

Result<void> check_format(const json::Value& header) {
    const std::string format = TRY(text_of(header, "format"));
    if (format == format_name) return {};
    return Error(ErrorCode::InvalidArgument, "version file has the unknown format '" + format + "'")
        .with_hint("It was probably written by a newer Tradewind: use that one.");
}

Result<std::vector<LostRows>> lost_of(const json::Value& header) {
    std::vector<LostRows> lost;
    const json::Value* list = header.find("lost");
    if (list == nullptr) return lost;
    for (const json::Value& item : list->items()) {
        LostRows rows;
        rows.path = TRY(text_of(item, "path"));
        rows.row_count = TRY(count_of(item, "rows"));
        rows.origin = OriginId(TRY(integer_of(item, "origin")));
        rows.identity = TRY(text_of(item, "identity"));
        lost.push_back(std::move(rows));
    }
    return lost;
}

Result<VersionHeader> header_of(const json::Value& object) {
    TRY(check_format(object));
    VersionHeader header;
    const std::string kind = TRY(text_of(object, "kind"));
    if (kind != "whole" && kind != "delta") return damaged("unknown kind '" + kind + "'");
    header.kind = kind == "whole" ? VersionKind::Whole : VersionKind::Delta;
    header.dataset = TRY(text_of(object, "dataset"));
    header.number = TRY(count_of(object, "version"));
    if (header.kind == VersionKind::Delta) header.base = TRY(count_of(object, "base"));
    if (header.base >= header.number) return damaged("its base is not before it");
    header.published_at = TRY(time_of(object));
    header.run = TRY(text_of(object, "run"));
    header.totals = TRY(totals_of(object));
    header.columns = TRY(columns_of(object));
    header.positions = TRY(positions_of(object));
    if (const json::Value* extra = object.find("extra")) header.extra = *extra;
    header.lost = TRY(lost_of(object));
    header.aside = object.boolean_or("aside", false);
    return header;
}

Result<json::Value> parse_line(std::string_view line) {
    auto value = json::parse(line);
    if (!value.ok()) return damaged("a line is no JSON");
    return value;
}

Result<std::string> checked_path(const std::string& path) {
    if (auto checked = check_path(path, "data file path"); !checked.ok())
        return damaged(checked.error().message());
    return path;
}

Result<FilePtr> file_of(std::string_view line) {
    const json::Value object = TRY(parse_line(line));
    auto file = std::make_shared<DataFile>();
    file->path = TRY(checked_path(TRY(text_of(object, "path"))));
    file->bytes = static_cast<std::uint64_t>(TRY(count_of(object, "bytes")));
    file->crc32c = static_cast<std::uint32_t>(TRY(hex_of(object, "crc32c")));
    file->row_count = TRY(integer_of(object, "rows"));
    file->origin = OriginId(TRY(integer_of(object, "origin")));
    if (object.find("modified") != nullptr) file->modified_at = Timestamp {
            TRY(integer_of(object, "modified"))
        };
    if (const json::Value* partition = object.find("partition")) {
        for (const auto& [name, value] : partition->members()) file->partition[name] = value.text();
    }
    if (const json::Value* extra = object.find("extra")) file->extra = *extra;
    return FilePtr(std::move(file));
}

// Takes the text apart from the front, by lines and sections.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    Result<std::string_view> next() {
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos) return damaged("a line is missing");
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return line;
    }

    // Calls visit(line, without its comma) for each item of the section.
    template <typename Visit>
    Result<void> section(std::string_view opening, Visit visit) {
        if (!rest_.starts_with(opening)) return damaged("a section is missing");
        rest_.remove_prefix(opening.size());
        while (!rest_.starts_with(section_end)) {
            std::string_view line = TRY(next());
            if (line.ends_with(',')) line.remove_suffix(1);
            TRY(visit(line));
        }
        rest_.remove_prefix(section_end.size());
        return {};
    }

    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

Result<void> read_files(Lines& lines, std::string_view opening, FileChunk& files) {
    return lines.section(opening, [&](std::string_view line) -> Result<void> {
        FilePtr file = TRY(file_of(line));
        if (!files.empty() && files.back()->path >= file->path)
            return damaged("its files are not in order");
        files.push_back(std::move(file));
        return {};
    });
}

Result<void> read_removed(Lines& lines, std::vector<std::string>& removed) {
    return lines.section(removed_opening, [&](std::string_view line) -> Result<void> {
        std::string path = TRY(checked_path(TRY(parse_line(line)).text()));
        if (!removed.empty() && removed.back() >= path)
            return damaged("what it removes is not in order");
        removed.push_back(std::move(path));
        return {};
    });
}

Result<void> read_retired(Lines& lines, RetiredFiles& retired) {
    return lines.section(retired_opening, [&](std::string_view line) -> Result<void> {
        const json::Value object = TRY(parse_line(line));
        retired[TRY(checked_path(TRY(text_of(object, "path"))))] =
            TRY(count_of(object, "removed_in"));
        return {};
    });
}

// The text without its last line, whose checksum was right.
Result<std::string_view> checked_body(std::string_view text) {
    const std::size_t trailer_size = trailer_of(0).size();
    if (text.size() <= trailer_size) return damaged("it is cut off");
    const std::string_view body = text.substr(0, text.size() - trailer_size);
    if (text.substr(body.size()) != trailer_of(crc32c(body)))
        return damaged("its checksum is wrong");
    return body;
}

}  // namespace

Result<VersionHeader> decode_header(std::string_view first_line) {
    if (!first_line.ends_with(',')) return damaged("its first line is cut off");
    first_line.remove_suffix(1);
    return header_of(TRY(parse_line(std::string(first_line) + "}")));
}

Result<VersionFile> decode_version(std::string_view text) {
    Lines lines(TRY(checked_body(text)));
    VersionFile file;
    file.header = TRY(decode_header(TRY(lines.next())));
    if (file.header.kind == VersionKind::Whole) {
        TRY(read_files(lines, files_opening, file.files));
        TRY(read_retired(lines, file.retired));
    } else {
        TRY(read_files(lines, added_opening, file.files));
        TRY(read_removed(lines, file.removed));
    }
    if (!lines.at_end()) return damaged("there is more than expected");
    return file;
}

}  // namespace tradewind::lake
