#include "app/lookups.h"

#include <optional>
#include <string>

#include "base/sql_text.h"

namespace tradewind::app {

namespace {

std::optional<std::vector<std::string>> columns_of(
    engine::Engine& engine, const catalog::TableName& table
) {
    const auto columns = engine.explain_columns(
        "SELECT * FROM " + quote_name(table.schema) + "." + quote_name(table.table)
    );
    if (!columns.ok()) return std::nullopt;
    std::vector<std::string> names;
    for (const engine::ResultColumn& column : *columns) names.push_back(column.name);
    return names;
}

bool is_view(const pipeline::AssetGraph& graph, const catalog::TableName& table) {
    const pipeline::Asset* asset = graph.find(table);
    return asset != nullptr && asset->materialize == pipeline::Materialize::View;
}

std::optional<Error> view_fault(
    const pipeline::AssetGraph& graph, const catalog::TableName& table, const SourceLocation& at
) {
    if (!is_view(graph, table)) return std::nullopt;
    return Error(ErrorCode::InvalidArgument, table.text() + " is a view, which has no versions")
        .at(at)
        .with_hint("Name a table that is made, or materialize it as one.");
}

std::vector<Error> faults_of_views(
    const std::vector<lookup::Lookup>& lookups, const pipeline::AssetGraph& graph
) {
    std::vector<Error> faults;
    for (const lookup::Lookup& one : lookups) {
        if (auto fault = view_fault(graph, one.table, one.table_at))
            faults.push_back(*std::move(fault));
    }
    return faults;
}

lookup::Declared without(lookup::Declared all, const std::set<catalog::TableName>& tables) {
    const auto of_them = [&](const auto& one) { return tables.contains(one.table); };
    for (lookup::RecordLookups& record : all.records) std::erase_if(record.lookups, of_them);
    std::erase_if(all.searches, of_them);
    for (lookup::Search& search : all.searches) std::erase_if(search.lookups, of_them);
    return all;
}

void add_all(std::vector<Error>& to, std::vector<Error> faults) {
    for (Error& fault : faults) to.push_back(std::move(fault));
}

}  // namespace

std::unique_ptr<lookup::Lookups> open_lookups(
    const Declarations& declared, const api::Services& services, bool follow
) {
    lookup::HoldOptions options;
    if (!follow) options.look_us = 0;
    lookup::HoldParts parts;
    parts.declared = declared.lookups;
    parts.engine = services.engine;
    parts.catalog = services.catalog;
    parts.lake = services.lake;
    parts.clock = services.clock;
    parts.metrics = services.metrics;
    return lookup::hold_tables(options, std::move(parts));
}

std::vector<Finding> examine_lookups(
    const Declarations& declared,
    const pipeline::AssetGraph& graph,
    engine::Engine& engine,
    const std::set<catalog::TableName>& faulty
) {
    const lookup::Declared all = without(declared.lookups, faulty);
    if (all.records.empty() && all.searches.empty()) return {};
    std::vector<Error> faults =
        lookup::faults_of(all, [&](const auto& table) { return columns_of(engine, table); });
    for (const lookup::RecordLookups& record : all.records)
        add_all(faults, faults_of_views(record.lookups, graph));
    for (const lookup::Search& search : all.searches) {
        if (auto fault = view_fault(graph, search.table, search.table_at))
            faults.push_back(*std::move(fault));
        add_all(faults, faults_of_views(search.lookups, graph));
    }
    std::vector<Finding> findings;
    for (const Error& fault : faults) findings.push_back(failed("lookups", fault));
    if (findings.empty())
        findings.push_back({"lookups", Health::Ok, "tables that are held in memory are there", ""});
    return findings;
}

}  // namespace tradewind::app
