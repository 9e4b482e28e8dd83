// The importer behind the door, with the seam that tests need.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "importer/file_rows.h"
#include "importer/importer.h"

namespace tradewind::importer {

struct ImporterParts {
    ImportSettings settings;
    std::map<std::string, deliver::Delivery*> deliveries;
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
    OpenFile open_file;
};

Result<std::unique_ptr<Importer>> make_importer(ImporterParts parts);

}  // namespace tradewind::importer
