// sink, verify, rebuild: commands for whoever keeps the platform.
#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

namespace tradewind::cli {

namespace {

Result<int> post(const Context& context, const std::string& target, const std::string& done) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = target;
    const json::Value answer = TRY(call_json(*connection, request));
    print_line(context.json ? answer.dump() : done);
    return exit_ok;
}

}  // namespace

std::string state_of(const json::Value& sink) {
    const json::Value* paused = sink.find("paused");
    if (paused != nullptr && paused->as_boolean()) return "paused";
    const std::string error = sink.text_or("error", "");
    return error.empty() ? "ok" : "stuck: " + error;
}

std::vector<json::Value> items_of(const json::Value& from, std::string_view name) {
    const json::Value* list = from.find(name);
    return list == nullptr ? std::vector<json::Value>{} : list->items();
}

// Those of sinks that were taken out of the settings or the package.
std::vector<json::Value> unused_consumers(const json::Value& lag) {
    std::set<std::string> in_use;
    for (const json::Value& sink : items_of(lag, "sinks")) in_use.insert(sink.text_or("name", ""));
    std::vector<json::Value> unused;
    for (const json::Value& consumer : items_of(lag, "consumers")) {
        if (!in_use.contains(consumer.text_or("name", ""))) unused.push_back(consumer);
    }
    return unused;
}

Result<int> list_sinks(const Context& context, const SinkOptions&) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/streams";
    const json::Value streams = TRY(call_json(*connection, request));
    json::Value lags = json::Value::object();
    json::Value& list = lags.set("streams", json::Value::array());
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& stream : items_of(streams, "streams")) {
        const std::string name = stream.text_or("name", "");
        request.target = "/v1/streams/" + url_encode(name) + "/lag";
        const json::Value& lag = list.add(TRY(call_json(*connection, request)));
        for (const json::Value& sink : items_of(lag, "sinks")) {
            rows.push_back(
                {name,
                 sink.text_or("name", ""),
                 std::to_string(sink.integer_or("position", 0)),
                 std::to_string(sink.integer_or("lag", 0)),
                 state_of(sink)}
            );
        }
        for (const json::Value& consumer : unused_consumers(lag)) {
            rows.push_back(
                {name,
                 consumer.text_or("name", ""),
                 std::to_string(consumer.integer_or("committed", 0)),
                 std::to_string(consumer.integer_or("lag", 0)),
                 "not in use"}
            );
        }
    }
    if (context.json) {
        print_line(lags.dump());
        return exit_ok;
    }
    print(format_table({"stream", "sink", "position", "lag", "state"}, rows));
    return exit_ok;
}

namespace {

bool has_name(const std::vector<json::Value>& list, const std::string& name) {
    return std::ranges::any_of(list, [&](const json::Value& one) {
        return one.text_or("name", "") == name;
    });
}

// Those where a sink of that name reads, or once read.
Result<std::vector<std::string>> streams_with(Connection& connection, const std::string& sink) {
    HttpRequest request;
    request.target = "/v1/streams";
    const json::Value streams = TRY(call_json(connection, request));
    std::vector<std::string> found;
    for (const json::Value& stream : items_of(streams, "streams")) {
        const std::string name = stream.text_or("name", "");
        request.target = "/v1/streams/" + url_encode(name) + "/lag";
        const json::Value lag = TRY(call_json(connection, request));
        if (has_name(items_of(lag, "sinks"), sink) || has_name(items_of(lag, "consumers"), sink))
            found.push_back(name);
    }
    return found;
}

// The stream that was named, or the only one with that sink; nothing: there are several, and a
// person was told which.
Result<std::optional<std::string>> stream_of(Connection& connection, const SinkOptions& options) {
    if (!options.stream.empty()) return std::optional(options.stream);
    const std::vector<std::string> found = TRY(streams_with(connection, options.name));
    if (found.empty()) {
        return Error(ErrorCode::NotFound, "no stream has a sink '" + options.name + "'")
            .with_hint("See them with: tradewind sink list");
    }
    if (found.size() == 1) return std::optional(found.front());
    std::string names;
    for (const std::string& name : found) names += (names.empty() ? "" : ", ") + name;
    note(
        "tradewind sink: several streams have a sink " + options.name + ": " + names +
        "; name one with --stream"
    );
    return std::optional<std::string>();
}

Result<int> change_sink(
    Connection& connection,
    const Context& context,
    const SinkOptions& options,
    const std::string& verb
) {
    const auto stream = TRY(stream_of(connection, options));
    if (!stream) return exit_usage;
    HttpRequest request;
    request.method = "POST";
    request.target =
        "/v1/streams/" + url_encode(*stream) + "/sinks/" + url_encode(options.name) + "/" + verb;
    const json::Value answer = TRY(call_json(connection, request));
    const std::string done =
        verb == "forget" ? "sink " + options.name + " no longer holds back the retention of "
                         : verb + "d sink " + options.name + " of ";
    print_line(context.json ? answer.dump() : done + *stream);
    return exit_ok;
}

}  // namespace

Result<int> forget_sink(const Context& context, const SinkOptions& options) {
    const auto connection = TRY(context.connect());
    return change_sink(*connection, context, options, "forget");
}

// Of the running server: it lasts as long as that.
Result<int> steer_sink(const Context& context, const SinkOptions& options, const char* verb) {
    const auto connection = TRY(context.connect());
    if (connection->in_process()) {
        return Error(ErrorCode::InvalidArgument, "no server is running on " + context.workspace)
            .with_hint("A sink is paused for as long as its server runs; nothing is delivered now."
            );
    }
    return change_sink(*connection, context, options, verb);
}

Result<int> pause_sink(const Context& context, const SinkOptions& options) {
    return steer_sink(context, options, "pause");
}

Result<int> resume_sink(const Context& context, const SinkOptions& options) {
    return steer_sink(context, options, "resume");
}

Result<int> verify(const Context& context) {
    return post(context, "/v1/verify", "everything on disk is what it was when it was written");
}

Result<int> rebuild_serving(const Context& context) {
    return post(context, "/v1/rebuild/serving", "serving tables are rebuilt");
}

Result<int> rebuild_catalog(const Context& context) {
    return post(context, "/v1/rebuild/catalog", "the catalog is rebuilt");
}

}  // namespace tradewind::cli
