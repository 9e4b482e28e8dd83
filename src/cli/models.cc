// train, evaluate, promote, rollback, recommend, segment, models: what models learn, and what they
// say.
#include <span>
#include <utility>

#include "base/text.h"
#include "cli/model_commands.h"
#include "cli/model_figures.h"
#include "cli/output.h"
#include "cli/page.h"

namespace tradewind::cli {

namespace {

// "buy_again", "basket/buy_again" or "basket.buy_again" → "/v1/models/basket/buy_again". Where
// several packages have one of that name, the only one with data is meant.
Result<std::string> path_of(Connection& connection, const std::string& name) {
    const json::Value answer = TRY(get_json(connection, "/v1/models"));
    const json::Value* list = answer.find("models");
    std::vector<std::string> found;
    std::vector<std::string> filled;
    std::vector<std::string> known;
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>{}) {
        const std::string package = one.text_or("package", "");
        const std::string model = one.text_or("model", "");
        known.push_back(model);
        const bool meant = name == model || name == package + "/" + model ||
                           name == package + "." + model || name == package + ":" + model;
        if (!meant) continue;
        found.push_back("/v1/models/" + url_encode(package) + "/" + url_encode(model));
        if (one.boolean_or("has_data", false)) filled.push_back(found.back());
    }
    if (found.size() == 1) return found.front();
    if (filled.size() == 1) return filled.front();
    if (!found.empty()) {
        return Error(ErrorCode::Conflict, "several packages have a model " + name)
            .with_hint("Write it as PACKAGE/" + name + ".");
    }
    const auto near = nearest(name, {known.begin(), known.end()});
    return Error(ErrorCode::NotFound, "there is no model " + name)
        .with_hint(
            near ? "Did you mean '" + *near + "'?" : "Packages declare models in models/NAME.yml."
        );
}

bool over(const json::Value& job) {
    const std::string state = job.text_or("state", "");
    return state != "queued" && state != "running";
}

// Ctrl-C cancels it.
Result<json::Value> follow(Connection& connection, const Context& context, json::Value job) {
    const std::string path = "/v1/trainings/" + std::to_string(job.integer_or("id", 0));
    std::string told;
    bool asked = false;
    while (!over(job)) {
        if (context.cancelled.load() && !std::exchange(asked, true)) {
            HttpRequest request;
            request.method = "POST";
            request.target = path + "/cancel";
            request.despite_cancel = true;
            TRY(call_json(connection, request));
        }
        if (auto now = TRY(look_at(connection, path + "?wait_ms=300", asked)))
            job = *std::move(now);
        const std::string step = job.text_or("step", "");
        const std::string kind = step.substr(0, step.find(':'));
        if (!context.json && !kind.empty() && kind != std::exchange(told, kind)) note(step);
    }
    return job;
}

Result<int> finish(const Context& context, const json::Value& job) {
    const bool good = job.text_or("state", "") == "succeeded";
    if (context.json) {
        print_line(job.dump());
    } else if (good) {
        print_line(job.text_or("message", ""));
    }
    if (good) return exit_ok;
    note(
        "tradewind: " + job.text_or("kind", "") + " " + job.text_or("state", "") + ": " +
        job.text_or("message", "")
    );
    return exit_failed;
}

void print_report(const json::Value& report) {
    const json::Value* metrics = report.find("metrics");
    const json::Value* baselines = report.find("baselines");
    if (metrics == nullptr || baselines == nullptr) return;
    std::vector<std::string> header{"metric", report.text_or("model", "")};
    for (const auto& [name, values] : baselines->members()) header.push_back(name);
    std::vector<std::vector<std::string>> rows;
    const std::span<const char* const> shown =
        report.text_or("kind", "") == "classify" ? std::span<const char* const>(shown_label_metrics)
                                                 : std::span<const char* const>(shown_metrics);
    for (const char* name : shown) {
        if (metrics->find(name) == nullptr) continue;
        std::vector<std::string> row{name, figure(*metrics, name)};
        for (const auto& [baseline, values] : baselines->members())
            row.push_back(figure(values, name));
        rows.push_back(std::move(row));
    }
    print(format_table(header, rows));
    const std::string held_out =
        report.find("rows") != nullptr
            ? "the newest " + format_count(report.integer_or("rows", 0)) + " rows"
            : "the last orders of " + format_count(report.integer_or("users", 0)) + " users";
    note(
        "version " + std::to_string(report.integer_or("version", 0)) + ", " + held_out +
        "; --json has every figure"
    );
}

void print_model(const json::Value& model) {
    print_line(
        model.text_or("package", "") + "/" + model.text_or("model", "") + ": version " +
        std::to_string(model.integer_or("served_version", 0)) + " serves"
    );
}

}  // namespace

Result<int> train_model(const Context& context, const ModelCommandOptions& options) {
    const auto connection = TRY(context.connect());
    const std::string path = TRY(path_of(*connection, options.model));
    json::Value body = json::Value::object();
    if (options.no_run) body.set("refresh", false);
    if (options.no_promote) body.set("promote", false);
    if (options.search_seconds >= 0) body.set("search_seconds", options.search_seconds);
    const json::Value job = TRY(post_json(*connection, path + "/train", body));
    return finish(context, TRY(follow(*connection, context, job)));
}

Result<int> evaluate_model(const Context& context, const ModelCommandOptions& options) {
    const auto connection = TRY(context.connect());
    const std::string path = TRY(path_of(*connection, options.model));
    json::Value body = json::Value::object();
    if (options.version > 0) body.set("version", options.version);
    const json::Value job =
        TRY(follow(*connection, context, TRY(post_json(*connection, path + "/evaluate", body))));
    if (job.text_or("state", "") != "succeeded") return finish(context, job);
    const std::string target =
        path + "/report?version=" + std::to_string(job.integer_or("version", 0));
    const json::Value report = TRY(get_json(*connection, target));
    if (!options.html.empty()) TRY(save_page(*connection, target, options.html));
    if (context.json) {
        print_line(report.dump());
    } else {
        print_report(report);
    }
    return exit_ok;
}

Result<int> score_model(const Context& context, const ModelCommandOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = TRY(path_of(*connection, options.model))
    +"/score";
    const json::Value job = TRY(call_json(*connection, request));
    return finish(context, TRY(follow(*connection, context, job)));
}

Result<int> promote_model(const Context& context, const ModelCommandOptions& options) {
    const auto connection = TRY(context.connect());
    json::Value body = json::Value::object();
    body.set("version", options.version);
    const std::string path = TRY(path_of(*connection, options.model));
    const json::Value model = TRY(post_json(*connection, path + "/promote", body));
    context.json ? print_line(model.dump()) : print_model(model);
    return exit_ok;
}

Result<int> rollback_model(const Context& context, const ModelCommandOptions& options) {
    const auto connection = TRY(context.connect());
    const std::string path = TRY(path_of(*connection, options.model));
    HttpRequest request;
    request.method = "POST";
    request.target = path + "/rollback";
    const json::Value model = TRY(call_json(*connection, request));
    context.json ? print_line(model.dump()) : print_model(model);
    return exit_ok;
}

Result<int> list_models(const Context& context) {
    const auto connection = TRY(context.connect());
    const json::Value answer = TRY(get_json(*connection, "/v1/models"));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("models");
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>{}) {
        const json::Value* versions = one.find("versions");
        const std::int64_t served = one.integer_or("served_version", 0);
        rows.push_back(
            {one.text_or("package", "") + "/" + one.text_or("model", ""),
             one.text_or("kind", ""),
             served == 0 ? "none" : std::to_string(served),
             std::to_string(versions == nullptr ? 0 : versions->items().size()),
             one.text_or("trouble", "")}
        );
    }
    print(format_table({"model", "kind", "serves", "versions", "trouble"}, rows));
    return exit_ok;
}

Result<int> list_segments(const Context& context) {
    const auto connection = TRY(context.connect());
    const json::Value answer = TRY(get_json(*connection, "/v1/segments"));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("segments");
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>{}) {
        rows.push_back(
            {one.text_or("table", ""),
             one.text_or("segment", ""),
             format_count(one.integer_or("size", 0)),
             figure(one, "share"),
             figure(one, "silhouette"),
             figure(one, "stability")}
        );
    }
    print(format_table({"table", "segment", "rows", "share", "silhouette", "stability"}, rows));
    const json::Value* not_made = answer.find("not_made");
    for (const json::Value& table : not_made ? not_made->items() : std::vector<json::Value>{}) {
        std::string asset = table.text();
        asset.replace(asset.find('.'), 1, ":");
        note(table.text() + " is not made yet: tradewind run " + asset);
    }
    return exit_ok;
}

Result<int> recommend(const Context& context, const RecommendOptions& options) {
    const auto connection = TRY(context.connect());
    std::string target = "/v1/recommendations/" + url_encode(options.user) +
                         "?kind=" + options.kind + "&limit=" + std::to_string(options.limit);
    if (!options.basket.empty()) target += "&basket=" + url_encode(options.basket);
    if (!options.package.empty()) target += "&package=" + url_encode(options.package);
    const json::Value answer = TRY(get_json(*connection, target));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("recommendations");
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>{}) {
        const json::Value* id = one.find("product_id");
        rows.push_back(
            {id == nullptr ? "" : id->text(),
             shortened(one.text_or("name", ""), 48),
             figure(one, "score"),
             one.text_or("reason", "")}
        );
    }
    print(format_table({"product", "name", "score", "reason"}, rows));
    if (!answer.boolean_or("known_user", true))
        note("nothing is known of user " + options.user + ": this is what everybody buys");
    return exit_ok;
}

}  // namespace tradewind::cli
