#include "api/table_json.h"

#include <algorithm>

#include "api/schema.h"
#include "base/time.h"

namespace tradewind::api {

namespace {

using namespace schema;

std::int64_t number_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

Value text_or_null(const std::string& value) {
    return value.empty() ? Value() : Value::string(value);
}

Value time_or_null(Timestamp at) {
    return at.micros == 0 ? Value() : Value::string(format_iso(at) + "Z");
}

Value texts(const std::vector<std::string>& list) {
    Value items = Value::array();
    for (const std::string& one : list) items.add(Value::string(one));
    return items;
}

std::vector<Member> summary_members() {
    return {
        {"schema", text()},
        {"table", text()},
        {"kind", one_of({"source", "asset", "view", "crawled", "system"})},
        {"layer", nullable(text("raw, clean, mart or system."))},
        {"description", nullable(text())},
        {"version", integer("0: nothing was published yet.")},
        {"published_at", time_schema()},
        {"row_count", integer()},
        {"bytes", integer()},
        {"file_count", integer()},
        {"column_count", integer()},
        {"damage", nullable(text("Why it cannot be read."))}
    };
}

Value scan_json(const catalog::FileScan& scan) {
    Value object = Value::object();
    object.set("format", catalog::to_string(scan.format));
    object.set("compression", text_or_null(scan.compression));
    object.set("encoding", scan.encoding.empty() ? "utf-8" : scan.encoding);
    const bool csv = scan.format == catalog::Format::Csv;
    object.set("delimiter", csv ? Value::string(std::string(1, scan.delimiter)) : Value());
    object.set("header", scan.header);
    object.set("null_text", text_or_null(scan.null_text));
    return object;
}

Value scan_schema() {
    return schema::object(
        {{"format", one_of({"parquet", "csv", "json", "ndjson", "xlsx"})},
         {"compression", nullable(text("gzip or zstd."))},
         {"encoding", text()},
         {"delimiter", nullable(text("CSV."))},
         {"header", boolean()},
         {"null_text", nullable(text("What means null besides the empty field."))}}
    );
}

void add_links(Value& object, const catalog::ColumnLinks& links) {
    object.set("from", texts(links.from));
    object.set("through", texts(links.through));
    object.set("to", texts(links.to));
}

std::vector<Member> link_members() {
    return {
        {"from", array(text("A stored column that it is computed from: schema.table.column."))},
        {"through", array(text("A view's column between."))},
        {"to", array(text("A column that is computed from it."))}
    };
}

Value column_json(
    const catalog::TableInfo& table, const catalog::Column& column, const catalog::Lineage& lineage
) {
    Value object = Value::object();
    object.set("name", column.name);
    object.set("type", text_or_null(column.type));
    object.set("description", text_or_null(column.description));
    const auto found =
        std::ranges::find(table.statistics, column.name, &catalog::CrawledColumnStatistics::column);
    const bool known = found != table.statistics.end();
    object.set("null_count", known ? Value::number(found->null_count) : Value());
    object.set("min", known ? text_or_null(found->min) : Value());
    object.set("max", known ? text_or_null(found->max) : Value());
    const bool counted = known && table.scan.has_value();
    object.set("distinct_approx", counted ? Value::number(found->distinct_approx) : Value());
    const auto links =
        std::ranges::find(lineage.columns, column.name, &catalog::ColumnLinks::column);
    const bool linked = links != lineage.columns.end();
    add_links(object, linked ? *links : catalog::ColumnLinks());
    return object;
}

Value column_schema() {
    std::vector<Member> members = {
        {"name", text()},
        {"type", nullable(text("As portable SQL writes it: STRING, DECIMAL(12,4), …"))},
        {"description", nullable(text())},
        {"null_count", nullable(integer("This and the bounds: of the rows in files."))},
        {"min", nullable(text())},
        {"max", nullable(text())},
        {"distinct_approx", nullable(integer("Of crawled tables."))}
    };
    for (Member& member : link_members()) members.push_back(std::move(member));
    return schema::object(std::move(members));
}

}  // namespace

Value table_summary(const catalog::TableInfo& table) {
    Value object = Value::object();
    object.set("schema", table.declared.name.schema);
    object.set("table", table.declared.name.table);
    object.set("kind", catalog::to_string(table.declared.kind));
    object.set("layer", text_or_null(table.declared.layer));
    object.set("description", text_or_null(table.declared.description));
    object.set("version", table.version.number);
    object.set("published_at", time_or_null(table.version.published_at));
    object.set("row_count", table.version.row_count);
    object.set("bytes", number_of(table.version.bytes));
    object.set("file_count", number_of(table.version.file_count));
    object.set("column_count", number_of(table.columns.size()));
    object.set("damage", text_or_null(table.damage));
    return object;
}

Value table_summary_schema() {
    return schema::object(summary_members());
}

Value table_json(const catalog::TableInfo& table, const catalog::Lineage& lineage) {
    Value object = table_summary(table);
    object.set("grain", text_or_null(table.declared.grain));
    object.set("key", texts(table.declared.key));
    object.set("partition_by", texts(table.declared.partition_by));
    object.set("sql", text_or_null(table.declared.sql));
    object.set("root", text_or_null(table.root));
    object.set("scan", table.scan ? scan_json(*table.scan) : Value());
    object.set("run", text_or_null(table.version.provenance.run));
    object.set("note", text_or_null(table.version.provenance.note));
    Value& columns = object.set("columns", Value::array());
    for (const catalog::Column& column : table.columns)
        columns.add(column_json(table, column, lineage));
    object.set("inputs", texts(lineage.inputs));
    object.set("outputs", texts(lineage.outputs));
    return object;
}

Value table_schema() {
    std::vector<Member> members = summary_members();
    for (Member& member : std::vector<Member>{
             {"grain", nullable(text("What one row stands for."))},
             {"key", array(text())},
             {"partition_by", array(text())},
             {"sql", nullable(text("What it is made by."))},
             {"root", nullable(text("Crawled tables: the folder of their files."))},
             {"scan", nullable(scan_schema())},
             {"run", nullable(text("What made the newest version."))},
             {"note", nullable(text("What it changed, in words."))},
             {"columns", array(column_schema())},
             {"inputs", array(text("A stored table that it is made from, or a view between."))},
             {"outputs", array(text("A table or view that is made from it."))}
         }) {
        members.push_back(std::move(member));
    }
    return schema::object(std::move(members));
}

Value version_json(const catalog::TableVersion& version) {
    Value object = Value::object();
    object.set("version", version.number);
    object.set("published_at", time_or_null(version.published_at));
    object.set("row_count", version.row_count);
    object.set("bytes", number_of(version.bytes));
    object.set("file_count", number_of(version.file_count));
    object.set("files_kept", number_of(version.files_kept));
    object.set("run", text_or_null(version.provenance.run));
    object.set("sql_hash", text_or_null(version.provenance.sql_hash));
    object.set("rows_in", version.provenance.rows_in);
    object.set("note", text_or_null(version.provenance.note));
    Value& inputs = object.set("inputs", Value::array());
    for (const catalog::InputVersion& input : version.provenance.inputs) {
        Value& item = inputs.add(Value::object());
        item.set("table", input.table);
        item.set("version", input.version);
    }
    return object;
}

Value version_schema() {
    return schema::object(
        {{"version", integer()},
         {"published_at", time_schema()},
         {"row_count", integer()},
         {"bytes", integer()},
         {"file_count", integer()},
         {"files_kept", integer("Of them, those that the version before had too.")},
         {"run", nullable(text("What made it."))},
         {"sql_hash", nullable(text("Of the statement that made it."))},
         {"rows_in", integer("Rows of the inputs that were read.")},
         {"note", nullable(text("What changed, in words."))},
         {"inputs",
          array(schema::object({{"table", text()}, {"version", integer()}}), "As they were read.")}}
    );
}

Value lineage_json(const catalog::Lineage& lineage) {
    Value object = Value::object();
    object.set("inputs", texts(lineage.inputs));
    object.set("outputs", texts(lineage.outputs));
    Value& columns = object.set("columns", Value::array());
    for (const catalog::ColumnLinks& one : lineage.columns) {
        Value& item = columns.add(Value::object());
        item.set("column", one.column);
        add_links(item, one);
    }
    return object;
}

Value lineage_schema() {
    std::vector<Member> column = {{"column", text()}};
    for (Member& member : link_members()) column.push_back(std::move(member));
    return schema::object(
        {{"inputs", array(text("A stored table that it is made from, or a view between."))},
         {"outputs", array(text("A table or view that is made from it."))},
         {"columns", array(schema::object(std::move(column)), "Those that have any.")}}
    );
}

}  // namespace tradewind::api
