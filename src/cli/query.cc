#include <memory>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/result_file.h"
#include "os/process.h"

namespace tradewind::cli {

namespace {

// A table on a terminal is for eyes: more rows than this are better read as CSV.
constexpr std::int64_t table_rows_default = 10'000;

// What is asked: the address and the body.
struct Question {
    std::string target;
    json::Value body;
};

HttpRequest query_request(
    const Question& question, const std::string& accept, const std::string& body
) {
    HttpRequest request;
    request.method = "POST";
    request.target = question.target;
    request.headers = {{"Content-Type", "application/json"}, {"Accept", accept}};
    request.body = body;
    return request;
}

// PACKAGE/NAME of a saved query; the package may be left out where one name stands for one query.
Result<std::string> find_saved(Connection& connection, const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    HttpRequest request;
    request.target = "/v1/queries";
    const json::Value answer = TRY(call_json(connection, request));
    std::vector<std::string> found;
    std::vector<std::string> names;
    const json::Value* list = answer.find("queries");
    for (const json::Value& query : list == nullptr ? std::vector<json::Value>{} : list->items()) {
        names.push_back(query.text_or("name", ""));
        if (names.back() == name) found.push_back(query.text_or("package", "") + "/" + name);
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
        return Error(ErrorCode::InvalidArgument, "several packages have a query '" + name + "'")
            .with_hint("Say which: --saved " + found[0] + " or --saved " + found[1] + ".");
    }
    const auto near = nearest(name, std::vector<std::string_view>(names.begin(), names.end()));
    return Error(ErrorCode::NotFound, "there is no saved query '" + name + "'")
        .with_hint(
            near ? "Did you mean '" + *near + "'?" : "See which there are: tradewind query --list."
        );
}

Result<Question> question_of(Connection& connection, const QueryOptions& options) {
    Question question{"/v1/query", json::Value::object()};
    if (options.saved.empty()) {
        question.body.set("sql", options.sql);
    } else {
        const std::string saved = TRY(find_saved(connection, options.saved));
        const std::size_t slash = saved.find('/');
        question.target = "/v1/queries/" + url_encode(saved.substr(0, slash)) + "/" +
                          url_encode(saved.substr(slash + 1));
    }
    if (options.limit) question.body.set("limit", *options.limit);
    question.body.set("timeout_ms", options.timeout_s * 1000);
    return question;
}

// Straight from the engine to the file, piece by piece.
Result<int> stream_result(
    Connection& connection,
    const Question& question,
    const QueryOptions& options,
    const std::string& accept
) {
    const auto file = TRY(ResultFile::open(options.output));
    const std::string body = question.body.dump();
    const auto write = [&](int, std::string_view piece) { return file->write(piece); };
    const HttpReply reply = TRY(connection.call(query_request(question, accept, body), write));
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

Result<int> print_json(
    Connection& connection, const Question& question, const QueryOptions& options
) {
    const std::string body = question.body.dump();
    const HttpReply reply = TRY(connection.call(query_request(question, "application/json", body)));
    if (reply.status != 200) return error_of(reply);
    return write_whole(options, reply.body + "\n");
}

Result<int> print_table(
    Connection& connection, const Question& question, const QueryOptions& options
) {
    const std::string body = question.body.dump();
    const json::Value result =
        TRY(call_json(connection, query_request(question, "application/json", body)));
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

Result<int> list_saved(Connection& connection, bool as_json) {
    HttpRequest request;
    request.target = "/v1/queries";
    const json::Value answer = TRY(call_json(connection, request));
    if (as_json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("queries");
    for (const json::Value& query : list == nullptr ? std::vector<json::Value>{} : list->items()) {
        rows.push_back(
            {query.text_or("package", "") + "/" + query.text_or("name", ""),
             query.text_or("description", "")}
        );
    }
    print(format_table({"query", "description"}, rows));
    return exit_ok;
}

}  // namespace

Result<int> query(const Context& context, const QueryOptions& given) {
    QueryOptions options = given;
    if (context.json && options.format == "table") options.format = "json";
    if (options.format == "table" && !options.limit) options.limit = table_rows_default;
    const auto connection = TRY(context.connect());
    if (options.list) return list_saved(*connection, context.json);
    const Question question = TRY(question_of(*connection, options));
    if (options.format == "csv") return stream_result(*connection, question, options, "text/csv");
    if (options.format == "parquet") {
        if (options.output.empty() && os::stdout_is_terminal()) {
            return Error(ErrorCode::InvalidArgument, "Parquet is no text for a terminal")
                .with_hint("Name a file with --output, or redirect stdout.");
        }
        return stream_result(*connection, question, options, "application/vnd.apache.parquet");
    }
    if (options.format == "json") return print_json(*connection, question, options);
    return print_table(*connection, question, options);
}

}  // namespace tradewind::cli
