#include "app/assets.h"

#include <algorithm>
#include <utility>

#include "app/full_disk.h"
#include "base/log.h"
#include "os/database.h"

namespace tradewind::app {

namespace {

// The columns that tell where a row came from (see engine::LiveTable).
std::vector<catalog::Column> provenance_columns() {
    return {
        {"_source", "STRING", "stream, or the file that the row came with"},
        {"_partition", "INTEGER", "streamed rows: the partition"},
        {"_offset", "BIGINT", "streamed rows: the offset in it"},
        {"_import", "BIGINT", "imported rows: the import"},
        {"_row", "BIGINT", "imported rows: the row in its file, from 1"},
        {"_received_at", "TIMESTAMP", "when the row was received"}
    };
}

}  // namespace

std::vector<catalog::Declaration> declare_sources(const Declarations& declared) {
    std::vector<catalog::Declaration> tables;
    for (const auto& contract : declared.contracts) {
        catalog::Declaration table;
        table.name = {"raw", contract->name()};
        table.kind = catalog::Kind::Source;
        table.layer = "raw";
        table.dataset = "raw/" + contract->name() + "/table";
        table.description = "Rows of the source " + contract->name() + ", streamed and imported.";
        table.key = contract->key();
        for (const ColumnSpec& column : contract->output_columns())
            table.columns.push_back({column.name, to_sql(column), ""});
        for (catalog::Column& column : provenance_columns())
            table.columns.push_back(std::move(column));
        tables.push_back(std::move(table));
    }
    return tables;
}

std::vector<catalog::Declaration> declare_assets(const pipeline::AssetGraph& graph) {
    std::vector<catalog::Declaration> tables;
    std::vector<const pipeline::Asset*> assets;
    for (const pipeline::Asset& asset : graph.assets) assets.push_back(&asset);
    // What was made of them is there still.
    for (const pipeline::FaultyAsset& faulty : graph.faulty) {
        if (faulty.asset.stored()) assets.push_back(&faulty.asset);
    }
    for (const pipeline::Asset* one : assets) {
        const pipeline::Asset& asset = *one;
        if (asset.materialize == pipeline::Materialize::Export) continue;
        catalog::Declaration table;
        table.name = asset.name;
        table.kind = asset.stored() ? catalog::Kind::Asset : catalog::Kind::View;
        table.layer = asset.layer;
        if (asset.stored()) table.dataset = asset.dataset();
        table.description = asset.description;
        table.grain = asset.grain;
        table.sql = asset.sql;
        table.partition_by = asset.partition_by;
        for (const auto& [name, description] : asset.column_descriptions)
            table.columns.push_back({name, "", description});
        for (const engine::TableUse& use : asset.inputs) table.inputs.push_back(use.name.text());
        tables.push_back(std::move(table));
    }
    return tables;
}

namespace {

CrawledColumns columns_of(std::vector<catalog::CrawledTable> tables) {
    CrawledColumns columns;
    for (catalog::CrawledTable& table : tables) columns[table.name] = std::move(table.columns);
    return columns;
}

}  // namespace

Result<CrawledColumns> crawled_columns(os::Filesystem& files, const std::string& database_path) {
    if (!files.exists(database_path)) return CrawledColumns();
    const auto database = TRY(open_to_look(files, database_path));
    return columns_of(TRY(catalog::read_crawled_tables(*database)));
}

namespace {

bool is_there(
    const Declarations& declared, const CrawledColumns& crawled, const catalog::TableName& name
) {
    if (name.schema == "system" || name.schema == "quarantine") return true;
    if (crawled.contains(name)) return true;
    return name.schema == "raw" &&
           std::ranges::any_of(declared.contracts, [&](const auto& contract) {
               return contract->name() == name.table;
           });
}

void tell_of_uncrawled(
    const Declarations& declared, const CrawledColumns& crawled, const pipeline::AssetGraph& graph
) {
    for (const pipeline::Asset& asset : graph.assets) {
        for (const engine::TableUse& use : asset.inputs) {
            if (use.name.schema != "raw" || graph.find(use.name) != nullptr) continue;
            if (is_there(declared, crawled, use.name)) continue;
            log::info(
                "an asset reads a table that nobody has crawled yet",
                {{"asset", asset.name.text()}, {"table", use.name.text()}, {"file", asset.path}}
            );
        }
    }
}

}  // namespace

pipeline::AssetGraph read_asset_graph(
    const Declarations& declared, const CrawledColumns& crawled, engine::Engine& engine
) {
    return pipeline::read_assets(declared.packages, engine, [&](const catalog::TableName& name) {
        return is_there(declared, crawled, name);
    });
}

Result<pipeline::AssetGraph> open_asset_graph(
    const Declarations& declared, catalog::Catalog& catalog, engine::Engine& engine
) {
    const CrawledColumns crawled = columns_of(TRY(catalog.crawled_below("/")));
    // Assets of a package of that name are tables of raw themselves.
    const bool free = std::ranges::none_of(declared.packages, [](const package::Package& package) {
        return package.name == "raw";
    });
    pipeline::AssetGraph graph =
        pipeline::read_assets(declared.packages, engine, [&](const catalog::TableName& name) {
            return (free && name.schema == "raw") || is_there(declared, crawled, name);
        });
    tell_of_uncrawled(declared, crawled, graph);
    std::vector<Error> faults = graph.own_faults();
    for (const package::Package& package : declared.packages) {
        for (const package::FileFault& fault : package.faults) {
            if (fault.folder == "queries") faults.push_back(fault.error);
        }
    }
    for (const Error& fault : faults)
        log::error("left out, for it has a fault", {{"fault", fault.describe()}});
    return graph;
}

std::vector<quality::TableChecks> read_checks(
    const Declarations& declared, const pipeline::AssetGraph& graph
) {
    std::vector<quality::TableChecks> tables;
    for (const pipeline::Asset& asset : graph.assets) {
        if (!asset.checks.checks.empty()) tables.push_back(asset.checks);
    }
    for (const package::Package& package : declared.packages) {
        for (const package::YamlFile& file : package.checks) {
            auto checks = quality::parse_checks_file(package.name, file.document);
            if (checks.ok() && graph.find(checks->table) == nullptr)
                tables.push_back(std::move(checks).take());
        }
    }
    return tables;
}

}  // namespace tradewind::app
