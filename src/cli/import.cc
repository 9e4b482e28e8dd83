#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/command.h"
#include "cli/file_messages.h"
#include "cli/import_beginning.h"
#include "cli/import_following.h"
#include "cli/output.h"

namespace tradewind::cli {

namespace {

// "csv, semicolon, iso-8859-1, gzip"; empty: nobody has looked into it.
std::string format_text(const json::Value& import) {
    const json::Value* format = import.find("format");
    if (format == nullptr || format->is_null()) return "";
    static const std::map<std::string, std::string> delimiters = {
        {",", "comma"}, {";", "semicolon"}, {"\t", "tab"}, {"|", "pipe"}
    };
    const std::string delimiter = format->text_or("delimiter", "");
    const auto named = delimiters.find(delimiter);
    std::string text = format->text_or("kind", "");
    const auto add = [&](const std::string& part) { text += part.empty() ? "" : ", " + part; };
    add(named == delimiters.end() ? delimiter : named->second);
    add(format->text_or("encoding", ""));
    add(format->text_or("compression", ""));
    if (!format->boolean_or("header", true)) add("no header");
    return text;
}

// A table of figures, and below it what is to be said of single files, which is too long for a
// cell.
void print_report(const std::vector<json::Value>& imports) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::pair<std::string, std::string>> messages;
    bool rejected = false;
    for (const json::Value& import : imports) {
        const auto count = [&](const char* name) {
            return import.find(name) == nullptr ? "" : format_count(import.integer_or(name, 0));
        };
        const std::string name = import.text_or("identity", "");
        const std::string message = import.text_or("message", "");
        rows.push_back(
            {name,
             import.text_or("state", ""),
             count("row_count"),
             count("rejected_count"),
             count("filtered_count"),
             import.integer_or("replaces", 0) > 0 ? count("replaced_count") : "",
             format_text(import)}
        );
        if (!message.empty()) messages.emplace_back(name, message);
        rejected = rejected || import.integer_or("rejected_count", 0) > 0;
    }
    print(
        format_table({"file", "state", "rows", "rejected", "filtered", "replaced", "read as"}, rows)
    );
    if (!messages.empty()) print("\n" + tell_of_files(messages));
    if (rejected) note("rejected rows are kept with their reasons: tradewind deadletters list");
}

void print_imports_json(const std::vector<json::Value>& imports) {
    json::Value document = json::Value::object();
    json::Value& list = document.set("imports", json::Value::array());
    for (const json::Value& import : imports) list.add(import);
    print_line(document.dump());
}

// Whose rows went is not to be overlooked, wherever the report goes.
void warn(const json::Value& import) {
    const std::string message = import.text_or("message", "");
    if (message.starts_with("not the file of import "))
        note("warning: " + import.text_or("identity", "") + " is " + message);
}

int exit_code(const std::vector<json::Value>& imports, const ImportOptions& options) {
    const auto any = [&](const char* state, bool begun) {
        return std::ranges::any_of(imports, [&](const json::Value& import) {
            return import.text_or("state", "") == state &&
                   (!begun || import.integer_or("id", 0) > 0);
        });
    };
    if (any("cancelled", false)) return exit_failed;
    const bool there = any("succeeded", false) || (options.resume && any("skipped", true));
    return there || imports.empty() ? exit_ok : exit_failed;
}

}  // namespace

// 0 when at least one file came in; 1 when all were skipped, refused or failed, or Ctrl-C cancelled
// one. Whoever goes on with what was interrupted is content with what is there already.
Result<int> import_files(const Context& context, const ImportOptions& options) {
    const auto connection = TRY(context.connect());
    auto begun = TRY(begin_imports(*connection, context, options));
    const auto imports = TRY(follow_imports(*connection, context, std::move(begun)));
    for (const json::Value& import : imports) warn(import);
    if (context.json) {
        print_imports_json(imports);
    } else if (imports.empty()) {
        note("nothing was interrupted");
    } else {
        print_report(imports);
    }
    return exit_code(imports, options);
}

Result<int> list_imports(const Context& context, const ListImportsOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/imports?limit=" + std::to_string(options.limit);
    if (!options.source.empty()) request.target += "&source=" + url_encode(options.source);
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("imports");
    for (const json::Value& import : list == nullptr ? std::vector<json::Value>{} : list->items()) {
        rows.push_back(
            {std::to_string(import.integer_or("id", 0)),
             import.text_or("source", ""),
             import.text_or("identity", ""),
             import.text_or("state", ""),
             format_count(import.integer_or("row_count", 0)),
             format_count(import.integer_or("rejected_count", 0)),
             import.text_or("queued_at", "")}
        );
    }
    print(format_table({"id", "source", "file", "state", "rows", "rejected", "queued_at"}, rows));
    return exit_ok;
}

}  // namespace tradewind::cli
