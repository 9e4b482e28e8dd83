#include "model/spec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "model/gate.h"

namespace tradewind::model {

namespace {

constexpr double search_seconds_max = 86'400;

struct KindWord {
    Kind kind;
    const char* name;
    const char* list;
    const char* metric;  // that the gate looks at unless told otherwise
};
constexpr std::array<KindWord, 4> kind_words{
    {{Kind::BuyAgain, "buy_again", "again", "f1"},
     {Kind::TryFirst, "try_first", "new", "recall@10"},
     {Kind::NextInCart, "next_in_cart", "next", "hit_rate@10"},
     {Kind::Classify, "classify", "", "auc"}}
};

const KindWord& word_of(Kind kind) {
    return *std::ranges::find(kind_words, kind, &KindWord::kind);
}

struct Parameter {
    const char* name;
    double min;
    double max;
};
// Of any kind: which of them one looks at is told in docs/MODELS.md.
constexpr std::array<Parameter, 31> parameters_known{
    {{"rounds", 1, 10'000},
     {"depth", 1, 16},
     {"learning_rate", 0.0001, 1},
     {"subsample", 0.01, 1},
     {"column_sample", 0.01, 1},
     {"min_child_weight", 0, 1e6},
     {"lambda", 0, 1e6},
     {"alpha", 0, 1e6},
     {"gamma", 0, 1e6},
     {"bins", 2, 65'536},
     {"early_stopping", 0, 10'000},
     {"seed", 0, 1e15},
     {"threads", 1, 256},
     {"list_length", 1, 1'000},
     {"set_max", 1, 1'000},
     {"factors", 1, 1'024},
     {"iterations", 1, 1'000},
     {"regularisation", 0, 1e6},
     {"confidence", 0, 1e6},
     {"candidates", 10, 10'000},
     {"neighbours", 1, 10'000},
     {"decay_days", 0, 100'000},
     {"habit", 0, 1'000},
     {"likeness", 0, 1'000},
     {"together", 0, 1'000},
     {"after_last", 0, 1'000},
     {"after_second_last", 0, 1'000},
     {"popularity", 0, 1'000},
     {"memory", 0.01, 1},
     {"smoothing", 0, 1e6},
     {"users_max", 1, 1e9}}
};

Result<catalog::TableName> table_of(const std::string& package, const yaml::Node& node) {
    const std::string text = TRY(node.text());
    const bool bare = text.find('.') == std::string::npos;
    auto name = catalog::parse_table_name(bare ? package + "." + text : text);
    if (!name.ok()) return std::move(name).error().at(node.where());
    return name;
}

Result<Interactions> read_interactions(const std::string& package, const yaml::Node& node) {
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("interactions: names a table, and its columns user, item, basket, …");
    TRY(node.allow_keys({"table", "user", "item", "basket", "sequence", "position", "day"}));
    Interactions read;
    read.table = TRY(table_of(package, node["table"]));
    read.user = TRY(node["user"].text());
    read.item = TRY(node["item"].text());
    read.basket = TRY(node["basket"].text());
    read.sequence = TRY(node["sequence"].text_or(read.basket));
    read.position = TRY(node["position"].text_or(""));
    read.day = TRY(node["day"].text_or(""));
    return read;
}

Result<std::optional<Items>> read_items(const std::string& package, const yaml::Node& node) {
    if (!node.present()) return std::optional<Items>();
    TRY(node.allow_keys({"table", "item", "name", "groups"}));
    Items read;
    read.table = TRY(table_of(package, node["table"]));
    read.item = TRY(node["item"].text());
    read.name = TRY(node["name"].text());
    if (node["groups"].present()) read.groups = TRY(node["groups"].texts());
    return std::optional(std::move(read));
}

Result<std::optional<Features>> read_features(
    const std::string& package, const yaml::Node& node, const Interactions& interactions
) {
    if (!node.present()) return std::optional<Features>();
    TRY(node.allow_keys({"table", "user", "item", "fold", "label", "columns", "except"}));
    Features read;
    read.table = TRY(table_of(package, node["table"]));
    read.user = TRY(node["user"].text_or(interactions.user));
    read.item = TRY(node["item"].text_or(interactions.item));
    read.fold = TRY(node["fold"].text_or("fold"));
    read.label = TRY(node["label"].text_or("label"));
    if (node["columns"].present()) read.columns = TRY(node["columns"].texts());
    if (node["except"].present()) read.except = TRY(node["except"].texts());
    return std::optional(std::move(read));
}

// The table stands for interactions and features too: what looks those up finds it there.
Result<void> read_rows(const std::string& package, const yaml::Node& document, ModelSpec& spec) {
    for (const char* key : {"interactions", "items", "features", "live", "search", "reasons"}) {
        if (document[key].present())
            return document[key].error(
                "a model of kind classify reads rows:, and no " + std::string(key)
            );
    }
    const yaml::Node& node = document["rows"];
    if (node.kind() != yaml::Kind::Mapping)
        return document.error("rows: names a table, and its columns id, label and time");
    TRY(node.allow_keys({"table", "id", "label", "time", "columns", "except", "hold_out"}));
    Rows read;
    read.table = TRY(table_of(package, node["table"]));
    read.id = TRY(node["id"].text());
    read.label = TRY(node["label"].text());
    read.time = TRY(node["time"].text());
    if (node["hold_out"].present()) read.hold_out = TRY(node["hold_out"].real());
    if (!(read.hold_out >= 0.01 && read.hold_out <= 0.9))
        return node["hold_out"].error("hold_out is a share between 0.01 and 0.9");
    Features features{read.table, read.id, read.id, read.time, read.label, {}, {}};
    if (node["columns"].present()) features.columns = TRY(node["columns"].texts());
    if (node["except"].present()) features.except = TRY(node["except"].texts());
    for (const std::string& column : features.columns) {
        if (column == read.label) return node["columns"].error("the label is no feature of itself");
    }
    spec.interactions = {read.table, read.id, read.id, read.id, read.time, "", ""};
    spec.features = std::move(features);
    spec.rows = std::move(read);
    return {};
}

Result<std::optional<Live>> read_live(const std::string& package, const yaml::Node& node) {
    if (!node.present()) return std::optional<Live>();
    TRY(node.allow_keys({"stream", "table"}));
    Live read;
    read.stream = TRY(node["stream"].text());
    read.table = TRY(table_of(package, node["table"]));
    return std::optional(std::move(read));
}

Result<void> read_parameter(
    const yaml::Node& parameters, const std::string& name, const yaml::Node& value, ModelSpec& spec
) {
    const auto known = std::ranges::find(parameters_known, name, &Parameter::name);
    if (known == parameters_known.end()) {
        std::vector<std::string_view> names;
        for (const Parameter& one : parameters_known) names.emplace_back(one.name);
        const auto near = nearest(name, names);
        return Error(ErrorCode::InvalidArgument, "there is no parameter '" + name + "'")
            .at(parameters.where_key(name))
            .with_hint(near ? "Did you mean '" + *near + "'?" : "docs/MODELS.md lists them.");
    }
    const double number = TRY(value.real());
    if (!std::isfinite(number) || number < known->min || number > known->max) {
        return value.error(
            name + " is between " + std::to_string(known->min) + " and " +
            std::to_string(known->max)
        );
    }
    spec.parameters[name] = number;
    return {};
}

Result<void> read_gate(const yaml::Node& node, ModelSpec& spec) {
    spec.gate.metric = word_of(spec.kind).metric;
    if (!node.present()) return {};
    TRY(node.allow_keys({"metric", "tolerance"}));
    spec.gate.metric = TRY(node["metric"].text_or(spec.gate.metric));
    const std::vector<std::string> names = gate_metrics(spec.kind);
    if (std::ranges::find(names, spec.gate.metric) == names.end()) {
        const auto near = nearest(spec.gate.metric, {names.begin(), names.end()});
        return std::move(node["metric"].error(
                             std::string("reports of ") + to_string(spec.kind) +
                             " have no metric '" + spec.gate.metric + "'"
                         ))
            .with_hint(near ? "Did you mean '" + *near + "'?" : "docs/MODELS.md lists them.");
    }
    if (node["tolerance"].present()) spec.gate.tolerance = TRY(node["tolerance"].real());
    if (!(spec.gate.tolerance >= 0 && spec.gate.tolerance <= 1))
        return node["tolerance"].error("tolerance is between 0 and 1");
    return {};
}

Result<void> read_search(const yaml::Node& node, ModelSpec& spec) {
    if (!node.present()) return {};
    TRY(node.allow_keys({"seconds"}));
    spec.search_seconds = TRY(node["seconds"].real());
    if (spec.search_seconds >= 0 && spec.search_seconds <= search_seconds_max) return {};
    return node["seconds"].error("seconds is between 0 and 86400");
}

Result<Kind> read_kind(const yaml::Node& node) {
    const std::string text = TRY(node.text());
    std::vector<std::string_view> names;
    for (const KindWord& word : kind_words) {
        if (text == word.name) return word.kind;
        names.emplace_back(word.name);
    }
    const auto near = nearest(text, names);
    return std::move(node.error("there is no kind of model '" + text + "'"))
        .with_hint(
            near ? "Did you mean '" + *near + "'?"
                 : "Kinds are buy_again, try_first, next_in_cart and classify."
        );
}

Result<void> read_rest(const yaml::Node& document, ModelSpec& spec) {
    for (const auto& [name, value] : document["parameters"].members())
        TRY(read_parameter(document["parameters"], name, value, spec));
    TRY(read_search(document["search"], spec));
    TRY(read_gate(document["gate"], spec));
    if (document["threshold"].present()) spec.threshold = TRY(document["threshold"].real());
    if (!(spec.threshold > 0 && spec.threshold < 1))
        return document["threshold"].error("threshold is a probability, between 0 and 1");
    for (const auto& [feature, words] : document["reasons"].members())
        spec.reasons.emplace_back(feature, TRY(words.text()));
    return {};
}

Result<ModelSpec> read_model(
    os::Filesystem& files, const std::string& package, const std::string& path
) {
    const std::string base = os::base_name(path);
    if (!base.ends_with(".yml")) {
        return Error(ErrorCode::InvalidArgument, "what lies here ends in .yml").at({path, 0, 0});
    }
    const std::string text = TRY(os::read_file(files, path, limits::package_file_bytes_max));
    const yaml::Node document = TRY(yaml::parse(text, path));
    return parse_model(package, base.substr(0, base.size() - 4), document);
}

}  // namespace

const char* to_string(Kind kind) {
    return word_of(kind).name;
}

const char* list_name(Kind kind) {
    return word_of(kind).list;
}

std::optional<Kind> kind_of_list(std::string_view name) {
    const auto found = std::ranges::find(kind_words, name, &KindWord::list);
    const bool known = found != kind_words.end() && !name.empty();
    return known ? std::optional(found->kind) : std::nullopt;
}

double ModelSpec::parameter(const std::string& which, double fallback) const {
    const auto found = parameters.find(which);
    return found == parameters.end() ? fallback : found->second;
}

Result<ModelSpec> parse_model(
    const std::string& package, const std::string& name, const yaml::Node& document
) {
    if (document.kind() != yaml::Kind::Mapping)
        return document.error("a model's file holds kind: and interactions:");
    TRY(document.allow_keys(
        {"kind",
         "description",
         "interactions",
         "items",
         "features",
         "rows",
         "live",
         "parameters",
         "search",
         "gate",
         "threshold",
         "reasons"}
    ));
    ModelSpec spec;
    spec.package = package;
    spec.name = name;
    spec.at = document.where();
    spec.description = TRY(document["description"].text_or(""));
    spec.kind = TRY(read_kind(document["kind"]));
    if (spec.kind == Kind::Classify) {
        TRY(read_rows(package, document, spec));
        TRY(read_rest(document, spec));
        return spec;
    }
    if (document["rows"].present())
        return document["rows"].error("only models of kind classify read rows:");
    spec.interactions = TRY(read_interactions(package, document["interactions"]));
    spec.items = TRY(read_items(package, document["items"]));
    spec.features = TRY(read_features(package, document["features"], spec.interactions));
    spec.live = TRY(read_live(package, document["live"]));
    if (spec.live && spec.kind != Kind::NextInCart)
        return document["live"].error("only models of kind next_in_cart follow a stream");
    if (spec.kind == Kind::BuyAgain && !spec.features)
        return document["features"].error("a model of kind buy_again learns from features:");
    TRY(read_rest(document, spec));
    return spec;
}

ReadModels read_models(os::Filesystem& files, const std::vector<package::Package>& packages) {
    ReadModels read;
    for (const package::Package& package : packages) {
        const std::string folder = os::join(package.folder, "models");
        const auto entries = files.list(folder);
        for (const os::FileInfo& entry : entries.ok() ? *entries : std::vector<os::FileInfo>()) {
            if (entry.name.starts_with('.') || entry.name.ends_with('~')) continue;
            auto spec = read_model(files, package.name, os::join(folder, entry.name));
            if (spec.ok()) {
                read.models.push_back(std::move(spec).take());
            } else {
                read.faults.push_back(spec.error());
            }
        }
    }
    return read;
}

}  // namespace tradewind::model
