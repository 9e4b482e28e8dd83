#include "cli/import_beginning.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/found_files.h"
#include "cli/output.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

// What becomes of a file for which no import was begun, in the shape of an import.
json::Value not_begun(const std::string& name, const char* state, const std::string& why) {
    json::Value entry = json::Value::object();
    entry.set("id", json::Value());
    entry.set("identity", name);
    entry.set("state", state);
    entry.set("message", why);
    return entry;
}

json::Value order_of(const ImportOptions& options, const NamedFile& file) {
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
    return body;
}

// It is the file that the owner of the workspace cannot get at, not the source that is missing: he
// may not have the right to read what this user can, or sees other disks.
bool cannot_get_at(const HttpReply& reply, const std::string& path) {
    constexpr int forbidden = 403;
    constexpr int not_found = 404;
    if (reply.status != forbidden && reply.status != not_found) return false;
    return error_of(reply).describe().find(path) != std::string::npos;
}

Result<json::Value> send_over(
    Connection& connection, const json::Value& order, const std::string& path
) {
    HttpRequest upload;
    upload.method = "POST";
    upload.target = "/v1/imports";
    upload.upload_path = path;
    for (const auto& [name, value] : order.members()) upload.form[name] = cell_text(value);
    return call_json(connection, upload);
}

Result<json::Value> submit(
    Connection& connection, const ImportOptions& options, const NamedFile& file
) {
    // JSON could not tell the name, and the file of another name would not be there.
    if (!valid_utf8(file.path))
        return Error(ErrorCode::InvalidArgument, "the file's name is not UTF-8: " + file.path)
            .with_hint("Rename it, or its folder.");
    const json::Value order = order_of(options, file);
    const std::string text = order.dump();
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/imports";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    request.despite_cancel = true;  // else nobody knew whether it was begun
    const HttpReply reply = TRY(connection.call(request));
    if (reply.status >= 200 && reply.status < 300) return json::parse(reply.body);
    if (connection.in_process() || !cannot_get_at(reply, file.path)) return error_of(reply);
    const auto ours = os::make_posix_filesystem()->open(file.path, os::OpenMode::Read);
    if (!ours.ok()) return error_of(reply);
    return send_over(connection, order, file.path);
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

class Beginning {
public:
    Beginning(Connection& connection, const Context& context, const ImportOptions& options)
        : connection_(connection), context_(context), options_(options) {}

    Result<std::vector<json::Value>> begin() {
        // Before anything else, so that a name that is wrong changes nothing.
        const FoundFiles found =
            options_.paths.empty() ? FoundFiles() : TRY(find_files(options_.paths));
        if (options_.resume) TRY(go_on());
        for (const LeftOut& one : found.left_out)
            imports_.push_back(not_begun(one.name, "skipped", one.why));
        for (const NamedFile& file : found.files) TRY(begin_file(file));
        if (!begun_ && first_refusal_) return *first_refusal_;
        return std::move(imports_);
    }

private:
    Result<void> go_on() {
        HttpRequest request;
        request.method = "POST";
        request.target = "/v1/imports/resume";
        request.despite_cancel = true;
        const json::Value answer = TRY(call_json(connection_, request));
        const json::Value* list = answer.find("imports");
        if (list != nullptr) imports_ = list->items();
        begun_ = !imports_.empty();
        return {};
    }

    Result<void> begin_file(const NamedFile& file) {
        if (context_.cancelled.load()) return leave(file);
        const auto answer = submit(connection_, options_, file);
        if (answer.ok()) {
            imports_.push_back(TRY(first_import(*answer)));
            begun_ = true;
            return {};
        }
        if (answer.error().code() == ErrorCode::Cancelled) return leave(file);
        if (!is_refusal(answer.error())) return answer.error();
        if (!first_refusal_) first_refusal_ = answer.error();
        imports_.push_back(not_begun(file.identity, "refused", answer.error().describe()));
        return {};
    }

    // Ctrl-C came before its turn, or while it was sent over.
    Result<void> leave(const NamedFile& file) {
        imports_.push_back(not_begun(file.identity, "cancelled", "cancelled before it was begun"));
        return {};
    }

    Connection& connection_;
    const Context& context_;
    const ImportOptions& options_;
    std::vector<json::Value> imports_;
    std::optional<Error> first_refusal_;
    bool begun_ = false;
};

}  // namespace

Result<std::vector<json::Value>> begin_imports(
    Connection& connection, const Context& context, const ImportOptions& options
) {
    return Beginning(connection, context, options).begin();
}

}  // namespace tradewind::cli
