// An object store tells that files were put: they are looked for below landing, where the bucket is
// mounted or copied to.
#include <optional>

#include "api/import_json.h"
#include "api/import_orders.h"
#include "api/object_events.h"
#include "api/operations.h"
#include "api/replies.h"
#include "base/log.h"
#include "base/text.h"
#include "landing/landing.h"
#include "os/filesystem.h"

namespace tradewind::api {

namespace {

using namespace schema;

// By path below landing; nothing: no such file. PermissionDenied: a link leads elsewhere.
Result<std::optional<std::string>> find_below(const std::string& landing, const std::string& name) {
    const auto path = os::real_path(os::join(landing, name));
    if (!path.ok()) return std::optional<std::string>();
    const std::string folder = TRY(os::real_path(landing));
    if (*path == os::join(folder, name)) return std::optional(name);
    return Error(ErrorCode::PermissionDenied, "'" + name + "' is not a file in the landing folder")
        .with_detail("A link leads elsewhere.");
}

// The key itself, or in a folder that is named like the bucket.
Result<std::string> find_object(const std::string& landing, const CreatedObject& object) {
    for (const std::string& key : {object.key, object.other_key}) {
        if (key.empty()) continue;
        TRY(importer::check_identity(key));
        if (auto name = TRY(find_below(landing, key))) return *name;
        if (object.bucket.empty()) continue;
        const std::string in_bucket = object.bucket + "/" + key;
        TRY(importer::check_identity(in_bucket));
        if (auto name = TRY(find_below(landing, in_bucket))) return *name;
    }
    return Error(ErrorCode::NotFound, "there is no file '" + object.key + "' below landing")
        .with_hint("Keys are paths below the landing folder; mount or copy the bucket there.");
}

landing::Place place_of(
    const std::string& name, const std::string& bucket, const landing::Sources& sources
) {
    landing::Place place = landing::place_of(name, sources);
    if (place.standing != landing::Standing::Stray || bucket.empty()) return place;
    if (!name.starts_with(bucket + "/")) return place;
    return landing::place_of(std::string_view(name).substr(bucket.size() + 1), sources);
}

landing::Sources landing_sources(const Services& services) {
    landing::Sources sources;
    for (const auto& [name, delivery] : services.deliveries)
        landing::add_source(sources, delivery->contract());
    for (const package::Package& package : services.packages) {
        for (const contract::Contract* contract : package_sources(services, package))
            landing::add_to_package(sources, package.name, *contract);
    }
    return sources;
}

struct Work {
    std::vector<importer::ImportRequest> requests;
    std::int64_t ignored_count = 0;
};

Result<Work> work_for(const Services& services, const ObjectEvents& events) {
    const landing::Sources sources = landing_sources(services);
    Work work;
    for (const CreatedObject& object : events.created) {
        if (object.key.ends_with('/')) {  // a console's way to make a folder
            ++work.ignored_count;
            continue;
        }
        const std::string name = TRY(find_object(services.landing_folder, object));
        const landing::Place place = place_of(name, object.bucket, sources);
        const bool fits = place.standing == landing::Standing::Fits;
        if (place.standing == landing::Standing::Passed || (!fits && !place.source.empty())) {
            ++work.ignored_count;  // not data: a marker, a note beside the files
            continue;
        }
        if (!fits) {
            return Error(ErrorCode::NotFound, "no source takes '" + name + "': " + place.why)
                .with_hint("The first folder below landing names the source.");
        }
        importer::ImportRequest request;
        request.source = place.source;
        request.path = os::join(services.landing_folder, name);
        request.identity = name;
        work.requests.push_back(std::move(request));
    }
    return work;
}

// Of each file a copy is kept.
Result<void> check_room(const Services& services, const Work& work) {
    const auto files = os::make_posix_filesystem();
    std::uint64_t wanted = services.disk_reserve_bytes;
    for (const importer::ImportRequest& request : work.requests) {
        const auto info = files->info(request.path);
        wanted += info.ok() ? info->size : 0;
    }
    const auto free_bytes = files->free_bytes(services.landing_folder);
    if (!free_bytes.ok() || *free_bytes >= wanted) return {};
    return Error(ErrorCode::Unavailable, "the disk has no room for copies of the files");
}

Result<Response> take_notification(const Services& services, const Call& call) {
    const ObjectEvents events = TRY(read_object_events(call.request.body));
    const Work work = TRY(work_for(services, events));
    std::vector<importer::Import> imports;
    if (!work.requests.empty()) {
        TRY(check_room(services, work));
        imports = TRY(services.importer->submit(work.requests));
    }
    if (events.removed_count > 0) {
        // What was delivered stays; a corrected file replaces it.
        log::info("objects were removed; their rows stay", {{"count", events.removed_count}});
    }
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    write_imports(writer, imports);
    writer.key("removed");
    writer.number(events.removed_count);
    writer.key("ignored");
    writer.number(events.other_count + work.ignored_count);
    writer.end_object();
    return json_response(std::move(body), imports.empty() ? 200 : 202);
}

Value answer_schema() {
    return object(
        {{"imports", array(import_schema())},
         {"removed", integer("Objects that are gone; what was imported of them stays.")},
         {"ignored", integer("Events and files that ask for nothing.")}}
    );
}

Value body_schema() {
    return open_object(
        {{"Records", array(open_object({})), true},
         {"Message", text("SNS: the JSON as text."), true},
         {"detail", open_object({}), true}},
        "S3's event, an SNS notification of it, or EventBridge's."
    );
}

}  // namespace

std::vector<Operation> notification_operations(const Services& services) {
    if (services.importer == nullptr) return {};
    Operation operation;
    operation.id = "notify_s3";
    operation.method = "POST";
    operation.path = "/v1/notifications/s3";
    operation.tag = "imports";
    operation.summary = "An object store tells of new files.";
    operation.description =
        "A key is the path of a file below landing, or below a folder of it that is named like the "
        "bucket; the first folder names the source. Keys of S3 events are URL-encoded, \"+\" is a "
        "space. All files of a request are queued, or none. Removed objects are counted; a topic "
        "that wants to be confirmed is logged with its address.";
    operation.scope = Scope::Write;
    const std::string example = R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"shop"})";
    operation.body = RequestBody{
        true,
        {json_media(body_schema(), example), {"text/plain", text("The same: SNS sends it so.")}}
    };
    operation.answers = {
        json_answer("There was nothing to import.", answer_schema()),
        json_answer("The files are queued, durably.", answer_schema(), 202)
    };
    operation.problems = {403, 404, 409, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return take_notification(services, call);
    });
    return {operation};
}

}  // namespace tradewind::api
