#include "app/dashboard_validation.h"

#include <string>

#include "dashboard/dashboard.h"

namespace tradewind::app {

std::vector<Finding> examine_dashboards(
    os::Filesystem& files, const Declarations& declared, engine::Engine& engine
) {
    const dashboard::Declared read = dashboard::read_dashboards(files, declared.packages);
    std::vector<Finding> findings;
    std::size_t tile_count = 0;
    for (const dashboard::Fault& fault : read.faults)
        findings.push_back(failed("dashboards", fault.error));
    for (const dashboard::Definition& definition : read.definitions) {
        for (const dashboard::Page& page : definition.pages) tile_count += page.tiles.size();
        for (const Error& fault : dashboard::validate(engine, definition))
            findings.push_back(failed("dashboards", fault));
    }
    if (findings.empty() && tile_count > 0) {
        const std::string count = std::to_string(read.definitions.size());
        findings.push_back(
            {"dashboards",
             Health::Ok,
             count + " with " + std::to_string(tile_count) + " tiles can be planned",
             ""}
        );
    }
    return findings;
}

}  // namespace tradewind::app
