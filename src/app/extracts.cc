#include "app/extracts.h"

#include <utility>

#include "base/log.h"
#include "base/time.h"
#include "os/secret.h"
#include "os/time_zone.h"

namespace tradewind::app {

namespace {

// Between two looks whether somebody gave up.
constexpr std::int64_t wait_us = 200'000;

bool is_over(importer::ImportState state) {
    return state != importer::ImportState::Queued && state != importer::ImportState::Running;
}

bool is_in(importer::ImportState state) {
    return state == importer::ImportState::Succeeded || state == importer::ImportState::Skipped;
}

}  // namespace

Result<DatabaseDeclarations> read_databases(
    os::Filesystem& files, const std::string& workspace, const Declarations& declared
) {
    DatabaseDeclarations databases;
    databases.connections = TRY(extract::read_connections(files, workspace));
    for (const package::Package& package : declared.packages) {
        for (extract::Dump& dump : TRY(extract::read_dumps(package)))
            databases.dumps.push_back(std::move(dump));
    }
    return databases;
}

std::set<std::string> missing_connections(
    const DatabaseDeclarations& databases, const Declarations& declared
) {
    std::set<std::string> wanted;
    for (const extract::Dump& dump : databases.dumps) wanted.insert(dump.connection);
    for (const auto& contract : declared.contracts) {
        if (contract->database()) wanted.insert(contract->database()->connection);
    }
    std::erase_if(wanted, [&](const std::string& name) {
        return databases.connections.contains(name);
    });
    return wanted;
}

Result<std::unique_ptr<extract::Extractor>> open_extracts(const OutwardParts& parts) {
    DatabaseDeclarations databases =
        TRY(read_databases(parts.files, parts.paths.root, parts.declared));
    extract::ExtractParts read;
    read.connections = std::move(databases.connections);
    read.dumps = std::move(databases.dumps);
    read.database = &parts.database;
    read.files = &parts.files;
    read.clock = &parts.clock;
    read.metrics = &parts.metrics;
    read.environment = os::process_variables();
    extract::ExtractOptions options;
    options.landing_folder = parts.paths.landing;
    options.disk_reserve_bytes = parts.settings.stream.disk_reserve_bytes;
    return extract::open_extractor(std::move(options), std::move(read));
}

DatabaseSources::DatabaseSources(
    const Declarations& declared,
    extract::Extractor& extractor,
    importer::Importer& importer,
    os::Filesystem& files,
    os::Clock& clock,
    std::string folder
)
    : extractor_(extractor),
      importer_(importer),
      files_(files),
      clock_(clock),
      folder_(std::move(folder)) {
    for (const auto& contract : declared.contracts) {
        if (contract->database()) sources_[contract->name()] = contract.get();
    }
    for (const package::Package& package : declared.packages) {
        const auto zone = package.manifest["timezone"].text_or("UTC");
        for (const package::YamlFile& file : package.sources)
            zones_[file.document["source"].scalar()] = zone.ok() ? zone.value() : "UTC";
    }
}

Result<extract::ReadOrder> DatabaseSources::order_of(const contract::Contract& contract) const {
    const contract::DatabaseSource& database = *contract.database();
    const auto zone = TRY(os::find_time_zone(zones_.at(contract.name())));
    extract::ReadOrder order;
    order.source = contract.name();
    order.connection = database.connection;
    order.query = database.query.empty() ? database.table : database.query;
    order.watermark = database.watermark;
    order.folder = os::join(folder_, contract.name());
    order.date = format_date(to_days(from_civil(zone->to_local(clock_.now()))));
    return order;
}

Result<importer::Import> DatabaseSources::import_file(
    const contract::Contract& contract,
    const std::string& path,
    const std::shared_ptr<std::atomic<bool>>& cancelled
) {
    importer::ImportRequest request;
    request.source = contract.name();
    request.path = path;
    request.identity = contract.name() + "/" + os::base_name(path);
    // The file of another day, or what came by a watermark: the same bytes may well come again.
    request.again = true;
    const auto submitted = TRY(importer_.submit({request}));
    importer::Import import = submitted.at(0);
    while (!is_over(import.state)) {
        if (cancelled && cancelled->load()) return Error(ErrorCode::Cancelled, "cancelled");
        import = TRY(importer_.wait(import.id, wait_us));
    }
    return import;
}

Result<std::optional<importer::Import>> DatabaseSources::bring_in(
    const std::string& source, const std::shared_ptr<std::atomic<bool>>& cancelled
) {
    const auto found = sources_.find(source);
    if (found == sources_.end())
        return Error(ErrorCode::NotFound, "there is no source " + source + " of kind database");
    extract::ReadOrder order = TRY(order_of(*found->second));
    order.give_up = [cancelled] { return cancelled && cancelled->load(); };
    const extract::ReadReport report = TRY(extractor_.read(order));
    if (report.rows_without_watermark > 0) {
        log::warn(
            "rows without a watermark are never read",
            {{"source", source},
             {"column", order.watermark},
             {"rows", report.rows_without_watermark}}
        );
    }
    if (report.path.empty()) return std::optional<importer::Import>();
    importer::Import import = TRY(import_file(*found->second, report.path, cancelled));
    if (!is_in(import.state)) return std::optional(std::move(import));
    TRY(extractor_.confirm(report));
    TRY(files_.remove(report.path));
    return std::optional(std::move(import));
}

}  // namespace tradewind::app
