// recipe sql, preview, run.

#include "base/limits.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/file_format.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/result_file.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

Result<json::Value> recipe_body(const RecipeOptions& options) {
    const auto files = os::make_posix_filesystem();
    const std::string path = TRY(absolute_path(options.file));
    json::Value body = json::Value::object();
    body.set("recipe", TRY(os::read_file(*files, path, limits::package_file_bytes_max)));
    body.set("file", options.file);
    return body;
}

Result<json::Value> preview_body(const RecipeOptions& options) {
    json::Value body = TRY(recipe_body(options));
    if (options.step) body.set("step", *options.step);
    body.set("rows", options.rows);
    body.set("input_rows", options.input_rows);
    return body;
}

Result<json::Value> ask(
    const Context& context, const std::string& target, const json::Value& body
) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = target;
    request.headers = {{"Content-Type", "application/json"}};
    const std::string text = body.dump();
    request.body = text;
    return call_json(*connection, request);
}

Result<int> write(const std::string& path, const std::string& text) {
    const auto file = TRY(ResultFile::open(path));
    TRY(file->write(text));
    TRY(file->finish());
    return exit_ok;
}

std::string short_text(const json::Value* value) {
    if (value == nullptr || value->is_null()) return "";
    const std::string text = cell_text(*value);
    if (text.size() <= 24) return text;
    std::size_t end = 0;  // whole characters only
    while (end < 22)
        end += std::max<std::size_t>(utf8_sequence(std::string_view(text).substr(end)), 1);
    return text.substr(0, end) + "…";
}

// "France 3, Peru 1"
std::string top_text(const json::Value& column) {
    std::string text;
    const json::Value* top = column.find("top");
    if (top == nullptr) return text;
    for (std::size_t i = 0; i < std::min<std::size_t>(top->items().size(), 3); ++i) {
        const json::Value& item = top->items()[i];
        text += (i == 0 ? "" : ", ") + short_text(item.find("value")) + " " +
                std::to_string(item.integer_or("count", 0));
    }
    return text;
}

std::string bars(const json::Value& column) {
    static constexpr const char* heights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const json::Value* bins = column.find("histogram");
    std::int64_t greatest = 0;
    std::string text;
    if (bins == nullptr) return text;
    for (const json::Value& bin : bins->items())
        greatest = std::max(greatest, bin.integer_or("count", 0));
    for (const json::Value& bin : bins->items()) {
        const std::int64_t count = bin.integer_or("count", 0);
        text += count == 0 ? " " : heights[(count * 7 + greatest - 1) / greatest];
    }
    return text;
}

void print_preview(const json::Value& look) {
    std::vector<std::vector<std::string>> statistics;
    std::vector<std::string> header;
    const json::Value* columns = look.find("columns");
    const json::Value* rows = look.find("rows");
    if (columns == nullptr || rows == nullptr) return;
    for (const json::Value& column : columns->items()) {
        header.push_back(column.text_or("name", ""));
        statistics.push_back(
            {column.text_or("name", ""),
             column.text_or("type", ""),
             std::to_string(column.integer_or("nulls", 0)),
             std::to_string(column.integer_or("distinct", 0)),
             short_text(column.find("min")),
             short_text(column.find("max")),
             short_text(column.find("mean")),
             bars(column),
             top_text(column)}
        );
    }
    std::vector<std::vector<std::string>> cells;
    for (const json::Value& row : rows->items()) {
        auto& line = cells.emplace_back();
        for (const json::Value& cell : row.items()) line.push_back(cell_text(cell));
    }
    print(format_table(header, cells));
    print_line("");
    print(format_table(
        {"column", "type", "nulls", "distinct", "min", "max", "mean", "histogram", "most frequent"},
        statistics
    ));
    note(
        "after step " + std::to_string(look.integer_or("step", 0)) + " of " +
        std::to_string(look.integer_or("steps", 0)) + ": " +
        format_count(look.integer_or("row_count", 0)) + " rows" +
        (look.boolean_or("input_limited", false) ? ", from the first rows of the input only" : "")
    );
}

}  // namespace

std::optional<std::string> format_of_file(const std::string& path) {
    if (path.empty()) return "table";
    const std::string name = to_lower_ascii(path);
    for (const char* format : {"csv", "json", "parquet"}) {
        if (name.ends_with("." + std::string(format))) return format;
    }
    return std::nullopt;
}

Result<int> recipe_sql(const Context& context, const RecipeOptions& options) {
    const json::Value answer = TRY(ask(context, "/v1/recipes/sql", TRY(recipe_body(options))));
    if (context.json) return write(options.output, answer.dump() + "\n");
    return write(options.output, answer.text_or(options.pyspark ? "pyspark" : "sql", ""));
}

Result<int> recipe_preview(const Context& context, const RecipeOptions& options) {
    const json::Value look = TRY(ask(context, "/v1/recipes/preview", TRY(preview_body(options))));
    if (context.json) {
        print_line(look.dump());
    } else {
        print_preview(look);
    }
    return exit_ok;
}

Result<int> recipe_steps(const Context& context) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/recipes/steps";
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* steps = answer.find("steps");
    if (steps == nullptr) return Error(ErrorCode::Io, "the answer has no steps");
    for (const json::Value& step : steps->items())
        rows.push_back(
            {step.text_or("group", ""), step.text_or("name", ""), step.text_or("summary", "")}
        );
    print(format_table({"group", "step", "what it does"}, rows));
    return exit_ok;
}

// The statement is an ordinary query: its result flows to the file while it is made.
Result<int> recipe_run(const Context& context, const RecipeOptions& options) {
    const json::Value answer = TRY(ask(context, "/v1/recipes/sql", TRY(recipe_body(options))));
    QueryOptions query_options;
    query_options.sql = answer.text_or("sql", "");
    query_options.output = options.output;
    query_options.timeout_s = options.timeout_s;
    query_options.format =
        options.format.empty() ? format_of_file(options.output).value_or("csv") : options.format;
    auto done = query(context, query_options);
    if (done.ok() || done.error().code() != ErrorCode::InvalidArgument) return done;
    // A plain statement does not know of steps. A look at the whole input tells which one fails; it
    // fails in the same place, or what the query said stays.
    RecipeOptions whole = options;
    whole.rows = 0;
    whole.input_rows = 0;
    whole.step = std::nullopt;
    const auto told = ask(context, "/v1/recipes/preview", TRY(preview_body(whole)));
    return told.ok() ? done : Result<int>(told.error());
}

}  // namespace tradewind::cli
