#include "app/run_parameters.h"

#include <utility>

#include "base/text.h"

namespace tradewind::app {

namespace {

// Between two looks whether the run was cancelled.
constexpr std::int64_t wait_us = 200'000;
// How far back the delivery that a file repeats is looked for.
constexpr std::int64_t imports_looked_at = 1000;

bool is_over(importer::ImportState state) {
    return state != importer::ImportState::Queued && state != importer::ImportState::Running;
}

// The rows of the file that the run does not see. One that came before tells them of its first
// time.
std::string note_of(const importer::Import& import) {
    if (import.rejected_count == 0) return "";
    const std::int64_t all = import.row_count + import.rejected_count;
    return format_count(import.rejected_count) + " of " + format_count(all) + " rows of " +
           os::base_name(import.path) + " were rejected; see them: tradewind deadletters list " +
           "--stream " + import.source;
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

// The one that brought its rows in: a repeated file has none of its own.
Result<importer::Import> RunParameters::delivery_of(const importer::Import& import) {
    if (import.state != importer::ImportState::Skipped) return import;
    for (const importer::Import& earlier : TRY(importer_.list(import.source, imports_looked_at))) {
        if (earlier.state == importer::ImportState::Succeeded &&
            earlier.content_hash == import.content_hash)
            return earlier;
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
            .with_hint(
                "It was import " + std::to_string(import.id) + ": tradewind imports --source " +
                import.source
            );
    }
    pipeline::TableAt at;
    at.table = {"raw", source->second->name()};
    at.version = import.table_version;
    at.note = note_of(TRY(delivery_of(import)));
    return std::optional(std::move(at));
}

}  // namespace tradewind::app
