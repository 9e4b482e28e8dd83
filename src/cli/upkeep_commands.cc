// sink, verify, rebuild: commands for whoever keeps the platform.
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

Result<int> list_sinks(const Context& context, const SinkOptions&) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/streams";
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* streams = answer.find("streams");
    for (const json::Value& stream :
         streams == nullptr ? std::vector<json::Value>{} : streams->items()) {
        const json::Value* consumers = stream.find("consumers");
        for (const json::Value& consumer :
             consumers == nullptr ? std::vector<json::Value>{} : consumers->items()) {
            rows.push_back(
                {stream.text_or("name", ""),
                 consumer.text_or("name", ""),
                 std::to_string(consumer.integer_or("committed", 0)),
                 std::to_string(consumer.integer_or("lag", 0))}
            );
        }
    }
    print(format_table({"stream", "sink", "committed", "lag"}, rows));
    return exit_ok;
}

Result<int> forget_sink(const Context& context, const SinkOptions& options) {
    return post(
        context,
        "/v1/streams/" + url_encode(options.stream) + "/sinks/" + url_encode(options.name) +
            "/forget",
        "sink " + options.name + " no longer holds back the retention of " + options.stream
    );
}

Result<int> verify(const Context& context) {
    return post(context, "/v1/verify", "everything on disk is what it was when it was written");
}

Result<int> rebuild_serving(const Context& context) {
    return post(context, "/v1/rebuild/serving", "serving tables are rebuilt");
}

}  // namespace tradewind::cli
