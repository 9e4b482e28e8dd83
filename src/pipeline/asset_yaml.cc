#include "pipeline/asset_yaml.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "pipeline/fitted.h"
#include "pipeline/interactions.h"

namespace tradewind::pipeline {

namespace {

using yaml::Node;

template <typename Value>
struct Choice {
    std::string_view name;
    Value value;
};

template <typename Value, std::size_t count>
Result<Value> choose(const Node& node, const std::array<Choice<Value>, count>& choices) {
    const std::string name = TRY(node.text());
    std::vector<std::string_view> names;
    for (const auto& choice : choices) {
        if (choice.name == name) return choice.value;
        names.push_back(choice.name);
    }
    std::string list;
    for (const std::string_view known : names) {
        if (!list.empty()) list += ", ";
        list += known;
    }
    const auto near = nearest(name, names);
    return std::move(node.error("'" + name + "' is none of " + list))
        .with_hint(near ? "Did you mean " + *near + "?" : "");
}

constexpr std::array materializations{
    Choice<Materialize>{"table", Materialize::Table},
    Choice<Materialize>{"view", Materialize::View},
    Choice<Materialize>{"partitions", Materialize::Partitions},
    Choice<Materialize>{"files", Materialize::Files},
    Choice<Materialize>{"insert_overwrite", Materialize::InsertOverwrite},
    Choice<Materialize>{"export", Materialize::Export},
};

constexpr std::array export_kinds{
    Choice<engine::FileKind>{"csv", engine::FileKind::Csv},
    Choice<engine::FileKind>{"json", engine::FileKind::Json},
    Choice<engine::FileKind>{"ndjson", engine::FileKind::Ndjson},
    Choice<engine::FileKind>{"parquet", engine::FileKind::Parquet},
    Choice<engine::FileKind>{"xlsx", engine::FileKind::Xlsx},
};

constexpr std::array<Choice<std::string_view>, 3> compressions{
    Choice<std::string_view>{"none", ""},
    Choice<std::string_view>{"gzip", "gzip"},
    Choice<std::string_view>{"zstd", "zstd"},
};

// "60s", "5min", "1h"; a bare number is seconds.
Result<std::int64_t> duration_us(const Node& node) {
    const std::string text = TRY(node.text());
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    const auto number = parse_integer(text.substr(0, digits));
    const std::string_view unit = trim(std::string_view(text).substr(digits));
    constexpr std::int64_t day_us = 86'400'000'000;
    std::int64_t factor = 0;
    if (unit.empty() || unit == "s") factor = 1'000'000;
    if (unit == "min") factor = 60'000'000;
    if (unit == "h") factor = 3'600'000'000;
    if (!number || factor == 0 || *number <= 0 || *number > day_us / factor)
        return node.error("a duration is a number with s, min or h, at most 24h: '" + text + "'");
    return *number * factor;
}

Result<std::string> plain_name(const Node& node) {
    const std::string name = TRY(node.text());
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (!name.empty() && std::ranges::all_of(name, fits)) return name;
    return node.error("names here are lower-case letters, digits and underscores: '" + name + "'");
}

Result<void> parse_export(const Node& node, Asset& asset) {
    if (!node.present()) return {};
    TRY(node.allow_keys({"format", "header", "compression", "file"}));
    if (asset.materialize != Materialize::Export)
        return node.error("export: belongs to assets with materialize: export");
    if (node["format"].present())
        asset.export_format.kind = TRY(choose(node["format"], export_kinds));
    asset.export_format.header = TRY(node["header"].boolean_or(true));
    if (node["file"].present()) asset.export_format.file = TRY(plain_name(node["file"]));
    if (node["compression"].present())
        asset.export_format.compression = TRY(choose(node["compression"], compressions));
    if (asset.export_format.kind == engine::FileKind::Xlsx &&
        !asset.export_format.compression.empty())
        return node["compression"].error("a workbook is packed as it is");
    return {};
}

Result<void> parse_refresh(const Node& node, Asset& asset) {
    if (!node.present()) return {};
    TRY(node.allow_keys({"every", "records"}));
    Refresh refresh;
    if (node["every"].present()) refresh.every_us = TRY(duration_us(node["every"]));
    refresh.records = TRY(node["records"].integer_or(refresh.records));
    if (refresh.records <= 0) return node["records"].error("records must be positive");
    asset.refresh = refresh;
    return {};
}

Result<void> parse_attempts(const Node& header, Asset& asset) {
    if (header["timeout"].present()) asset.timeout_us = TRY(duration_us(header["timeout"]));
    if (header["retry_delay"].present())
        asset.retry_delay_us = TRY(duration_us(header["retry_delay"]));
    if (!header["retries"].present()) return {};
    constexpr std::int64_t retries_max = 100;
    const std::int64_t retries = TRY(header["retries"].integer_or(0));
    if (retries < 0 || retries > retries_max)
        return header["retries"].error("retries is a number from 0 to 100");
    asset.retries = static_cast<int>(retries);
    return {};
}

Result<void> parse_columns(const Node& node, Asset& asset) {
    if (!node.present()) return {};
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("columns: maps names to descriptions");
    for (const auto& [name, description] : node.members()) {
        asset.column_descriptions[to_lower_ascii(name)] = TRY(description.text());
        asset.named_columns.emplace_back(name, node.where_key(name));
    }
    return {};
}

Result<void> parse_partitions(const Node& node, Asset& asset) {
    if (!node.present()) return {};
    asset.partition_by = TRY(node.texts());
    const auto& items = node.items();
    for (std::size_t i = 0; i < asset.partition_by.size(); ++i)
        asset.named_columns.emplace_back(
            asset.partition_by[i], (items.empty() ? node : items[i]).where()
        );
    return {};
}

Result<void> check_partitioning(const Node& header, const Asset& asset) {
    const bool by_partition = asset.materialize == Materialize::Partitions ||
                              asset.materialize == Materialize::InsertOverwrite;
    if (by_partition && asset.partition_by.empty()) {
        return std::move(header["materialize"].error(
                             std::string("materialize: ") + to_string(asset.materialize) +
                             " needs partition_by:"
                         ))
            .with_hint("Name the columns whose values tell which rows belong together.");
    }
    if (!asset.partition_by.empty() && !asset.stored())
        return header["partition_by"].error("only tables have partitions");
    if (!asset.interval_column.empty() && asset.materialize != Materialize::Partitions)
        return header["interval"].error("interval: belongs to materialize: partitions");
    const bool partitioned =
        asset.interval_column.empty() ||
        std::find(asset.partition_by.begin(), asset.partition_by.end(), asset.interval_column) !=
            asset.partition_by.end();
    if (!partitioned)
        return header["interval"].error("interval: must name a column of partition_by");
    return {};
}

Result<void> parse_dataset(const Node& node, Asset& asset) {
    if (!node.present()) return {};
    asset.folder = TRY(plain_name(node));
    if (!asset.stored()) return node.error("only tables have a dataset");
    return {};
}

constexpr std::array<std::string_view, 2> layers{"clean", "mart"};

// All but the columns.
Result<void> parse_table(const Node& header, Asset& asset, std::string_view folder) {
    const bool by_folder = std::find(layers.begin(), layers.end(), folder) != layers.end();
    asset.layer = TRY(header["layer"].text_or(by_folder ? std::string(folder) : "mart"));
    if (std::find(layers.begin(), layers.end(), asset.layer) == layers.end())
        return header["layer"].error("a layer is clean or mart, not '" + asset.layer + "'");
    asset.description = TRY(header["description"].text_or(""));
    asset.grain = TRY(header["grain"].text_or(""));
    if (header["materialize"].present())
        asset.materialize = TRY(choose(header["materialize"], materializations));
    TRY(parse_partitions(header["partition_by"], asset));
    TRY(parse_dataset(header["dataset"], asset));
    asset.on_request = TRY(header["on_request"].boolean_or(false));
    asset.interval_column = TRY(header["interval"].text_or(""));
    if (header["input"].present()) {
        auto name = catalog::parse_table_name(TRY(header["input"].text()));
        if (!name.ok()) return header["input"].error(name.error().message());
        asset.incremental_input = *name;
    }
    TRY(parse_export(header["export"], asset));
    TRY(parse_refresh(header["refresh"], asset));
    TRY(parse_attempts(header, asset));
    TRY(check_partitioning(header, asset));
    asset.checks.table = asset.name;
    asset.checks.package = asset.package;
    asset.checks.at = header.where();
    if (header["checks"].present())
        asset.checks.checks = TRY(quality::parse_checks(header["checks"]));
    return {};
}

Result<void> parse_header(const Node& header, Asset& asset, std::string_view folder) {
    TRY(header.allow_keys(
        {"description",
         "layer",
         "grain",
         "materialize",
         "dataset",
         "on_request",
         "partition_by",
         "interval",
         "input",
         "export",
         "refresh",
         "timeout",
         "retries",
         "retry_delay",
         "columns",
         "checks"}
    ));
    TRY(parse_columns(header["columns"], asset));
    return parse_table(header, asset, folder);
}

Asset named(const package::Package& package, std::string name, std::string_view path) {
    Asset asset;
    asset.package = package.name;
    asset.name = {package.name, std::move(name)};
    asset.path = os::join(package.folder, path);
    asset.checks.table = asset.name;
    asset.checks.package = package.name;
    return asset;
}

}  // namespace

Result<Asset> parse_sql_asset(const package::Package& package, const package::SqlAsset& file) {
    Asset asset = named(package, file.name, file.path);
    asset.sql = file.sql;
    const std::string folder = file.folder.substr(0, file.folder.find('/'));
    if (file.header.present()) {
        TRY(parse_header(file.header, asset, folder));
    } else if (folder == "clean") {
        asset.layer = folder;
    }
    return asset;
}

Error placed_in_asset(Error error, const Asset& asset) {
    if (!asset.generated()) return engine::placed_in(std::move(error), asset.path);
    if (error.where() && !error.where()->file.empty()) return error;
    return std::move(error).at(asset.checks.at);
}

namespace {

// assets/mart/features.yml → "mart"
std::string first_folder(const package::YamlFile& file) {
    const std::string below =
        file.path.substr(std::min(file.path.size(), std::string_view("assets/").size()));
    return below.substr(0, below.find('/'));
}

Result<std::vector<Asset>> parse_fitted_file(
    const package::Package& package, const package::YamlFile& file
) {
    const std::string base = os::base_name(file.path);
    std::vector<Asset> assets;
    for (const FittedTable& table :
         TRY(parse_fitted(base.substr(0, base.rfind('.')), file.document))) {
        Asset asset = named(package, table.name, file.path);
        TRY(parse_columns(table.node["columns"], asset));
        TRY(parse_table(table.node, asset, first_folder(file)));
        if (!table.node.present()) asset.checks.at = file.document.where();
        if (asset.description.empty())
            asset.description = TRY(file.document["description"].text_or(""));
        asset.on_request = asset.on_request || TRY(file.document["on_request"].boolean_or(false));
        asset.sql = table.fitted->planned_sql();
        asset.fitted = table.fitted;
        assets.push_back(std::move(asset));
    }
    return assets;
}

}  // namespace

Result<std::vector<Asset>> parse_asset_file(
    const package::Package& package, const package::YamlFile& file
) {
    const Node kind = file.document["kind"];
    if (is_fitted_kind(kind.scalar())) return parse_fitted_file(package, file);
    if (!is_interactions(file.document)) {
        TRY(kind.text());
        return kind.error(
            "a file of assets is of kind " + std::string(interactions_kind) +
            ", segments or forecast, not '" + kind.scalar() + "'"
        );
    }
    const auto interactions = TRY(parse_interactions(file.document));
    std::vector<Asset> assets;
    for (std::size_t i = 0; i < interactions->tables.size(); ++i) {
        const InteractionTable& table = interactions->tables[i];
        TRY(table.node.allow_keys(
            {"kind",
             "columns",
             "joins",
             "description",
             "layer",
             "grain",
             "dataset",
             "on_request",
             "timeout",
             "retries",
             "retry_delay",
             "checks"}
        ));
        Asset asset = named(package, table.name, file.path);
        TRY(parse_table(table.node, asset, first_folder(file)));
        asset.sql = interaction_sql(*interactions, table);
        asset.interactions = interactions;
        asset.interaction_table = i;
        for (const InteractionColumn& column : table.columns) {
            if (!column.description.empty())
                asset.column_descriptions[column.name] = column.description;
        }
        assets.push_back(std::move(asset));
    }
    return assets;
}

Result<std::optional<Asset>> parse_recipe_asset(
    const package::Package& package, const package::YamlFile& file
) {
    const Node block = file.document["asset"];
    if (!block.present()) return std::optional<Asset>();
    Asset asset = named(package, TRY(file.document["recipe"].text()), file.path);
    asset.recipe = file.document;
    TRY(parse_header(block, asset, ""));
    if (asset.description.empty())
        asset.description = TRY(file.document["description"].text_or(""));
    return std::optional<Asset>(std::move(asset));
}

}  // namespace tradewind::pipeline
