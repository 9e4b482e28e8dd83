#include "app/dashboard_validation.h"

#include <algorithm>
#include <string>

#include "dashboard/dashboard.h"

namespace tradewind::app {

namespace {

using Tables = std::set<catalog::TableName>;

bool reads_any(
    const dashboard::Statement& statement,
    const std::string& package,
    engine::Engine& engine,
    const Tables& tables
) {
    const auto uses = engine.tables_of(statement.sql);
    return uses.ok() && std::ranges::any_of(*uses, [&](const engine::TableUse& use) {
               const bool bare = use.name.schema.empty();
               return tables.contains(
                   bare ? catalog::TableName{package, use.name.table} : use.name
               );
           });
}

// Tiles, filters and filtered tables that have nothing to do with those tables.
dashboard::Definition without(
    dashboard::Definition definition, engine::Engine& engine, const Tables& tables
) {
    const auto reads = [&](const dashboard::Statement& statement) {
        return reads_any(statement, definition.package, engine, tables);
    };
    std::erase_if(definition.filters, [&](const auto& filter) { return reads(filter.sql); });
    for (dashboard::Filter& filter : definition.filters) {
        std::erase_if(filter.columns, [&](const dashboard::FilterColumn& column) {
            return tables.contains({definition.package, column.table}) ||
                   tables.contains({definition.package, column.of_table});
        });
    }
    for (dashboard::Page& page : definition.pages) {
        std::erase_if(page.tiles, [&](const dashboard::Tile& tile) {
            return reads(tile.sql) || (tile.sparkline && reads(tile.sparkline->sql));
        });
    }
    return definition;
}

}  // namespace

std::vector<Finding> examine_dashboards(
    os::Filesystem& files,
    const Declarations& declared,
    engine::Engine& engine,
    const std::set<catalog::TableName>& faulty
) {
    const dashboard::Declared read = dashboard::read_dashboards(files, declared.packages);
    std::vector<Finding> findings;
    std::size_t tile_count = 0;
    for (const dashboard::Fault& fault : read.faults)
        findings.push_back(failed("dashboards", fault.error));
    for (const dashboard::Definition& definition : read.definitions) {
        for (const dashboard::Page& page : definition.pages) tile_count += page.tiles.size();
        for (const Error& fault : dashboard::validate(engine, without(definition, engine, faulty)))
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
