// What happened in a run as OpenLineage tells it: RunEvents of its specification 2-0-2 as JSON.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "catalog/catalog.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// One thread.
class LineageEvents {
public:
    // Both outlive it.
    LineageEvents(const OpenLineageOptions& options, const OpenLineageParts& parts)
        : options_(options), parts_(parts) {}

    // Of the run of a package, without its assets. Nothing: no event belongs to its state.
    std::optional<std::string> of_run(const Run& run) const;
    // Of one asset in it.
    std::optional<std::string> of_asset(const Run& run, const AssetRun& asset) const;

private:
    struct Made {  // what the run read and made, as far as it is known
        std::vector<catalog::InputVersion> inputs;
        std::vector<catalog::Column> columns;
        std::vector<catalog::ColumnLineage> lineage;
    };

    json::Value facet(const std::string& name, const std::string& version) const;
    json::Value event(const char* type, Timestamp at) const;
    json::Value run_object(const std::string& id) const;
    json::Value job_object(const std::string& name, const char* type) const;
    json::Value dataset(const catalog::TableName& name) const;
    void add_error(json::Value& facets, const std::string& message) const;
    void add_parent(json::Value& facets, const Run& run) const;
    void add_schema(json::Value& facets, const std::vector<catalog::Column>& columns) const;
    void add_version(json::Value& facets, std::int64_t version) const;
    void add_columns(json::Value& facets, const std::vector<catalog::ColumnLineage>& lineage) const;
    void add_job_facets(json::Value& job, const Asset& asset, const AssetRun& outcome) const;
    json::Value input(const catalog::InputVersion& input) const;
    json::Value output(const Asset& asset, const AssetRun& outcome, const Made& made) const;
    Made made(const Asset& asset, const AssetRun& outcome) const;

    const OpenLineageOptions& options_;
    const OpenLineageParts& parts_;
};

}  // namespace tradewind::pipeline
