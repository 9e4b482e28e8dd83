#include "catalog/catalog_json.h"

#include <array>
#include <utility>

namespace tradewind::catalog {

namespace {

const std::vector<json::Value>& items_of(const json::Value* value) {
    static const std::vector<json::Value> none;
    return value == nullptr ? none : value->items();
}

json::Value texts(const std::vector<std::string>& list) {
    json::Value array = json::Value::array();
    for (const std::string& text : list) array.add(json::Value::string(text));
    return array;
}

std::vector<std::string> texts_from(const json::Value* value) {
    std::vector<std::string> list;
    for (const json::Value& item : items_of(value)) list.push_back(item.text());
    return list;
}

char character_or(const json::Value& value, std::string_view name, char fallback) {
    const json::Value* found = value.find(name);
    if (found == nullptr) return fallback;
    return found->text().empty() ? '\0' : found->text().front();
}

// '\0' (no such character) as the empty text.
std::string text_of_character(char character) {
    return character == '\0' ? "" : std::string(1, character);
}

Format format_from(const std::string& name) {
    constexpr std::array all = {
        Format::Parquet, Format::Csv, Format::Json, Format::Ndjson, Format::Xlsx
    };
    for (const Format format : all) {
        if (name == to_string(format)) return format;
    }
    return Format::Parquet;
}

}  // namespace

json::Value to_json(const std::vector<Column>& columns) {
    json::Value array = json::Value::array();
    for (const Column& column : columns) {
        json::Value& object = array.add(json::Value::object());
        object.set("name", column.name);
        object.set("type", column.type);
        if (!column.description.empty()) object.set("description", column.description);
        if (!column.source.empty()) object.set("source", column.source);
        if (!column.format.empty()) object.set("format", column.format);
    }
    return array;
}

std::vector<Column> columns_from(const json::Value* value) {
    std::vector<Column> columns;
    for (const json::Value& item : items_of(value)) {
        columns.push_back(
            {item.text_or("name", ""),
             item.text_or("type", ""),
             item.text_or("description", ""),
             item.text_or("source", ""),
             item.text_or("format", "")}
        );
    }
    return columns;
}

json::Value to_json(const FileScan& scan) {
    json::Value object = json::Value::object();
    object.set("format", to_string(scan.format));
    object.set("compression", scan.compression);
    object.set("encoding", scan.encoding);
    object.set("delimiter", text_of_character(scan.delimiter));
    object.set("quote", text_of_character(scan.quote));
    object.set("escape", text_of_character(scan.escape));
    object.set("header", scan.header);
    object.set("timestamp_format", scan.timestamp_format);
    object.set("date_format", scan.date_format);
    object.set("null_text", scan.null_text);
    if (!scan.other_null_texts.empty())
        object.set("other_null_texts", texts(scan.other_null_texts));
    object.set("sheet", scan.sheet);
    object.set("skip_lines", static_cast<std::int64_t>(scan.skip_lines));
    object.set("hive_columns", to_json(scan.hive_columns));
    return object;
}

FileScan scan_from(const json::Value& value) {
    FileScan scan;
    scan.format = format_from(value.text_or("format", "parquet"));
    scan.compression = value.text_or("compression", "");
    scan.encoding = value.text_or("encoding", "");
    scan.delimiter = character_or(value, "delimiter", ',');
    scan.quote = character_or(value, "quote", '"');
    scan.escape = character_or(value, "escape", '"');
    scan.header = value.boolean_or("header", true);
    scan.timestamp_format = value.text_or("timestamp_format", "");
    scan.date_format = value.text_or("date_format", "");
    scan.null_text = value.text_or("null_text", "");
    scan.other_null_texts = texts_from(value.find("other_null_texts"));
    scan.sheet = value.text_or("sheet", "");
    scan.skip_lines = static_cast<int>(value.integer_or("skip_lines", 0));
    scan.hive_columns = columns_from(value.find("hive_columns"));
    return scan;
}

json::Value to_json(const std::vector<CrawledShape>& shapes) {
    json::Value array = json::Value::array();
    for (const CrawledShape& shape : shapes) {
        json::Value& object = array.add(json::Value::object());
        object.set("scan", to_json(shape.scan));
        object.set("columns", texts(shape.columns));
        if (!shape.sources.empty()) object.set("sources", texts(shape.sources));
        if (!shape.types.empty()) object.set("types", texts(shape.types));
    }
    return array;
}

std::vector<CrawledShape> shapes_from(const json::Value& value) {
    std::vector<CrawledShape> shapes;
    for (const json::Value& item : value.items()) {
        CrawledShape& shape = shapes.emplace_back();
        if (const json::Value* scan = item.find("scan")) shape.scan = scan_from(*scan);
        shape.columns = texts_from(item.find("columns"));
        shape.sources = texts_from(item.find("sources"));
        shape.types = texts_from(item.find("types"));
    }
    return shapes;
}

json::Value to_json(const std::vector<CrawledColumnStatistics>& statistics) {
    json::Value array = json::Value::array();
    for (const CrawledColumnStatistics& one : statistics) {
        json::Value& object = array.add(json::Value::object());
        object.set("column", one.column);
        object.set("null_count", one.null_count);
        object.set("min", one.min);
        object.set("max", one.max);
        object.set("distinct_approx", one.distinct_approx);
    }
    return array;
}

std::vector<CrawledColumnStatistics> statistics_from(const json::Value& value) {
    std::vector<CrawledColumnStatistics> statistics;
    for (const json::Value& item : value.items()) {
        CrawledColumnStatistics& one = statistics.emplace_back();
        one.column = item.text_or("column", "");
        one.null_count = item.integer_or("null_count", 0);
        one.min = item.text_or("min", "");
        one.max = item.text_or("max", "");
        one.distinct_approx = item.integer_or("distinct_approx", 0);
    }
    return statistics;
}

json::Value to_json(const std::map<std::string, std::string>& partition) {
    json::Value object = json::Value::object();
    for (const auto& [key, value] : partition) object.set(key, value);
    return object;
}

std::map<std::string, std::string> partition_from(const json::Value& value) {
    std::map<std::string, std::string> partition;
    for (const auto& [key, member] : value.members()) partition[key] = member.text();
    return partition;
}

// Members of a lake version's extra; others may stand beside them.
json::Value to_json(const Provenance& provenance) {
    json::Value object = json::Value::object();
    object.set("run", provenance.run);
    object.set("sql_hash", provenance.sql_hash);
    json::Value& inputs = object.set("inputs", json::Value::array());
    for (const InputVersion& input : provenance.inputs) {
        json::Value& item = inputs.add(json::Value::object());
        item.set("table", input.table);
        item.set("version", input.version);
    }
    json::Value& lineage = object.set("lineage", json::Value::array());
    for (const ColumnLineage& one : provenance.lineage) {
        json::Value& item = lineage.add(json::Value::object());
        item.set("column", one.column);
        item.set("from", texts(one.from));
    }
    object.set("columns", to_json(provenance.columns));
    object.set("rows_in", provenance.rows_in);
    if (!provenance.note.empty()) object.set("note", provenance.note);
    return object;
}

Provenance provenance_from(const json::Value& extra) {
    Provenance provenance;
    provenance.run = extra.text_or("run", "");
    provenance.sql_hash = extra.text_or("sql_hash", "");
    for (const json::Value& item : items_of(extra.find("inputs"))) {
        provenance.inputs.push_back({item.text_or("table", ""), item.integer_or("version", 0)});
    }
    for (const json::Value& item : items_of(extra.find("lineage"))) {
        ColumnLineage& one = provenance.lineage.emplace_back();
        one.column = item.text_or("column", "");
        for (const json::Value& from : items_of(item.find("from"))) one.from.push_back(from.text());
    }
    provenance.columns = columns_from(extra.find("columns"));
    provenance.rows_in = extra.integer_or("rows_in", 0);
    provenance.note = extra.text_or("note", "");
    return provenance;
}

}  // namespace tradewind::catalog
