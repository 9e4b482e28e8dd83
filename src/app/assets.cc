#include "app/assets.h"

#include <algorithm>
#include <utility>

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
    for (const pipeline::Asset& asset : graph.assets) {
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

Result<std::vector<quality::TableChecks>> read_check_files(const Declarations& declared) {
    std::vector<quality::TableChecks> tables;
    for (const package::Package& package : declared.packages) {
        for (const package::YamlFile& file : package.checks)
            tables.push_back(TRY(quality::parse_checks_file(package.name, file.document)));
    }
    return tables;
}

}  // namespace

Result<pipeline::AssetGraph> read_asset_graph(
    const Declarations& declared, engine::Engine& engine
) {
    auto graph =
        TRY(pipeline::read_assets(declared.packages, engine, [&](const catalog::TableName& name) {
            if (name.schema == "system" || name.schema == "quarantine") return true;
            return name.schema == "raw" &&
                   std::ranges::any_of(declared.contracts, [&](const auto& contract) {
                       return contract->name() == name.table;
                   });
        }));
    // What checks/*.yml says of an asset stops its publication as well as what its header says.
    for (quality::TableChecks& more : TRY(read_check_files(declared))) {
        for (pipeline::Asset& asset : graph.assets) {
            if (asset.name == more.table) quality::append_checks(asset.checks, more);
        }
    }
    return graph;
}

Result<std::vector<quality::TableChecks>> read_checks(
    const Declarations& declared, const pipeline::AssetGraph& graph
) {
    std::vector<quality::TableChecks> tables;
    for (const pipeline::Asset& asset : graph.assets) {
        if (!asset.checks.checks.empty()) tables.push_back(asset.checks);
    }
    for (quality::TableChecks& checks : TRY(read_check_files(declared))) {
        if (graph.find(checks.table) == nullptr) tables.push_back(std::move(checks));
    }
    return tables;
}

}  // namespace tradewind::app
