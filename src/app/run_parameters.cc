#include "app/run_parameters.h"

#include <utility>

namespace tradewind::app {

namespace {

// Between two looks whether the run was cancelled.
constexpr std::int64_t wait_us = 200'000;

bool is_over(importer::ImportState state) {
    return state != importer::ImportState::Queued && state != importer::ImportState::Running;
}

}  // namespace

RunParameters::RunParameters(
    const Declarations& declared, importer::Importer& importer, std::string landing
)
    : importer_(importer), landing_(std::move(landing)) {
    for (const auto& [package, contract] : contracts_of_packages(declared)) {
        if (!contract->parameter().empty()) sources_[{package, contract->parameter()}] = contract;
    }
}

Result<importer::Import> RunParameters::bring_in(
    const contract::Contract& contract, const std::string& path, const std::atomic<bool>& cancelled
) {
    importer::ImportRequest request;
    request.source = contract.name();
    request.path = path;
    if (path.starts_with(landing_ + "/")) request.identity = path.substr(landing_.size() + 1);
    // A snapshot replaces what is there: the same bytes under another name double nothing.
    request.again = contract.load() == contract::Load::Snapshot;
    importer::Import import = TRY(importer_.submit({request}))
    .at(0);
    while (!is_over(import.state)) {
        if (cancelled) return Error(ErrorCode::Cancelled, "cancelled");
        import = TRY(importer_.wait(import.id, wait_us));
    }
    return import;
}

Result<std::optional<pipeline::TableAt>> RunParameters::resolve(
    const std::string& package,
    const std::string& name,
    const std::string& value,
    const std::atomic<bool>& cancelled
) {
    const auto source = sources_.find({package, name});
    if (source == sources_.end()) return std::optional<pipeline::TableAt>();
    const std::string path = value.starts_with('/') ? value : os::join(landing_, value);
    const importer::Import import = TRY(bring_in(*source->second, path, cancelled));
    const bool there = import.state == importer::ImportState::Succeeded ||
                       import.state == importer::ImportState::Skipped;
    if (!there || import.table_version == 0) {
        return Error(
                   ErrorCode::InvalidArgument,
                   path + " did not come in: " +
                       (import.message.empty() ? to_string(import.state) : import.message)
        )
            .with_hint("What became of it: GET /v1/imports/" + std::to_string(import.id));
    }
    pipeline::TableAt at;
    at.table = {"raw", source->second->name()};
    at.version = import.table_version;
    return std::optional(std::move(at));
}

}  // namespace tradewind::app
