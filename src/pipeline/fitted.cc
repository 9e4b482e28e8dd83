#include "pipeline/fitted.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/sql_text.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

bool is_fitted_kind(std::string_view kind) {
    return kind == "segments" || kind == "forecast";
}

Result<std::vector<FittedTable>> parse_fitted(const std::string& name, const yaml::Node& document) {
    return document["kind"].scalar() == "segments" ? parse_segments(name, document)
                                                   : parse_forecasts(name, document);
}

std::vector<catalog::TableName> segment_summaries(const AssetGraph& graph) {
    std::vector<catalog::TableName> tables;
    for (const Asset& asset : graph.assets) {
        if (asset.fitted != nullptr && asset.fitted->sums_up_segments())
            tables.push_back(asset.name);
    }
    return tables;
}

std::string sql_double(double value) {
    if (!std::isfinite(value)) return "CAST(NULL AS DOUBLE)";
    std::array<char, 40> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.17g", value);
    return "CAST('" + std::string(text.data(), static_cast<std::size_t>(length)) + "' AS DOUBLE)";
}

Result<void> allow_table_keys(const yaml::Node& node, std::vector<std::string_view> more) {
    for (const std::string_view key :
         {"description",
          "layer",
          "grain",
          "on_request",
          "timeout",
          "retries",
          "retry_delay",
          "columns",
          "checks"})
        more.push_back(key);
    for (const auto& [key, value] : node.members()) {
        if (std::ranges::find(more, key) != more.end()) continue;
        const auto near = nearest(key, more);
        return Error(ErrorCode::InvalidArgument, "there is no key '" + key + "' here")
            .at(node.where_key(key))
            .with_hint(near ? "Did you mean '" + *near + "'?" : "docs/PACKAGES.md lists them.");
    }
    return {};
}

Result<std::string> quoted_table(const yaml::Node& node) {
    const std::string text = TRY(node.text());
    if (text.find('.') == std::string::npos) return quote_name(text);
    auto name = catalog::parse_table_name(text);
    if (!name.ok()) return std::move(name).error().at(node.where());
    return quote_name(name->schema) + "." + quote_name(name->table);
}

}  // namespace tradewind::pipeline
