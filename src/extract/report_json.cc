#include "extract/extract.h"

namespace tradewind::extract {

json::Value to_json(const DumpReport& report) {
    json::Value value = json::Value::object();
    value.set("package", report.package);
    value.set("extract", report.name);
    value.set("date", report.date);
    json::Value& tables = value.set("tables", json::Value::array());
    for (const DumpedTable& table : report.tables) {
        json::Value& one = tables.add(json::Value::object());
        one.set("table", table.table);
        one.set("path", table.path);
        one.set("rows", table.row_count);
        one.set("bytes", static_cast<std::int64_t>(table.bytes));
    }
    value.set("manifest", report.manifest);
    value.set("attempts", std::int64_t{report.attempts});
    value.set("duration_ms", report.duration_us / 1000);
    return value;
}

json::Value to_json(const TableInfo& table) {
    json::Value value = json::Value::object();
    value.set("schema", table.schema);
    value.set("table", table.name);
    value.set("kind", table.kind);
    value.set(
        "row_estimate",
        table.row_estimate < 0 ? json::Value() : json::Value::number(table.row_estimate)
    );
    json::Value& columns = value.set("columns", json::Value::array());
    for (const ColumnInfo& column : table.columns) {
        json::Value& one = columns.add(json::Value::object());
        one.set("name", column.name);
        one.set("type", column.type);
        one.set("nullable", column.nullable);
        one.set("key", column.key);
    }
    return value;
}

}  // namespace tradewind::extract
