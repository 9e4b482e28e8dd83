// SQL from clients: POST /v1/query.
#include "api/query.h"

#include <array>
#include <utility>

#include "api/accept.h"
#include "api/crawled.h"
#include "api/problem.h"
#include "api/query_body.h"
#include "api/query_workbook.h"
#include "api/replies.h"
#include "base/limits.h"
#include "base/text.h"
#include "os/filesystem.h"
#include "os/random.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr const char* arrow_type = "application/vnd.apache.arrow.stream";
constexpr const char* parquet_type = "application/vnd.apache.parquet";
// Of the offers before Parquet and workbooks, which are made as files.
constexpr std::array formats = {
    engine::ResultFormat::JsonRows,
    engine::ResultFormat::Csv,
    engine::ResultFormat::Ndjson,
    engine::ResultFormat::Arrow
};

engine::QueryRequest request_of(const Call& call, const QueryOrder& order) {
    engine::QueryRequest request;
    request.sql = order.sql;
    request.rows_max = order.limit;
    request.timeout_us = order.timeout_ms * 1000;
    request.cancelled = call.request.cancelled;
    return request;
}

Result<Response> flowing_response(
    const QueryDoor& door, const Call& call, const QueryOrder& order, engine::ResultFormat format
) {
    auto result = TRY(door.engine->query(request_of(call, order)));
    auto source =
        std::make_unique<QueryBody>(std::move(result), format, door.open, call.request.cancelled);
    Response response;
    response.body = TRY(source->next());  // before the status goes out: most errors show by now
    if (!source->at_end()) response.rest = std::move(source);
    return response;
}

Result<Response> parquet_response(
    const QueryDoor& door, const Call& call, const QueryOrder& order
) {
    const std::string path = os::join(door.temp_folder, "query-" + os::random_id() + ".parquet");
    const auto written = door.engine->query_to_parquet(request_of(call, order), path);
    if (!written.ok()) {
        static_cast<void>(os::make_posix_filesystem()->remove(path));
        return written.error();
    }
    Response response;
    response.rest = TRY(make_file_body(path));
    response.headers.emplace("content-disposition", "attachment; filename=\"query.parquet\"");
    return response;
}

Result<Response> workbook_response(
    const QueryDoor& door, const Call& call, const QueryOrder& order
) {
    Response response;
    response.rest = TRY(
        make_file_body(TRY(write_workbook(*door.engine, request_of(call, order), door.temp_folder)))
    );
    response.headers.emplace("content-disposition", "attachment; filename=\"query.xlsx\"");
    return response;
}

Result<Response> response_as(
    std::size_t choice, const QueryDoor& door, const Call& call, const QueryOrder& order
) {
    if (choice < formats.size()) return flowing_response(door, call, order, formats[choice]);
    if (choice == formats.size()) return parquet_response(door, call, order);
    return workbook_response(door, call, order);
}

Result<std::int64_t> read_number(
    const json::Value& value, const std::string& name, std::int64_t min, std::int64_t max
) {
    const auto number = value.as_integer();
    if (number.ok() && *number >= min && *number <= max) return *number;
    return Error(
        ErrorCode::InvalidArgument,
        name + " must be an integer from " + std::to_string(min) + " to " + std::to_string(max)
    );
}

Operation query_operation(QueryDoor door) {
    Operation operation;
    operation.id = "query";
    operation.method = "POST";
    operation.path = "/v1/query";
    operation.tag = "sql";
    operation.runs = Runs::Slow;
    operation.summary = "Run one SELECT over the platform's tables.";
    operation.description =
        "JSON has each row as an array in the order of columns, with decimals and integers in all "
        "digits, and at most 10,000 "
        "rows unless limit says otherwise (truncated tells). CSV, NDJSON, Arrow, Parquet and "
        "XLSX have no "
        "limit unless asked for. A "
        "query that fails after its first rows were sent ends the connection, so that no client "
        "takes the part for the "
        "whole. The query is cancelled when the client goes.";
    operation.body = RequestBody{
        true,
        {json_media(
            object(
                {{"sql", text("One SELECT statement.")},
                 {"limit", integer("Rows at most."), true},
                 {"timeout_ms", integer("Default 30000, at most 300000."), true}}
            ),
            R"({"sql": "SELECT country, count(*) AS lines FROM raw.online_retail GROUP BY country ORDER BY country", "limit": 100})"
        )}
    };
    describe_query_answers(operation);
    operation.handler = answering([door = std::move(door)](Call& call) -> Result<Response> {
        const auto body = TRY(read_json_body(call, {"sql", "limit", "timeout_ms"}, false));
        QueryOrder order = TRY(read_query_limits(body));
        const json::Value* sql = body.find("sql");
        if (sql == nullptr || sql->kind() != json::Kind::String || sql->text().empty()) {
            return Error(ErrorCode::InvalidArgument, "sql is missing")
                .with_hint("Send {\"sql\": \"SELECT …\"}.");
        }
        order.sql = sql->text();
        return run_query(door, call, std::move(order));
    });
    return operation;
}

}  // namespace

const std::vector<std::string_view>& query_media() {
    static const std::vector<std::string_view> offers{
        "application/json",
        "text/csv",
        "application/x-ndjson",
        arrow_type,
        parquet_type,
        workbook_type
    };
    return offers;
}

Result<QueryOrder> read_query_limits(const json::Value& body) {
    QueryOrder order;
    order.timeout_ms = query_timeout_ms_default;
    if (const json::Value* limit = body.find("limit"); limit != nullptr && !limit->is_null()) {
        order.limit = TRY(read_number(*limit, "limit", 0, std::int64_t{1} << 40));
    }
    if (const json::Value* timeout = body.find("timeout_ms");
        timeout != nullptr && !timeout->is_null()) {
        order.timeout_ms = TRY(read_number(*timeout, "timeout_ms", 1, query_timeout_ms_max));
    }
    return order;
}

Result<Response> run_query(const QueryDoor& door, const Call& call, QueryOrder order) {
    const auto choice = choose_media(call.header("accept"), query_media());
    if (!choice) {
        return to_response(
            {.status = 406,
             .type = "not_acceptable",
             .detail = "a result cannot be had as " + std::string(call.header("accept")),
             .hint = "There are application/json, text/csv, application/x-ndjson, " +
                     std::string(arrow_type) + ", " + parquet_type + " and " + workbook_type + "."}
        );
    }
    if (door.open->count.load() >= query_results_max) {
        return Error(ErrorCode::Unavailable, "too many query results are being sent")
            .with_hint("Come again in a second.");
    }
    if (*choice == 0 && !order.limit) order.limit = limits::query_rows_default;
    if (door.prepare) TRY(door.prepare(order.sql));
    Response response = TRY(response_as(*choice, door, call, order));
    response.content_type = std::string(query_media()[*choice]);
    if (*choice == 1) response.content_type += "; charset=utf-8";
    return response;
}

void describe_query_answers(Operation& operation) {
    const Value columns =
        array(object({{"name", text()}, {"type", text("DECIMAL(12,4), STRING, TIMESTAMP, …")}}));
    const Value rows = array(array(anything()), "Each row's values in the order of columns.");
    operation.answers = {
        {200,
         "The rows.",
         {json_media(object(
              {{"columns", columns},
               {"rows", rows},
               {"truncated", boolean("More rows were left out.")}}
          )),
          {"text/csv", text("RFC 4180 with a header; null is an empty field.")},
          {"application/x-ndjson", text("An object a line.")},
          {arrow_type, text("A stream of Arrow's IPC messages.")},
          {parquet_type, text("A Parquet file.")},
          {workbook_type, text("An XLSX workbook of one sheet.")}}}
    };
    operation.problems = {406, 408, 409, 422};
    operation.statuses = {
        {ErrorCode::NotFound, 400},  // a table in the SQL, not the address
        {ErrorCode::ResourceExhausted, 422},
    };
}

std::vector<Operation> query_operations(const Services& services) {
    if (services.engine == nullptr) return {};
    const auto prepare = [&services](const std::string& sql) -> Result<void> {
        TRY(check_crawled(services, sql));
        return refresh_system_tables(services, sql);
    };
    const QueryDoor door{services.engine, services.temp_folder, prepare};
    std::vector<Operation> all = saved_query_operations(services, door);
    all.insert(all.begin(), query_operation(door));
    return all;
}

}  // namespace tradewind::api
