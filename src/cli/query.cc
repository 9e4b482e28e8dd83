#include <memory>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/result_file.h"
#include "os/process.h"

namespace tradewind::cli {

namespace {

// A table on a terminal is for eyes: more rows than this are better read as CSV.
constexpr std::int64_t table_rows_default = 10'000;

HttpRequest query_request(const std::string& accept, const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/query";
    request.headers = {{"Content-Type", "application/json"}, {"Accept", accept}};
    request.body = body;
    return request;
}

std::string query_body(const QueryOptions& options, std::optional<std::int64_t> limit) {
    json::Value body = json::Value::object();
    body.set("sql", options.sql);
    if (limit) body.set("limit", *limit);
    body.set("timeout_ms", options.timeout_s * 1000);
    return body.dump();
}

// Straight from the engine to the file, piece by piece.
Result<int> stream_result(
    Connection& connection, const QueryOptions& options, const std::string& accept
) {
    const auto file = TRY(ResultFile::open(options.output));
    const std::string body = query_body(options, options.limit);
    const auto write = [&](int, std::string_view piece) { return file->write(piece); };
    const HttpReply reply = TRY(connection.call(query_request(accept, body), write));
    if (reply.status != 200) return error_of(reply);
    TRY(file->finish());
    return exit_ok;
}

Result<int> write_whole(const QueryOptions& options, std::string_view text) {
    const auto file = TRY(ResultFile::open(options.output));
    TRY(file->write(text));
    TRY(file->finish());
    return exit_ok;
}

Result<int> print_json(Connection& connection, const QueryOptions& options) {
    const std::string body = query_body(options, options.limit);
    const HttpReply reply = TRY(connection.call(query_request("application/json", body)));
    if (reply.status != 200) return error_of(reply);
    return write_whole(options, reply.body + "\n");
}

Result<int> print_table(Connection& connection, const QueryOptions& options) {
    const std::string body = query_body(options, options.limit.value_or(table_rows_default));
    const json::Value result = TRY(call_json(connection, query_request("application/json", body)));
    std::vector<std::string> header;
    if (const auto* columns = result.find("columns")) {
        for (const json::Value& column : columns->items())
            header.push_back(column.text_or("name", ""));
    }
    std::vector<std::vector<std::string>> rows;
    if (const auto* list = result.find("rows")) {
        for (const json::Value& row : list->items()) {
            auto& cells = rows.emplace_back();
            for (const json::Value& cell : row.items()) cells.push_back(cell_text(cell));
        }
    }
    const int code = TRY(write_whole(options, format_table(header, rows)));
    if (result.boolean_or("truncated", false))
        note(
            "only the first rows are shown; ask for more with --limit, or for all with --format csv"
        );
    return code;
}

}  // namespace

Result<int> query(const Context& context, const QueryOptions& options) {
    const auto connection = TRY(context.connect());
    if (options.format == "csv") return stream_result(*connection, options, "text/csv");
    if (options.format == "parquet") {
        if (options.output.empty() && os::stdout_is_terminal()) {
            return Error(ErrorCode::InvalidArgument, "Parquet is no text for a terminal")
                .with_hint("Name a file with --output, or redirect stdout.");
        }
        return stream_result(*connection, options, "application/vnd.apache.parquet");
    }
    if (options.format == "json" || context.json) return print_json(*connection, options);
    return print_table(*connection, options);
}

}  // namespace tradewind::cli
