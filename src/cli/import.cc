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
#include "cli/file_names.h"
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

struct Found {
    std::vector<NamedFile> files;
    std::vector<json::Value> left_out;
};

std::string absolute(const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

// What lies in a folder that somebody named: all files below it but hidden ones. What is no file (a
// socket, a pipe), or cannot be looked into, is reported and keeps nothing else from coming in.
class FolderWalk {
public:
    explicit FolderWalk(Found& found) : found_(found), disk_(os::make_posix_filesystem()) {}

    void walk(const std::string& folder, const std::string& below) {
        const auto entries = disk_->list(folder);
        if (!entries.ok()) return leave_out(below, entries.error().describe());
        for (const os::FileInfo& entry : *entries) {
            if (entry.name.starts_with('.')) continue;
            const std::string path = os::join(folder, entry.name);
            const std::string name = below.empty() ? entry.name : os::join(below, entry.name);
            // Links to folders may lead in a circle.
            if (entry.folder && !entry.link) walk(path, name);
            if (!entry.folder) add(path, name);
        }
    }

private:
    void add(const std::string& path, const std::string& name) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(path, ignored))
            return leave_out(name, "it is no regular file");
        found_.files.push_back({path, name});
    }

    void leave_out(const std::string& name, const std::string& why) {
        found_.left_out.push_back(not_begun(name.empty() ? "." : name, "skipped", why));
    }

    Found& found_;
    const std::unique_ptr<os::Filesystem> disk_;
};

// Files that a pattern names, part by part of the path: `*`, `?` and `[…]` stand for what one name
// has, `**` for any number of folders. Hidden ones have to be named.
class PatternWalk {
public:
    PatternWalk(Found& found, std::vector<std::string> parts)
        : found_(found), parts_(std::move(parts)), disk_(os::make_posix_filesystem()) {}

    void walk(const std::string& folder, const std::string& below, std::size_t part) {
        const bool any_depth = parts_[part] == "**";
        if (any_depth && part + 1 < parts_.size()) walk(folder, below, part + 1);
        const auto entries = disk_->list(folder);
        if (!entries.ok()) {
            // One that two parts of the pattern lead to is told of once.
            if (!any_depth) found_.left_out.push_back(cannot_look_into(below, entries.error()));
            return;
        }
        for (const os::FileInfo& entry : *entries) {
            if (!matches(entry.name, any_depth ? "*" : parts_[part])) continue;
            const std::string path = os::join(folder, entry.name);
            const std::string name = below.empty() ? entry.name : os::join(below, entry.name);
            visit(path, name, part, any_depth && !entry.link);
        }
    }

private:
    static json::Value cannot_look_into(const std::string& below, const Error& error) {
        return not_begun(below.empty() ? "." : below, "skipped", error.describe());
    }

    static bool matches(const std::string& name, const std::string& pattern) {
        const bool hidden = name.starts_with('.') && !pattern.starts_with('.');
        return !hidden && matches_glob(name, pattern);
    }

    // Links to folders may lead in a circle, which only `**` would follow for ever.
    void visit(const std::string& path, const std::string& name, std::size_t part, bool deeper) {
        const bool any_depth = parts_[part] == "**";
        const bool last = part + 1 == parts_.size();
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) {
            if (deeper) walk(path, name, part);
            if (!any_depth && !last) walk(path, name, part + 1);
        } else if (last && std::filesystem::is_regular_file(path, ignored)) {
            found_.files.push_back({path, name});
        }
    }

    Found& found_;
    const std::vector<std::string> parts_;
    const std::unique_ptr<os::Filesystem> disk_;
};

bool is_pattern(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

// Each is known by its path below what of the pattern has no wildcard.
Result<void> add_pattern(const std::string& pattern, Found& found) {
    std::string folder = "/";
    std::vector<std::string> parts;
    for (std::string& part : split(pattern, '/')) {
        if (part.empty()) continue;
        if (parts.empty() && !is_pattern(part)) {
            folder = os::join(folder, part);
        } else if (parts.empty() || part != "**" || parts.back() != "**") {
            parts.push_back(std::move(part));
        }
    }
    const std::size_t before = found.files.size();
    PatternWalk(found, std::move(parts)).walk(folder, "", 0);
    if (found.files.size() > before) return {};
    return Error(ErrorCode::NotFound, "no file matches " + pattern);
}

// All of them are looked for before the first is begun.
Result<Found> find_files(const std::vector<std::string>& paths) {
    Found found;
    for (const std::string& given : paths) {
        const std::string path = absolute(given);
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) {
            FolderWalk(found).walk(path, "");
        } else if (std::filesystem::exists(path, ignored)) {
            found.files.push_back({path, os::base_name(path)});
        } else if (is_pattern(path)) {
            TRY(add_pattern(path, found));
        } else {
            return Error(ErrorCode::NotFound, "there is no file " + path);
        }
    }
    tell_apart(found.files);
    if (!found.files.empty() || !found.left_out.empty()) return found;
    return Error(ErrorCode::NotFound, "there is no file to import");
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
             import.integer_or("replaces", 0) > 0 ? count("replaced_count") : ""}
        );
        if (!message.empty()) messages.emplace_back(name, message);
        rejected = rejected || import.integer_or("rejected_count", 0) > 0;
    }
    print(format_table({"file", "state", "rows", "rejected", "filtered", "replaced"}, rows));
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
    Found found = TRY(find_files(options.paths));
    std::vector<json::Value> imports = std::move(found.left_out);
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
