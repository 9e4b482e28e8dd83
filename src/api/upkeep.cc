// For whoever keeps the platform: sinks that stand still or are gone, checks of what lies on disk,
// and what can be built again.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "api/operations.h"
#include "api/replies.h"
#include "api/stream_access.h"
#include "base/log.h"

namespace tradewind::api {

namespace {

using namespace schema;

Value done_schema() {
    return object({{"done", boolean()}});
}
Response done() {
    return json_response("{\"done\":true}");
}

Operation upkeep_operation(std::string id, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = "POST";
    operation.path = std::move(path);
    operation.tag = "upkeep";
    operation.summary = std::move(summary);
    operation.scope = Scope::Admin;
    operation.answers = {json_answer("It is done.", done_schema())};
    return operation;
}

Operation sink_operation(std::string id, const std::string& verb, std::string summary) {
    Operation operation = upkeep_operation(
        std::move(id), "/v1/streams/{stream}/sinks/{sink}/" + verb, std::move(summary)
    );
    operation.parameters = {
        stream_parameter(),
        {.name = "sink",
         .in = In::Path,
         .required = true,
         .description = "The sink's name, as lag lists it.",
         .example = "raw"}
    };
    operation.problems = {404};
    return operation;
}

Operation forget_operation(const Services& services) {
    Operation operation = sink_operation(
        "forget_sink",
        "forget",
        "Let go of a sink that was removed: it no longer holds the stream's records back."
    );
    operation.problems.push_back(409);
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const std::string& stream = call.arguments.text("stream");
        const std::string& sink = call.arguments.text("sink");
        stream::Stream& log = *TRY(find_stream(services, stream));
        const auto delivery = services.deliveries.find(stream);
        if (delivery != services.deliveries.end()) {
            for (const deliver::SinkStatus& status : delivery->second->sinks()) {
                if (status.name != sink) continue;
                return Error(ErrorCode::Conflict, "sink " + sink + " is in use")
                    .with_hint("Only a sink that no longer exists can be forgotten.");
            }
        }
        TRY(log.forget(sink));
        return done();
    });
    return operation;
}

Operation pause_operation(const Services& services, bool pause) {
    Operation operation =
        pause
            ? sink_operation("pause_sink", "pause", "Hold a sink; its records wait in the stream.")
            : sink_operation("resume_sink", "resume", "Let a held sink go on.");
    operation.handler = answering([&services, pause](Call& call) -> Result<Response> {
        const std::string& stream = call.arguments.text("stream");
        TRY(find_stream(services, stream));
        const auto delivery = services.deliveries.find(stream);
        if (delivery == services.deliveries.end())
            return Error(ErrorCode::NotFound, "stream " + stream + " has no sinks");
        TRY(delivery->second->pause(call.arguments.text("sink"), pause));
        return done();
    });
    return operation;
}

// Derived tables: a damaged store is kept aside and built again, at once.
Result<void> verify_serving(const Services& services) {
    if (services.serving == nullptr) return {};
    const auto verified = services.serving->verify();
    if (verified.ok() || verified.error().code() != ErrorCode::Corruption) return verified;
    const std::string aside = TRY(services.serving->start_over());
    const std::string found = verified.error().describe() + " Its files are in " + aside + ".";
    for (const auto& [source, delivery] : services.deliveries) {
        const auto rebuilt = delivery->rebuild_serving();
        if (rebuilt.ok()) continue;
        return Error(ErrorCode::Corruption, "the serving store was damaged, and is not yet rebuilt")
            .with_detail(found + " " + rebuilt.error().describe())
            .with_hint("Rebuild the serving tables: tradewind rebuild serving.");
    }
    return Error(ErrorCode::Corruption, "the serving store was damaged, and is rebuilt")
        .with_detail(found);
}

// So many of the newest imports say which versions there were.
constexpr std::int64_t imports_looked_at = 10'000;

// A version file that is gone takes its table back, and nothing in the lake tells: whoever
// published it remembers.
Result<void> verify_imported_versions(const Services& services) {
    if (services.importer == nullptr || services.catalog == nullptr) return {};
    std::map<std::string, importer::Import> newest;
    for (importer::Import& one : TRY(services.importer->list(std::nullopt, imports_looked_at))) {
        importer::Import& known = newest[one.source];
        if (one.table_version > known.table_version) known = std::move(one);
    }
    std::string gone;
    for (const auto& [source, import] : newest) {
        const auto table = services.catalog->show({"raw", source});
        if (!table.ok() || !table->damage.empty()) continue;  // told elsewhere
        if (table->version.number >= import.table_version) continue;
        gone += (gone.empty() ? "" : "; ") + table->declared.name.text() + ": version " +
                std::to_string(import.table_version) + ", which import " +
                std::to_string(import.id) + " (" + import.identity + ") published, is gone";
    }
    if (gone.empty()) return {};
    return Error(ErrorCode::Corruption, "tables have lost versions")
        .with_detail(gone + ".")
        .with_hint(
            "Put the table's _versions files back from a backup, or have the files delivered "
            "again: "
            "one that differs in a byte is a correction."
        );
}

// The first fault of each store, all stores looked at. Then the SQL tables are shown without what
// was taken away.
Operation verify_operation(const Services& services) {
    Operation operation = upkeep_operation(
        "verify", "/v1/verify", "Read everything on disk and compare it with its checksums."
    );
    operation.description =
        "Damaged lake files are moved to quarantine; a damaged serving store, too, and its tables "
        "are built again. The answer is a problem when there is damage.";
    operation.runs = Runs::Slow;
    operation.handler = answering([&services](Call&) -> Result<Response> {
        std::string damage;
        const auto note = [&damage](const Result<void>& outcome) {
            if (outcome.ok()) return;
            if (!damage.empty()) damage += " ";
            damage += outcome.error().describe();
        };
        for (const auto& [name, log] : services.streams) note(log->verify());
        if (services.lake != nullptr) note(services.lake->verify(true));
        note(verify_imported_versions(services));
        for (const auto& [source, delivery] : services.deliveries) note(delivery->republish());
        note(verify_serving(services));
        if (damage.empty()) return done();
        return Error(ErrorCode::Corruption, "there is damage on disk").with_detail(damage);
    });
    return operation;
}

Operation rebuild_operation(const Services& services) {
    Operation operation = upkeep_operation(
        "rebuild_serving",
        "/v1/rebuild/serving",
        "Empty the serving tables and fill them again from the lake and the streams."
    );
    operation.runs = Runs::Slow;
    operation.handler = answering([&services](Call&) -> Result<Response> {
        for (const auto& [source, delivery] : services.deliveries) TRY(delivery->rebuild_serving());
        return done();
    });
    return operation;
}

// Where crawled tables lie: the lake, and folders outside of it; none within another.
Result<std::set<std::string>> crawled_folders(const Services& services) {
    std::set<std::string> folders{os::parent_folder(services.lake->absolute("raw"))};
    for (const catalog::CrawledTable& table : TRY(services.catalog->crawled_below("/"))) {
        const bool known = std::ranges::any_of(folders, [&](const std::string& folder) {
            return table.root == folder || table.root.starts_with(folder + "/");
        });
        if (!known) folders.insert(table.root);
    }
    return folders;
}

Result<void> crawl_again(const Services& services, const Call& call) {
    for (const std::string& folder : TRY(crawled_folders(services))) {
        crawl::CrawlRequest request;
        request.path = folder;
        request.again = true;
        request.cancelled = call.request.cancelled;
        const auto crawled = services.crawler->crawl(request);
        if (crawled.ok()) continue;
        if (crawled.error().code() != ErrorCode::NotFound) return crawled.error();
        log::warn("a crawled folder is gone", {{"folder", folder}});
    }
    return {};
}

Operation rebuild_catalog_operation(const Services& services) {
    Operation operation = upkeep_operation(
        "rebuild_catalog",
        "/v1/rebuild/catalog",
        "Read all crawled files again, and show every table as the lake has it."
    );
    operation.runs = Runs::Slow;
    operation.problems = {409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        TRY(crawl_again(services, call));
        for (const auto& [source, delivery] : services.deliveries) TRY(delivery->republish());
        if (services.pipeline != nullptr) services.pipeline->republish();
        if (services.system_tables != nullptr) TRY(services.system_tables->refresh());
        return done();
    });
    return operation;
}

}  // namespace

std::vector<Operation> upkeep_operations(const Services& services) {
    std::vector<Operation> all{verify_operation(services)};
    if (services.serving != nullptr) all.push_back(rebuild_operation(services));
    if (services.crawler != nullptr) all.push_back(rebuild_catalog_operation(services));
    if (!services.deliveries.empty()) {
        all.push_back(pause_operation(services, true));
        all.push_back(pause_operation(services, false));
    }
    if (!services.streams.empty()) all.push_back(forget_operation(services));
    return all;
}

}  // namespace tradewind::api
