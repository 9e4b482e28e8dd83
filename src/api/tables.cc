// The catalog: what tables there are, and what is known of each.
#include "api/crawled.h"
#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "api/table_json.h"
#include "api/table_statistics.h"
#include "base/log.h"
#include "base/sql_text.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t versions_default = 20;
constexpr std::int64_t versions_max = 1000;
constexpr std::int64_t preview_default = 20;
constexpr std::int64_t preview_max = 1000;

catalog::TableName name_of(const Call& call) {
    return {call.arguments.text("schema"), call.arguments.text("table")};
}

Operation table_operation(std::string id, const std::string& below, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = "GET";
    operation.path = "/v1/tables/{schema}/{table}" + below;
    operation.tag = "tables";
    operation.summary = std::move(summary);
    operation.parameters = {
        path_parameter("schema", "The table's schema.", "raw"),
        path_parameter("table", "The table.", "online_retail")
    };
    operation.problems = {404};
    return operation;
}

Parameter limit_parameter(std::int64_t otherwise, std::int64_t max) {
    return {
        .name = "limit",
        .type = ValueType::Integer,
        .description = "At most so many; default " + std::to_string(otherwise) + ".",
        .example = "5",
        .min = 1,
        .max = max
    };
}

bool wanted(const catalog::TableInfo& table, const Call& call) {
    const std::string& schema = call.arguments.text("schema");
    const std::string& layer = call.arguments.text("layer");
    const bool own = table.declared.kind == catalog::Kind::System;
    if (own && schema.empty() && layer.empty()) return false;
    return (schema.empty() || schema == table.declared.name.schema) &&
           (layer.empty() || layer == table.declared.layer);
}

Operation list_operation(const Services& services) {
    Operation operation;
    operation.id = "list_tables";
    operation.method = "GET";
    operation.path = "/v1/tables";
    operation.tag = "tables";
    operation.summary = "Tables, by name.";
    operation.description = "Those of the schema system only where it, or its layer, is asked for.";
    operation.parameters = {
        {.name = "schema", .description = "Only of this schema.", .example = "raw"},
        {.name = "layer",
         .description = "Only of this layer: raw, clean, mart, system.",
         .example = "raw"}
    };
    operation.answers = {
        json_answer("The tables.", object({{"tables", array(table_summary_schema())}}))
    };
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("tables", json::Value::array());
        for (const catalog::TableInfo& table : TRY(services.catalog->list())) {
            if (wanted(table, call)) list.add(table_summary(table));
        }
        return json_response(body.dump());
    });
    return operation;
}

// They are an extra: what cannot be told of the columns is left out.
std::vector<catalog::CrawledColumnStatistics> statistics_of(
    const Services& services, const catalog::TableInfo& table
) {
    if (services.engine == nullptr || table.version.number == 0) return {};
    const auto files = services.catalog->files(table.declared.name);
    if (!files.ok()) return {};
    auto statistics = file_statistics(*services.engine, *files);
    if (statistics.ok()) return std::move(statistics).take();
    log::warn(
        "the files of a table do not tell of its columns",
        {{"table", table.declared.name.text()}, {"reason", statistics.error().describe()}}
    );
    return {};
}

Operation show_operation(const Services& services) {
    Operation operation = table_operation("show_table", "", "All that is known of one table.");
    operation.answers = {json_answer("The table.", table_schema())};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        auto table = TRY(services.catalog->show(name_of(call)));
        const auto lineage = TRY(services.catalog->lineage(name_of(call)));
        if (table.statistics.empty()) table.statistics = statistics_of(services, table);
        return json_response(table_json(table, lineage).dump());
    });
    return operation;
}

Operation versions_operation(const Services& services) {
    Operation operation =
        table_operation("list_table_versions", "/versions", "A table's versions, newest first.");
    operation.parameters.push_back(limit_parameter(versions_default, versions_max));
    operation.answers = {
        json_answer("Those still kept.", object({{"versions", array(version_schema())}}))
    };
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("versions", json::Value::array());
        const auto limit =
            static_cast<std::size_t>(call.arguments.integer_or("limit", versions_default));
        for (const auto& version : TRY(services.catalog->versions(name_of(call), limit))) {
            list.add(version_json(version));
        }
        return json_response(body.dump());
    });
    return operation;
}

Operation lineage_operation(const Services& services) {
    Operation operation = table_operation(
        "show_table_lineage", "/lineage", "What a table is made from, and what from it."
    );
    operation.answers = {json_answer("Both ways, tables and columns.", lineage_schema())};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return json_response(lineage_json(TRY(services.catalog->lineage(name_of(call)))).dump());
    });
    return operation;
}

Operation partitions_operation(const Services& services) {
    Operation operation =
        table_operation("list_table_partitions", "/partitions", "A table's partitions.");
    operation.answers = {json_answer(
        "None when it is not partitioned.",
        object(
            {{"partitions",
              array(object(
                  {{"values", open_object({}, "Column and value, as text.")},
                   {"row_count", integer()},
                   {"bytes", integer()},
                   {"file_count", integer()}}
              ))}}
        )
    )};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("partitions", json::Value::array());
        for (const auto& partition : TRY(services.catalog->partitions(name_of(call)))) {
            json::Value& item = list.add(json::Value::object());
            json::Value& values = item.set("values", json::Value::object());
            for (const auto& [column, value] : partition.values) values.set(column, value);
            item.set("row_count", partition.row_count);
            item.set("bytes", static_cast<std::int64_t>(partition.bytes));
            item.set("file_count", static_cast<std::int64_t>(partition.file_count));
        }
        return json_response(body.dump());
    });
    return operation;
}

Result<Response> preview(engine::QueryResult& result) {
    json::Value columns = json::Value::array();
    for (const engine::ResultColumn& column : result.columns()) {
        json::Value& item = columns.add(json::Value::object());
        item.set("name", column.name);
        item.set("type", column.type);
    }
    std::string rows;
    while (true) {
        std::string more;
        const std::int64_t count = TRY(result.append_rows(engine::ResultFormat::JsonRows, more));
        if (count == 0) break;
        rows += more;
    }
    while (rows.ends_with(',')) rows.pop_back();
    return json_response("{\"columns\":" + columns.dump() + ",\"rows\":[" + rows + "]}");
}

Operation preview_operation(const Services& services) {
    Operation operation = table_operation("preview_table", "/preview", "Some rows of a table.");
    operation.parameters.push_back(limit_parameter(preview_default, preview_max));
    operation.answers = {json_answer(
        "The rows, in no order.",
        object(
            {{"columns", array(object({{"name", text()}, {"type", text()}}))},
             {"rows", array(array(anything()))}}
        )
    )};
    operation.problems = {404, 408, 409, 422};
    operation.statuses = {{ErrorCode::ResourceExhausted, 422}};
    operation.runs = Runs::Slow;
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto table = TRY(services.catalog->show(name_of(call)));
        const catalog::TableName& name = table.declared.name;
        engine::QueryRequest request;
        request.sql = "SELECT * FROM " + quote_name(name.schema) + "." + quote_name(name.table) +
                      " LIMIT " +
                      std::to_string(call.arguments.integer_or("limit", preview_default));
        request.cancelled = call.request.cancelled;
        TRY(check_crawled(services, request.sql));
        return preview(*TRY(services.engine->query(request)));
    });
    return operation;
}

}  // namespace

std::vector<Operation> table_operations(const Services& services) {
    if (services.catalog == nullptr) return {};
    return {
        list_operation(services),
        show_operation(services),
        versions_operation(services),
        lineage_operation(services),
        partitions_operation(services),
        preview_operation(services)
    };
}

}  // namespace tradewind::api
