#include "importer/read_as.h"

#include "base/json.h"

namespace tradewind::importer {

namespace {

const char* name_of(engine::FileKind kind) {
    switch (kind) {
        case engine::FileKind::Csv:
            return "csv";
        case engine::FileKind::Xlsx:
            return "xlsx";
        case engine::FileKind::Json:
            return "json";
        case engine::FileKind::Ndjson:
            return "ndjson";
        case engine::FileKind::Parquet:
            return "parquet";
    }
    return "csv";
}

}  // namespace

ReadAs read_as_of(const engine::FileFormat& format) {
    const bool csv = format.kind == engine::FileKind::Csv;
    const bool sheet = format.kind == engine::FileKind::Xlsx;
    const bool text = !sheet && format.kind != engine::FileKind::Parquet;
    ReadAs read_as;
    read_as.kind = name_of(format.kind);
    read_as.compression = format.compression;
    if (text) read_as.encoding = format.encoding;
    if (csv) read_as.delimiter = std::string(1, format.delimiter);
    if (csv || sheet) read_as.header = format.header;
    return read_as;
}

std::string encode_read_as(const std::optional<ReadAs>& read_as) {
    if (!read_as) return "";
    json::Value value = json::Value::object();
    value.set("kind", read_as->kind);
    value.set("compression", read_as->compression);
    value.set("encoding", read_as->encoding);
    value.set("delimiter", read_as->delimiter);
    if (read_as->header) value.set("header", *read_as->header);
    return value.dump();
}

std::optional<ReadAs> decode_read_as(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto value = json::parse(text);
    if (!value.ok() || value->text_or("kind", "").empty()) return std::nullopt;
    ReadAs read_as;
    read_as.kind = value->text_or("kind", "");
    read_as.compression = value->text_or("compression", "");
    read_as.encoding = value->text_or("encoding", "");
    read_as.delimiter = value->text_or("delimiter", "");
    if (value->find("header") != nullptr) read_as.header = value->boolean_or("header", true);
    return read_as;
}

}  // namespace tradewind::importer
