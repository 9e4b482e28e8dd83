// run, runs: assets brought up to date, and what became of earlier runs.
#include "base/text.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/params.h"
#include "cli/run_display.h"

namespace tradewind::cli {

namespace {

constexpr const char* wait_query = "?wait_ms=300";

Result<void> cancel(Connection& connection, std::int64_t id) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/runs/" + std::to_string(id) + "/cancel";
    request.despite_cancel = true;
    TRY(call_json(connection, request));
    return {};
}

// Ctrl-C cancels the run; what it published stays.
class Follower {
public:
    Follower(Connection& connection, const Context& context)
        : connection_(connection), context_(context) {}

    Result<json::Value> follow(json::Value run) {
        const std::int64_t id = run.integer_or("id", 0);
        const std::string target = "/v1/runs/" + std::to_string(id) + wait_query;
        while (true) {
            display_.show(run);
            if (!under_way(run)) return run;
            if (context_.cancelled.load() && !asked_) {
                asked_ = true;
                TRY(cancel(connection_, id));
            }
            if (auto now = TRY(look_at(connection_, target, asked_))) run = *std::move(now);
        }
    }

private:
    Connection& connection_;
    const Context& context_;
    RunDisplay display_;
    bool asked_ = false;
};

// Of assets that were not made; where none of them even began, the run's own message says it all.
std::string messages_of(const json::Value& run) {
    std::string messages;
    bool any_begun = false;
    for (const json::Value& asset : assets_of(run)) {
        const json::Value* begun = asset.find("started_at");
        any_begun = any_begun || (begun != nullptr && !begun->is_null());
        const std::string state = asset.text_or("state", "");
        const std::string message = asset.text_or("message", "");
        const bool worth = state == "failed" || state == "cancelled";
        if (worth && !message.empty())
            messages += asset.text_or("asset", "") + ": " + message + "\n";
    }
    const std::string of_run = run.text_or("message", "");
    if (of_run.empty()) return messages;
    return (any_begun ? messages : "") + of_run + "\n";
}

void print_run(const json::Value& run) {
    print(run_summary(run));
    const std::string messages = messages_of(run);
    if (!messages.empty()) print("\n" + messages);
    const std::string id = std::to_string(run.integer_or("id", 0));
    const std::string taken = duration_of(run);
    print_line(
        "run " + id + " " + run.text_or("state", "") + (taken.empty() ? "" : " in " + taken)
    );
    if (run.text_or("state", "") != "succeeded")
        note("Go on with it once its cause is mended: tradewind run --resume " + id);
}

Result<json::Value> body_of(const RunOptions& options, const std::string& selector) {
    json::Value body = json::Value::object();
    if (!selector.empty())
        body.set("assets", json::Value::array()).add(json::Value::string(selector));
    if (!options.from.empty()) body.set("from", options.from);
    if (!options.to.empty()) body.set("to", options.to);
    if (options.force) body.set("force", true);
    if (!options.params.empty()) body.set("params", TRY(params_json(options.params)));
    return body;
}

Result<json::Value> begin_new(Connection& connection, const RunOptions& options) {
    const std::size_t colon = options.target.find(':');
    const bool selected = colon != std::string::npos;
    std::string package = options.target.substr(0, colon);
    std::string selector = selected ? options.target.substr(colon + 1) : "";
    if (!selected && package.ends_with('+')) {
        package.pop_back();
        selector = "+";
    }
    const json::Value body = TRY(body_of(options, selector));
    const std::string text = body.dump();
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/packages/" + url_encode(package) + "/runs";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    return call_json(connection, request);
}

Result<json::Value> go_on_with(Connection& connection, std::int64_t id) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/runs/" + std::to_string(id) + "/resume";
    return call_json(connection, request);
}

// A refresh that went well is nobody's to go on with, and may have come since.
bool is_refreshed(const json::Value& run) {
    return run.text_or("reason", "") == "refresh" && run.text_or("state", "") == "succeeded";
}

// The newest (of that package); null: there is none.
Result<json::Value> newest_run(Connection& connection, const std::string& package) {
    HttpRequest request;
    request.target = "/v1/runs?limit=1000";
    const json::Value answer = TRY(call_json(connection, request));
    const json::Value* runs = answer.find("runs");
    for (const json::Value& run : runs ? runs->items() : std::vector<json::Value>{}) {
        const bool wanted = package.empty() || run.text_or("package", "") == package;
        if (wanted && !is_refreshed(run)) return run;
    }
    return json::Value();
}

// After a crash at whatever moment the same command leads to the same tables: where no run was
// recorded yet one begins, and one that is complete is left as it is.
Result<json::Value> begin_or_resume(Connection& connection, const RunOptions& options) {
    if (const auto number = parse_integer(options.target)) return go_on_with(connection, *number);
    json::Value newest = TRY(newest_run(connection, options.target));
    const bool none = newest.is_null();
    if (none && options.target.empty())
        return Error(ErrorCode::NotFound, "there is no run to go on with");
    if (none) {
        note("there is no run of " + options.target + " to go on with; one begins");
        return begin_new(connection, options);
    }
    const std::int64_t id = newest.integer_or("id", 0);
    if (newest.text_or("state", "") != "succeeded") return go_on_with(connection, id);
    note(
        "there is nothing to go on with: the newest run" +
        (options.target.empty() ? "" : " of " + options.target) + ", " + std::to_string(id) +
        ", is complete"
    );
    return newest;
}

Result<json::Value> begin_run(Connection& connection, const RunOptions& options) {
    return options.resume ? begin_or_resume(connection, options) : begin_new(connection, options);
}

}  // namespace

Result<int> run_package(const Context& context, const RunOptions& options) {
    const auto connection = TRY(context.connect());
    const json::Value begun = TRY(begin_run(*connection, options));
    const json::Value run = TRY(Follower(*connection, context).follow(begun));
    if (context.json) {
        print_line(run.dump());
    } else {
        print_run(run);
    }
    return run.text_or("state", "") == "succeeded" ? exit_ok : exit_failed;
}

Result<int> show_run_log(const Context& context, const RunLogOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/runs/" + std::to_string(options.run) + "/log";
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    const json::Value* lines = answer.find("lines");
    for (const json::Value& line : lines ? lines->items() : std::vector<json::Value>{}) {
        const std::string asset = line.text_or("asset", "");
        print_line(
            line.text_or("at", "") + "  " + line.text_or("level", "") + "  " +
            (asset.empty() ? "" : asset + ": ") + line.text_or("text", "")
        );
    }
    return exit_ok;
}

Result<int> list_runs(const Context& context, const ListRunsOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/runs?limit=" + std::to_string(options.limit);
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("runs");
    for (const json::Value& run : list ? list->items() : std::vector<json::Value>{}) {
        std::size_t done = 0;
        for (const json::Value& asset : assets_of(run)) done += is_made(asset) ? 1 : 0;
        rows.push_back(
            {std::to_string(run.integer_or("id", 0)),
             run.text_or("package", ""),
             run.text_or("reason", ""),
             run.text_or("state", ""),
             std::to_string(done) + "/" + std::to_string(assets_of(run).size()),
             run.text_or("started_at", ""),
             duration_of(run)}
        );
    }
    print(format_table({"run", "package", "reason", "state", "assets", "started", "time"}, rows));
    return exit_ok;
}

}  // namespace tradewind::cli
