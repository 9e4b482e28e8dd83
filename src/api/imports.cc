// Files in bulk: named by a path that the server can read, or sent along.
#include "api/import_json.h"
#include "api/import_orders.h"
#include "api/operations.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/replies.h"
#include "api/uploads.h"
#include "base/log.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t imports_default = 100;
constexpr std::int64_t imports_max = 10'000;

Response one_response(const importer::Import& import) {
    std::string body;
    json::Writer writer(body);
    write_import(writer, import);
    return json_response(std::move(body));
}

Operation import_operation(
    std::string id, std::string method, std::string path, std::string summary
) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "imports";
    operation.summary = std::move(summary);
    if (operation.method == "POST") operation.scope = Scope::Write;
    return operation;
}

// ------------------------------------------------------------------ begin

// Of each file a copy is kept. One that is not there is the importer's to refuse.
std::uint64_t bytes_of(const std::vector<importer::ImportRequest>& requests) {
    const auto files = os::make_posix_filesystem();
    std::uint64_t bytes = 0;
    for (const importer::ImportRequest& request : requests) {
        const auto info = files->info(request.path);
        bytes += info.ok() ? info->size : 0;
    }
    return bytes;
}

Result<Response> begin_named(const Services& services, const Uploads& uploads, const Call& call) {
    const auto body = TRY(read_json_body(call, import_members, false));
    const PathRules rules{services.landing_folder, call.request.from_owner};
    const auto requests = TRY(import_requests(services, TRY(read_import_order(body, rules))));
    TRY(uploads.check_room(bytes_of(requests)));
    return imports_response(TRY(services.importer->submit(requests)), 202);
}

Result<Response> begin_uploaded(const Services& services, Uploads& uploads, Call& call) {
    const PathRules rules{services.landing_folder, call.request.from_owner};
    auto upload = std::dynamic_pointer_cast<Upload>(call.request.sink);
    if (upload == nullptr) {  // it was small enough to be held
        upload = TRY(uploads.begin(call.header("content-type")));
        TRY(upload->write(call.request.body));
    }
    TRY(upload->finish());
    const auto requests = TRY(import_requests(services, TRY(read_upload_order(*upload, rules))));
    auto imports = TRY(services.importer->submit(requests));
    upload->keep();
    return imports_response(imports, 202);
}

bool is_multipart(std::string_view content_type) {
    return content_type.starts_with("multipart/");
}

Operation begin_operation(const Services& services, const std::shared_ptr<Uploads>& uploads) {
    Operation operation = import_operation(
        "begin_imports", "POST", "/v1/imports", "Import files: by path, or sent along."
    );
    operation.description =
        "A path is one below the workspace's landing folder, and the file is known by it; the "
        "owner's "
        "control socket takes any absolute path. A file sent along is known by the name it is sent "
        "with. Files of one request are imported in the order given; GET /v1/imports/{id} follows "
        "each.";
    const Value shared = object(
        {{"source", text("Whose contract the rows follow."), true},
         {"package",
          text("Instead of source: the source of this package whose file patterns fit the name."),
          true},
         {"path", text("Below landing, or absolute."), true},
         {"paths", array(text("Below landing, or absolute.")), true},
         {"encoding", text("utf-8, utf-16, iso-8859-1, windows-1252; default: detected."), true},
         {"identity", text("The name it is known by; default: the file's name."), true},
         {"keep_identity",
          boolean("A path whose file came in before keeps the name it is known by since."),
          true},
         {"again", boolean("Take the same bytes once more under another name."), true}}
    );
    operation.body = RequestBody{
        true,
        {json_media(shared),
         {"multipart/form-data",
          open_object(
              {},
              "The same as fields, and files. A path is where the workspace's owner, who sends one "
              "file, has it: it is known by that."
          )}}
    };
    operation.answers = {json_answer("They are queued, durably.", imports_schema(), 202)};
    operation.problems = {404, 409, 429};
    operation.handler = answering([&services, uploads](Call& call) -> Result<Response> {
        const auto swept = uploads->sweep();
        if (!swept.ok())
            log::warn("old uploads could not be removed", {{"reason", swept.error().describe()}});
        if (is_multipart(call.header("content-type")))
            return begin_uploaded(services, *uploads, call);
        return begin_named(services, *uploads, call);
    });
    operation.open_body = [uploads](const Request& head) -> std::shared_ptr<BodySink> {
        const auto type = head.headers.find("content-type");
        if (type == head.headers.end() || !is_multipart(type->second)) return nullptr;
        auto upload = uploads->begin(type->second);
        return upload.ok() ? std::move(upload).take() : nullptr;
    };
    return operation;
}

// ------------------------------------------------------------------ look and steer

Operation list_operation(const Services& services) {
    Operation operation =
        import_operation("list_imports", "GET", "/v1/imports", "Imports, newest first.");
    operation.parameters = {
        {.name = "source", .description = "Only of this source.", .example = "online_retail"},
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 100.",
         .example = "10",
         .min = 1,
         .max = imports_max}
    };
    operation.answers = {json_answer("The imports.", imports_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto source = call.arguments.optional_text("source");
        const auto imports =
            TRY(services.importer->list(source, call.arguments.integer_or("limit", imports_default))
            );
        // Of one whose package is gone there may be some.
        if (source && imports.empty()) TRY(check_source(services, *source));
        return imports_response(imports, 200);
    });
    return operation;
}

Operation show_operation(const Services& services) {
    Operation operation = import_operation(
        "show_import", "GET", "/v1/imports/{id}", "One import: state, progress, result."
    );
    operation.parameters = {id_parameter("The import.")};
    operation.answers = {json_answer("The import.", import_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return one_response(TRY(services.importer->show(call.arguments.integer_or("id", 0))));
    });
    return operation;
}

Operation cancel_operation(const Services& services) {
    Operation operation = import_operation(
        "cancel_import",
        "POST",
        "/v1/imports/{id}/cancel",
        "Stop an import; what it delivered is taken back."
    );
    operation.parameters = {id_parameter("The import.")};
    operation.answers = {
        json_answer("The import as it is now; it may still be stopping.", import_schema())
    };
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const std::int64_t id = call.arguments.integer_or("id", 0);
        TRY(services.importer->cancel(id));
        return one_response(TRY(services.importer->show(id)));
    });
    return operation;
}

Operation resume_operation(const Services& services) {
    Operation operation = import_operation(
        "resume_imports", "POST", "/v1/imports/resume", "Queue again what was interrupted."
    );
    operation.answers = {json_answer("The imports that go on.", imports_schema())};
    operation.handler = answering([&services](Call&) -> Result<Response> {
        return imports_response(TRY(services.importer->resume()), 200);
    });
    return operation;
}

}  // namespace

std::vector<Operation> import_operations(const Services& services) {
    if (services.importer == nullptr) return {};
    const auto uploads = std::make_shared<Uploads>(
        services.upload_folder, services.disk_reserve_bytes, *services.importer
    );
    return {
        begin_operation(services, uploads),
        list_operation(services),
        show_operation(services),
        cancel_operation(services),
        resume_operation(services)
    };
}

}  // namespace tradewind::api
