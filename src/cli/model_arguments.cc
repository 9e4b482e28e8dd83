// The commands of models.
#include <limits>

#include "cli/arguments.h"

namespace tradewind::cli {

namespace {

constexpr const char* model_meaning = "buy_again, or PACKAGE/buy_again where several have one";

CLI::App* add_model_command(
    CLI::App& app,
    AllOptions& all,
    Command& chosen,
    const std::string& verb,
    const std::string& meaning,
    Result<int> (*command)(const Context&, const ModelCommandOptions&)
) {
    auto* sub = add(app, verb, meaning, chosen, [&all, command](const Context& c) {
        return command(c, all.model);
    });
    sub->add_option("model", all.model.model, model_meaning)->required();
    return sub;
}

CLI::Range a_version() {
    return {std::int64_t{1}, std::numeric_limits<std::int64_t>::max()};
}

}  // namespace

void add_model_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    ModelCommandOptions& options = all.model;
    auto* train = add_model_command(
        app, all, chosen, "train", "train a new version of a model, and let it serve", train_model
    );
    train->add_flag("--no-run", options.no_run, "take its tables as they are");
    train->add_flag("--no-promote", options.no_promote, "register it only");
    train->add_option("--search", options.search_seconds, "seconds to look for better parameters")
        ->check(CLI::Range(0, 86'400));
    auto* measure = add_model_command(
        app, all, chosen, "evaluate", "measure a model on orders that were held out", evaluate_model
    );
    measure->add_option("--model-version", options.version, "which (default: the one that serves)")
        ->check(a_version());
    measure->add_option("--html", options.html, "write the report as a page to a file");
    add_model_command(
        app, all, chosen, "score", "let a model of kind classify score all rows of now", score_model
    );
    auto* promote =
        add_model_command(app, all, chosen, "promote", "let a version serve", promote_model);
    promote->add_option("version", options.version, "its number")->required()->check(a_version());
    add_model_command(
        app, all, chosen, "rollback", "let the version serve that did before", rollback_model
    );
    add(app, "models", "the models and what serves", chosen, list_models);
    add(app, "segment", "the segments and what they are like", chosen, list_segments);
    auto* list = add(app, "recommend", "what a user will want", chosen, [&all](const Context& c) {
        return recommend(c, all.recommend);
    });
    list->add_option("user", all.recommend.user, "the user, or customer")->required();
    list->add_option("--kind", all.recommend.kind, "again, new or next")
        ->check(CLI::IsMember({"again", "new", "next"}))
        ->capture_default_str();
    list->add_option("--basket", all.recommend.basket, "products in the cart: P,P,…");
    list->add_option("--package", all.recommend.package, "whose model");
    list->add_option("--limit", all.recommend.limit, "at most so many")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
}

}  // namespace tradewind::cli
