#include "importer/importing.h"

namespace tradewind::importer {

Result<std::unique_ptr<Importer>> open_importer(
    ImportSettings settings,
    std::map<std::string, deliver::Delivery*> deliveries,
    os::Database& database,
    os::Filesystem& files,
    os::Clock& clock,
    MetricsRegistry& metrics
) {
    ImporterParts parts;
    parts.settings = std::move(settings);
    parts.deliveries = std::move(deliveries);
    parts.database = &database;
    parts.files = &files;
    parts.clock = &clock;
    parts.metrics = &metrics;
    parts.open_file = engine::open_file;
    return make_importer(std::move(parts));
}

}  // namespace tradewind::importer
