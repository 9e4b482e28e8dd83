#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/output.h"
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
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(nullptr, &std::fclose);
    if (!options.output.empty()) {
        file.reset(std::fopen(options.output.c_str(), "wb"));
        if (!file) return Error(ErrorCode::Io, "cannot write " + options.output);
    }
    std::FILE* out = file ? file.get() : stdout;
    const std::string body = query_body(options, options.limit);
    const auto write = [&](int, std::string_view piece) -> Result<void> {
        if (std::fwrite(piece.data(), 1, piece.size(), out) == piece.size()) return {};
        return Error(ErrorCode::Io, "cannot write the result");
    };
    const HttpReply reply = TRY(connection.call(query_request(accept, body), write));
    if (reply.status != 200) return error_of(reply);
    if (std::fflush(out) != 0) return Error(ErrorCode::Io, "cannot write the result");
    return exit_ok;
}

Result<int> print_json(Connection& connection, const QueryOptions& options) {
    const std::string body = query_body(options, options.limit);
    const HttpReply reply = TRY(connection.call(query_request("application/json", body)));
    if (reply.status != 200) return error_of(reply);
    print_line(reply.body);
    return exit_ok;
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
    print(format_table(header, rows));
    if (result.boolean_or("truncated", false))
        note(
            "only the first rows are shown; ask for more with --limit, or for all with --format csv"
        );
    return exit_ok;
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
