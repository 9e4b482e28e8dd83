#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "base/text.h"
#include "cli/command.h"
#include "cli/file_messages.h"
#include "cli/found_files.h"
#include "cli/output.h"
#include "cli/run_display.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

constexpr auto poll_pause = std::chrono::milliseconds(25);

// What becomes of a file for which no import was begun, in the shape of an import.
json::Value not_begun(const std::string& name, const char* state, const std::string& why) {
    json::Value entry = json::Value::object();
    entry.set("id", json::Value());
    entry.set("identity", name);
    entry.set("state", state);
    entry.set("message", why);
    return entry;
}

Result<json::Value> submit(
    Connection& connection, const ImportOptions& options, const NamedFile& file
) {
    json::Value body = json::Value::object();
    if (!options.source.empty()) body.set("source", options.source);
    if (!options.package.empty()) body.set("package", options.package);
    body.set("path", file.path);
    // Without one the server knows it by its path below landing, or else by its name.
    if (file.identity != os::base_name(file.path)) body.set("identity", file.identity);
    // What else is on the command line must not make it another file.
    body.set("keep_identity", true);
    if (!options.encoding.empty()) body.set("encoding", options.encoding);
    if (options.again) body.set("again", true);
    const std::string text = body.dump();
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/imports";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    auto answer = call_json(connection, request);
    std::error_code ignored;
    const bool ours = std::filesystem::exists(file.path, ignored);
    if (answer.ok() || connection.in_process() || !ours ||
        answer.error().code() != ErrorCode::NotFound)
        return answer;

    // The owner of the workspace may not be able to read what this user can: then it is sent over.
    HttpRequest upload;
    upload.method = "POST";
    upload.target = "/v1/imports";
    upload.upload_path = file.path;
    for (const auto& [name, value] : body.members()) {
        if (name != "path" && name != "keep_identity") upload.form[name] = cell_text(value);
    }
    return call_json(connection, upload);
}

Result<void> cancel(Connection& connection, std::int64_t id) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/imports/" + std::to_string(id) + "/cancel";
    TRY(call_json(connection, request));
    return {};
}

// Follows one import to its end. Ctrl-C cancels it (what it delivered is taken back).
Result<json::Value> follow(Connection& connection, const Context& context, json::Value import) {
    Progress progress(import.text_or("identity", "file"), "bytes");
    HttpRequest request;
    request.target = "/v1/imports/" + std::to_string(import.integer_or("id", 0));
    bool asked = false;
    while (under_way(import)) {
        if (context.cancelled.load() && !asked) {
            asked = true;
            TRY(cancel(connection, import.integer_or("id", 0)));
        }
        std::this_thread::sleep_for(poll_pause);
        import = TRY(call_json(connection, request));
        progress.set_detail(format_count(import.integer_or("row_count", 0)) + " rows");
        progress.update(import.integer_or("bytes_done", 0), import.integer_or("bytes_total", 0));
    }
    return import;
}

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

// The first of them: POST /v1/imports answers with a list, since one request may name several
// files.
Result<json::Value> first_import(const json::Value& answer) {
    const json::Value* list = answer.find("imports");
    if (list == nullptr || list->items().empty())
        return Error(ErrorCode::Unavailable, "the server's answer names no import");
    return list->items().front();
}

// The file's own fault, so that the others need not suffer for it.
bool is_refusal(const Error& error) {
    return error.code() == ErrorCode::InvalidArgument || error.code() == ErrorCode::NotFound;
}

// One file after the other. When none can be begun the first one's error is everybody's.
Result<std::vector<json::Value>> begin_files(Connection& connection, const ImportOptions& options) {
    const FoundFiles found = TRY(find_files(options.paths));
    std::vector<json::Value> imports;
    for (const LeftOut& one : found.left_out)
        imports.push_back(not_begun(one.name, "skipped", one.why));
    std::optional<Error> first_refusal;
    bool begun = false;
    for (const NamedFile& file : found.files) {
        const auto answer = submit(connection, options, file);
        if (!answer.ok() && !is_refusal(answer.error())) return answer.error();
        if (!answer.ok() && !first_refusal) first_refusal = answer.error();
        begun = begun || answer.ok();
        imports.push_back(
            answer.ok() ? TRY(first_import(*answer))
                        : not_begun(file.identity, "refused", answer.error().describe())
        );
    }
    if (!begun && first_refusal) return *first_refusal;
    return imports;
}

Result<std::vector<json::Value>> begin(Connection& connection, const ImportOptions& options) {
    if (!options.resume) return begin_files(connection, options);
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/imports/resume";
    const json::Value answer = TRY(call_json(connection, request));
    const json::Value* list = answer.find("imports");
    return list == nullptr ? std::vector<json::Value>{} : list->items();
}

}  // namespace

// 0 when at least one file came in; 1 when all were skipped, refused or failed.
Result<int> import_files(const Context& context, const ImportOptions& options) {
    const auto connection = TRY(context.connect());
    std::vector<json::Value> imports;
    bool any_came_in = false;
    for (json::Value& import : TRY(begin(*connection, options))) {
        imports.push_back(TRY(follow(*connection, context, std::move(import))));
        any_came_in = any_came_in || imports.back().text_or("state", "") == "succeeded";
    }
    if (context.json) {
        print_imports_json(imports);
    } else if (imports.empty()) {
        note("nothing was interrupted");
    } else {
        print_report(imports);
    }
    return any_came_in || imports.empty() ? exit_ok : exit_failed;
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
