// run, runs: assets brought up to date, and what became of earlier runs.
#include "base/text.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/output.h"

namespace tradewind::cli {

namespace {

constexpr const char* wait_query = "?wait_ms=300";

bool under_way(const json::Value& run) {
    const std::string state = run.text_or("state", "");
    return state == "queued" || state == "running";
}

std::vector<json::Value> assets_of(const json::Value& run) {
    const json::Value* list = run.find("assets");
    return list == nullptr ? std::vector<json::Value>{} : list->items();
}

std::string duration_of(const json::Value& from) {
    const auto begun = parse_iso(from.text_or("started_at", ""));
    const auto ended = parse_iso(from.text_or("finished_at", ""));
    if (!begun.ok() || !ended.ok()) return "";
    return format_duration_us(ended->micros - begun->micros);
}

Result<void> cancel(Connection& connection, std::int64_t id) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/runs/" + std::to_string(id) + "/cancel";
    TRY(call_json(connection, request));
    return {};
}

// Tells each asset as it is done. Ctrl-C cancels the run; what it published stays.
class Follower {
public:
    Follower(Connection& connection, const Context& context)
        : connection_(connection), context_(context) {}

    Result<json::Value> follow(json::Value run) {
        const std::int64_t id = run.integer_or("id", 0);
        HttpRequest request;
        request.target = "/v1/runs/" + std::to_string(id) + wait_query;
        while (true) {
            tell(run);
            if (!under_way(run)) return run;
            if (context_.cancelled.load() && !asked_) {
                asked_ = true;
                TRY(cancel(connection_, id));
            }
            run = TRY(call_json(connection_, request));
        }
    }

private:
    void tell(const json::Value& run) {
        const std::vector<json::Value> assets = assets_of(run);
        while (told_ < assets.size() && !under_way(assets[told_])) {
            const json::Value& asset = assets[told_++];
            const std::string rows = format_count(asset.integer_or("rows_out", 0)) + " rows";
            note(
                "[" + std::to_string(told_) + "/" + std::to_string(assets.size()) + "] " +
                asset.text_or("asset", "") + ": " + asset.text_or("state", "") + ", " + rows +
                (duration_of(asset).empty() ? "" : ", " + duration_of(asset))
            );
        }
    }

    Connection& connection_;
    const Context& context_;
    std::size_t told_ = 0;
    bool asked_ = false;
};

void print_run(const json::Value& run) {
    std::vector<std::vector<std::string>> rows;
    std::string messages;
    for (const json::Value& asset : assets_of(run)) {
        const std::string name = asset.text_or("asset", "");
        const std::string state = asset.text_or("state", "");
        rows.push_back(
            {name,
             state,
             format_count(asset.integer_or("rows_out", 0)),
             std::to_string(asset.integer_or("version", 0)),
             std::to_string(asset.integer_or("files_written", 0)),
             std::to_string(asset.integer_or("files_kept", 0)),
             duration_of(asset)}
        );
        const std::string message = asset.text_or("message", "");
        const bool worth = state == "failed" || state == "cancelled";
        if (worth && !message.empty()) messages += name + ": " + message + "\n";
    }
    print(format_table(
        {"asset", "state", "rows", "version", "files written", "files kept", "time"}, rows
    ));
    if (!messages.empty()) print("\n" + messages);
    print_line(
        "run " + std::to_string(run.integer_or("id", 0)) + " " + run.text_or("state", "") + " in " +
        duration_of(run)
    );
}

json::Value body_of(const RunOptions& options, const std::string& selector) {
    json::Value body = json::Value::object();
    if (!selector.empty())
        body.set("assets", json::Value::array()).add(json::Value::string(selector));
    if (!options.from.empty()) body.set("from", options.from);
    if (!options.to.empty()) body.set("to", options.to);
    if (options.force) body.set("force", true);
    return body;
}

}  // namespace

Result<int> run_package(const Context& context, const RunOptions& options) {
    const std::size_t colon = options.target.find(':');
    const std::string package = options.target.substr(0, colon);
    const std::string selector = colon == std::string::npos ? "" : options.target.substr(colon + 1);
    const auto connection = TRY(context.connect());
    const std::string body = body_of(options, selector).dump();
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/packages/" + url_encode(package) + "/runs";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
    const json::Value run =
        TRY(Follower(*connection, context).follow(TRY(call_json(*connection, request))));
    if (context.json) {
        print_line(run.dump());
    } else {
        print_run(run);
    }
    return run.text_or("state", "") == "succeeded" ? exit_ok : exit_failed;
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
        for (const json::Value& asset : assets_of(run)) done += under_way(asset) ? 0 : 1;
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
