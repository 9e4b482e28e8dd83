#include <algorithm>
#include <cstdio>

#include "base/hash.h"
#include "base/time.h"
#include "lake/version_file.h"
#include "lake/version_format.h"

namespace tradewind::lake {

namespace {

void put_columns(json::Writer& out, const std::vector<ColumnSpec>& columns) {
    out.begin_array();
    for (const ColumnSpec& column : columns) {
        out.begin_object();
        out.key("name");
        out.string(column.name);
        out.key("type");
        out.string(type_name(column.type));
        if (column.type == ColumnType::Decimal) {
            out.key("precision");
            out.number(std::int64_t{column.precision});
            out.key("scale");
            out.number(std::int64_t{column.scale});
        }
        out.end_object();
    }
    out.end_array();
}

void put_positions(json::Writer& out, const std::map<std::string, Position>& positions) {
    out.begin_object();
    for (const auto& [consumer, position] : positions) {
        out.key(consumer);
        out.number(position.value);
    }
    out.end_object();
}

void put_lost(json::Writer& out, const std::vector<LostRows>& lost) {
    out.begin_array();
    for (const LostRows& rows : lost) {
        out.begin_object();
        out.key("path");
        out.string(rows.path);
        out.key("rows");
        out.number(rows.row_count);
        out.key("origin");
        out.number(rows.origin.value);
        out.key("identity");
        out.string(rows.identity);
        out.end_object();
    }
    out.end_array();
}

void put_file(std::string& text, const DataFile& file) {
    json::Writer out(text);
    out.begin_object();
    out.key("path");
    out.string(file.path);
    out.key("bytes");
    out.number(static_cast<std::int64_t>(file.bytes));
    out.key("crc32c");
    out.string(hex(file.crc32c, 8));
    out.key("rows");
    out.number(file.row_count);
    out.key("origin");
    out.number(file.origin.value);
    if (file.modified_at.micros != 0) {
        out.key("modified");
        out.number(file.modified_at.micros);
    }
    if (!file.partition.empty()) {
        out.key("partition");
        out.begin_object();
        for (const auto& [name, value] : file.partition) {
            out.key(name);
            out.string(value);
        }
        out.end_object();
    }
    if (!file.extra.is_null()) {
        out.key("extra");
        out.value(file.extra);
    }
    out.end_object();
}

// The header's line: an object whose bracket stays open for the sections below it.
std::string begin(const VersionHeader& header) {
    std::string text;
    json::Writer out(text);
    out.begin_object();
    out.key("format");
    out.string(format_name);
    out.key("kind");
    out.string(header.kind == VersionKind::Whole ? "whole" : "delta");
    out.key("dataset");
    out.string(header.dataset);
    out.key("version");
    out.number(header.number);
    if (header.kind == VersionKind::Delta) {
        out.key("base");
        out.number(header.base);
    }
    out.key("published_at");
    out.string(format_iso(header.published_at));
    out.key("run");
    out.string(header.run);
    out.key("files");
    out.number(static_cast<std::int64_t>(header.totals.file_count));
    out.key("rows");
    out.number(header.totals.row_count);
    out.key("bytes");
    out.number(static_cast<std::int64_t>(header.totals.bytes));
    out.key("digest");
    out.string(hex(header.totals.digest, 16));
    out.key("columns");
    put_columns(out, header.columns);
    out.key("positions");
    put_positions(out, header.positions);
    out.key("extra");
    out.value(header.extra);
    if (!header.lost.empty()) {
        out.key("lost");
        put_lost(out, header.lost);
    }
    if (header.aside) {
        out.key("aside");
        out.boolean(true);
    }
    text += ",\n";
    return text;
}

// "name":[ …a line each… ],
template <typename Items, typename Put>
void put_section(std::string& text, std::string_view opening, const Items& items, Put put) {
    text += opening;
    bool first = true;
    for (const auto& item : items) {
        if (!first) text += ",\n";
        first = false;
        put(item);
    }
    if (!first) text += '\n';
    text += section_end;
}

std::string end(std::string text) {
    const std::uint32_t sum = crc32c(text);
    text += trailer_of(sum);
    return text;
}

}  // namespace

std::string hex(std::uint64_t value, int digits) {
    char out[20];
    std::snprintf(out, sizeof out, "%0*llx", digits, static_cast<unsigned long long>(value));
    return out;
}

std::string trailer_of(std::uint32_t sum) {
    return "\"crc32c\":\"" + hex(sum, 8) + "\"}\n";
}

const char* type_name(ColumnType type) {
    switch (type) {
        case ColumnType::Boolean:
            return "boolean";
        case ColumnType::Integer:
            return "integer";
        case ColumnType::BigInt:
            return "bigint";
        case ColumnType::Double:
            return "double";
        case ColumnType::Decimal:
            return "decimal";
        case ColumnType::Text:
            return "text";
        case ColumnType::Date:
            return "date";
        case ColumnType::Timestamp:
            return "timestamp";
    }
    CHECK(false);
    __builtin_unreachable();
}

VersionHeader header_of(
    const Version& version, const std::string& dataset, VersionKind kind, std::int64_t base
) {
    VersionHeader header;
    header.kind = kind;
    header.dataset = dataset;
    header.number = version.number;
    header.base = base;
    header.published_at = version.published_at;
    header.run = version.run;
    header.totals = version.files.content().totals;
    header.columns = version.columns;
    header.positions = version.positions;
    header.extra = version.extra;
    header.lost = version.lost;
    header.aside = version.aside;
    return header;
}

std::string encode_delta(
    const VersionHeader& header, FileChunk added, std::vector<std::string> removed
) {
    CHECK(header.kind == VersionKind::Delta);
    std::sort(added.begin(), added.end(), [](const FilePtr& a, const FilePtr& b) {
        return a->path < b->path;
    });
    std::sort(removed.begin(), removed.end());
    std::string text = begin(header);
    put_section(text, added_opening, added, [&](const FilePtr& file) { put_file(text, *file); });
    put_section(text, removed_opening, removed, [&](const std::string& path) {
        json::append_string(text, path);
    });
    return end(std::move(text));
}

std::string encode_whole(
    const VersionHeader& header, const FileList& files, const RetiredFiles& retired
) {
    CHECK(header.kind == VersionKind::Whole);
    std::string text = begin(header);
    put_section(text, files_opening, files, [&](const DataFile& file) { put_file(text, file); });
    put_section(text, retired_opening, retired, [&](const auto& file) {
        json::Writer out(text);
        out.begin_object();
        out.key("path");
        out.string(file.first);
        out.key("removed_in");
        out.number(file.second);
        out.end_object();
    });
    return end(std::move(text));
}

}  // namespace tradewind::lake
