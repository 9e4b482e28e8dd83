#include "pipeline/segments_spec.h"

#include <set>

#include "pipeline/fitted.h"

namespace tradewind::pipeline {

namespace {

constexpr std::int64_t clusters_max = 50;

Result<void> read_k(const yaml::Node& node, SegmentsSpec& spec) {
    if (!node.present()) return {};
    if (node.scalar() == "auto") {
        spec.clusters = 0;
        return {};
    }
    const std::int64_t k = TRY(node.integer());
    if (k < 2 || k > clusters_max) return node.error("k is auto, or a number from 2 to 50");
    spec.clusters = static_cast<std::size_t>(k);
    return {};
}

Result<void> read_rules(const yaml::Node& node, SegmentsSpec& spec) {
    for (const yaml::Node& rule : node.items()) {
        TRY(rule.allow_keys({"segment", "when"}));
        spec.rules.push_back({
            TRY(rule["segment"].text())
            , "(" + TRY(rule["when"].text())
            +")"
        });
    }
    return {};
}

// The means of features stand in the summary, and in `GET /v1/segments`, beside what these say.
Result<void> check_features(const yaml::Node& node, const SegmentsSpec& spec) {
    std::set<std::string> names{
        spec.id,
        "cluster",
        "segment",
        "pca_x",
        "pca_y",
        "size",
        "share",
        "silhouette",
        "clusters",
        "table",
        "mean_silhouette",
        "stability"
    };
    for (const std::string& column : spec.columns) {
        if (!names.insert(column).second)
            return node.error("a feature cannot be called '" + column + "': there is one already");
    }
    return {};
}

// Names that the table has anyway cannot be kept as well.
Result<void> read_kept(const yaml::Node& node, SegmentsSpec& spec) {
    if (!node.present()) return {};
    spec.keep = TRY(node.texts());
    std::set<std::string> names{spec.id, "cluster", "segment", "pca_x", "pca_y"};
    names.insert(spec.columns.begin(), spec.columns.end());
    for (const std::string& column : spec.keep) {
        if (!names.insert(column).second)
            return node.error("the table has a column '" + column + "' already");
    }
    return {};
}

}  // namespace

Result<SegmentsSpec> read_segments_spec(const yaml::Node& document) {
    const yaml::Node features = document["features"];
    if (features.kind() != yaml::Kind::Mapping)
        return document.error("segments are made of features: a table, its id and columns");
    TRY(features.allow_keys({"table", "id", "columns", "keep"}));
    SegmentsSpec spec;
    spec.table = TRY(quoted_table(features["table"]));
    spec.id = TRY(features["id"].text());
    spec.columns = TRY(features["columns"].texts());
    if (spec.columns.empty()) return features["columns"].error("name one column at least");
    TRY(check_features(features["columns"], spec));
    TRY(read_kept(features["keep"], spec));
    TRY(read_k(document["k"], spec));
    const std::int64_t starts = TRY(document["starts"].integer_or(spec.starts));
    if (starts < 1 || starts > 1000) return document["starts"].error("starts is from 1 to 1000");
    spec.starts = static_cast<int>(starts);
    const std::int64_t seed = TRY(document["seed"].integer_or(1));
    if (seed < 0) return document["seed"].error("seed is 0 or more");
    spec.seed = static_cast<std::uint64_t>(seed);
    TRY(read_rules(document["rules"], spec));
    spec.otherwise = TRY(document["otherwise"].text_or(""));
    return spec;
}

}  // namespace tradewind::pipeline
