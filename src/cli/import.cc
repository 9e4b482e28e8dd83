#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

constexpr auto poll_pause = std::chrono::milliseconds(25);

// A file to import and the name it is known by: its path below the folder that was named, or its
// own.
struct NamedFile {
    std::string path;
    std::string identity;
};

std::string absolute(const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

Result<void> add_folder(const std::string& folder, std::vector<NamedFile>& files) {
    const auto disk = os::make_posix_filesystem();
    for (const std::string& name : TRY(os::list_tree(*disk, folder))) {
        const bool hidden = name.starts_with('.') || name.find("/.") != std::string::npos;
        if (!hidden) files.push_back({os::join(folder, name), name});
    }
    return {};
}

Result<void> add_glob(const std::string& pattern, std::vector<NamedFile>& files) {
    const auto disk = os::make_posix_filesystem();
    const std::string folder = os::parent_folder(pattern);
    const std::size_t before = files.size();
    for (const os::FileInfo& info : TRY(disk->list(folder))) {
        if (!info.folder && matches_glob(info.name, os::base_name(pattern)))
            files.push_back({os::join(folder, info.name), info.name});
    }
    if (files.size() > before) return {};
    return Error(ErrorCode::NotFound, "no file matches " + pattern);
}

// Two files of one name in a command are two files, not a correction: then the folders count too.
void tell_apart(std::vector<NamedFile>& files) {
    std::map<std::string, int> seen;
    for (const NamedFile& file : files) ++seen[file.identity];
    for (NamedFile& file : files) {
        if (seen[file.identity] < 2) continue;
        file.identity =
            os::base_name(os::parent_folder(file.path)) + "/" + os::base_name(file.path);
    }
}

Result<std::vector<NamedFile>> find_files(const std::vector<std::string>& paths) {
    std::vector<NamedFile> files;
    for (const std::string& given : paths) {
        const std::string path = absolute(given);
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) {
            TRY(add_folder(path, files));
        } else if (std::filesystem::exists(path, ignored) ||
                   path.find_first_of("*?[") == std::string::npos) {
            files.push_back({path, os::base_name(path)});
        } else {
            TRY(add_glob(path, files));
        }
    }
    tell_apart(files);
    if (files.empty()) return Error(ErrorCode::NotFound, "there is no file to import");
    return files;
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
        if (name != "path") upload.form[name] = cell_text(value);
    }
    return call_json(connection, upload);
}

bool under_way(const json::Value& import) {
    const std::string state = import.text_or("state", "");
    return state == "queued" || state == "running";
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

void print_report(const std::vector<json::Value>& imports) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& import : imports) {
        const std::string replaced = import.integer_or("replaces", 0) > 0
                                         ? format_count(import.integer_or("replaced_count", 0))
                                         : "";
        rows.push_back(
            {import.text_or("identity", ""),
             import.text_or("state", ""),
             format_count(import.integer_or("row_count", 0)),
             format_count(import.integer_or("rejected_count", 0)),
             replaced,
             import.text_or("message", "")}
        );
    }
    print(format_table({"file", "state", "rows", "rejected", "replaced", "message"}, rows));
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

Result<std::vector<json::Value>> begin(Connection& connection, const ImportOptions& options) {
    if (!options.resume) {
        std::vector<json::Value> imports;
        for (const NamedFile& file : TRY(find_files(options.paths))) {
            imports.push_back(TRY(first_import(TRY(submit(connection, options, file)))));
        }
        return imports;
    }
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
    int succeeded = 0;
    for (json::Value& import : TRY(begin(*connection, options))) {
        imports.push_back(TRY(follow(*connection, context, std::move(import))));
        succeeded += imports.back().text_or("state", "") == "succeeded" ? 1 : 0;
    }
    if (context.json) {
        print_imports_json(imports);
    } else if (imports.empty()) {
        note("nothing was interrupted");
    } else {
        print_report(imports);
    }
    return succeeded > 0 || imports.empty() ? exit_ok : exit_failed;
}

}  // namespace tradewind::cli
