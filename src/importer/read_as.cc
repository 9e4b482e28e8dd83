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

void set_texts(json::Value& value, const char* name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    json::Value& list = value.set(name, json::Value::array());
    for (const std::string& text : texts) list.add(json::Value::string(text));
}

std::vector<std::string> texts_of(const json::Value& value, const char* name) {
    std::vector<std::string> texts;
    const json::Value* list = value.find(name);
    if (list == nullptr || list->kind() != json::Kind::Array) return texts;
    for (const json::Value& item : list->items()) texts.push_back(item.text());
    return texts;
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
    if (format.sheets.size() > 1) read_as.sheets = format.sheets;
    read_as.other_sheets = format.other_sheets;
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
    set_texts(value, "sheets", read_as->sheets);
    set_texts(value, "other_sheets", read_as->other_sheets);
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
    read_as.sheets = texts_of(*value, "sheets");
    read_as.other_sheets = texts_of(*value, "other_sheets");
    return read_as;
}

}  // namespace tradewind::importer
