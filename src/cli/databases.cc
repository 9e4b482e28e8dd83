// extract, connections: databases of others.
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

namespace tradewind::cli {

namespace {

const std::vector<json::Value>& list_of(const json::Value& value, const char* name) {
    static const std::vector<json::Value> none;
    const json::Value* list = value.find(name);
    return list ? list->items() : none;
}

void print_dump(const json::Value& report) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& table : list_of(report, "tables")) {
        rows.push_back(
            {table.text_or("table", ""),
             format_count(table.integer_or("rows", 0)),
             format_bytes(table.integer_or("bytes", 0)),
             table.text_or("path", "")}
        );
    }
    print(format_table({"table", "rows", "size", "file"}, rows));
    print_line(
        "extract " + report.text_or("package", "") + ":" + report.text_or("extract", "") + " of " +
        report.text_or("date", "") + " in " +
        format_duration_us(report.integer_or("duration_ms", 0) * 1000)
    );
}

Result<int> dump(const Context& context, const ExtractOptions& options) {
    const std::size_t colon = options.target.find(':');
    if (colon == std::string::npos) {
        note("which extract? tradewind extract PACKAGE:NAME");
        return exit_usage;
    }
    json::Value body = json::Value::object();
    if (!options.date.empty()) body.set("date", options.date);
    const std::string text = body.dump();
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/extracts/" + url_encode(options.target.substr(0, colon)) + "/" +
                     url_encode(options.target.substr(colon + 1));
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    const json::Value report = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(report.dump());
    } else {
        print_dump(report);
    }
    return exit_ok;
}

Result<int> read_source(const Context& context, const ExtractOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/sources/" + url_encode(options.source) + "/read";
    const json::Value answer = TRY(call_json(*connection, request));
    const json::Value* import = answer.find("import");
    const bool nothing = import == nullptr || import->is_null();
    const std::string state = nothing ? "" : import->text_or("state", "");
    if (context.json) {
        print_line(answer.dump());
    } else if (nothing) {
        print_line("source " + options.source + ": nothing is new");
    } else {
        const std::string message = import->text_or("message", "");
        print_line(
            "source " + options.source + ": " + state + ", " +
            format_count(import->integer_or("row_count", 0)) + " rows" +
            (message.empty() ? "" : ", " + message)
        );
    }
    return nothing || state == "succeeded" || state == "skipped" ? exit_ok : exit_failed;
}

std::vector<std::string> column_cells(const json::Value& table, const json::Value& column) {
    return {
        table.text_or("schema", "") + "." + table.text_or("table", ""),
        table.text_or("kind", ""),
        column.text_or("name", ""),
        column.text_or("type", ""),
        column.boolean_or("key", false)       ? "key"
        : column.boolean_or("nullable", true) ? ""
                                              : "required"
    };
}

}  // namespace

Result<int> extract(const Context& context, const ExtractOptions& options) {
    if (options.target.empty() == options.source.empty()) {
        note("what? tradewind extract PACKAGE:NAME, or tradewind extract --source SOURCE");
        return exit_usage;
    }
    return options.source.empty() ? dump(context, options) : read_source(context, options);
}

Result<int> list_connections(const Context& context, const ConnectionsOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/connections";
    if (!options.name.empty()) request.target += "/" + url_encode(options.name) + "/tables";
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    if (options.name.empty()) {
        for (const json::Value& one : list_of(answer, "connections"))
            rows.push_back({one.text_or("name", ""), one.text_or("kind", "")});
        print(format_table({"connection", "kind"}, rows));
        return exit_ok;
    }
    for (const json::Value& table : list_of(answer, "tables")) {
        for (const json::Value& column : list_of(table, "columns"))
            rows.push_back(column_cells(table, column));
    }
    print(format_table({"table", "kind", "column", "type", ""}, rows));
    return exit_ok;
}

}  // namespace tradewind::cli
