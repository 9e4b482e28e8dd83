// Live updates, as server-sent events.
#include <algorithm>

#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

Result<std::vector<EventType>> read_types(const std::string& list) {
    std::vector<EventType> types;
    if (list.empty()) return types;
    for (const std::string& word : split(list, ',')) {
        const auto known = std::ranges::find_if(event_types, [&](EventType type) {
            return word == to_string(type);
        });
        if (known == std::end(event_types)) {
            return Error(ErrorCode::InvalidArgument, "there is no type of event '" + word + "'")
                .with_hint("There are run, asset, lag, kpi, job, backfill and notice.");
        }
        types.push_back(*known);
    }
    return types;
}

// A browser that comes back says in the header what it has seen; others may say it in the address.
std::string seen_of(const Call& call) {
    const std::string header(call.header("last-event-id"));
    return header.empty() ? call.arguments.text("since") : header;
}

Result<Response> follow(const Services& services, const Call& call) {
    FollowRequest request;
    request.types = TRY(read_types(call.arguments.text("types")));
    request.since = seen_of(call);
    Response response;
    response.content_type = "text/event-stream; charset=utf-8";
    response.headers = {{"cache-control", "no-store"}, {"x-accel-buffering", "no"}};
    response.live = TRY(services.events->follow(request));
    return response;
}

}  // namespace

std::vector<Operation> event_operations(const Services& services) {
    if (services.events == nullptr) return {};
    Operation operation;
    operation.id = "follow_events";
    operation.method = "GET";
    operation.path = "/v1/events";
    operation.tag = "events";
    operation.summary = "What happens, as it happens (server-sent events, without end).";
    operation.description =
        "Types: run, asset (states, and twice a second the progress of those being made), lag (of "
        "each stream's sinks), kpi, job, backfill, notice; their data is a JSON object. The first "
        "is hello; who has not followed before is then told how things are now, without ids. Each "
        "further event has an id: who comes back with Last-Event-ID misses nothing that is still "
        "kept, and is told by reset that something was missed when it is not, or when he was too "
        "slow: then what he shows is to be asked for anew. A comment comes when nothing else does.";
    operation.runs = Runs::Quick;
    operation.parameters = {
        {.name = "types",
         .description = "Only these, with commas between them.",
         .example = "run,asset"},
        {.name = "since",
         .description = "The id of the last event seen; Last-Event-ID says the same.",
         .example = "1795320000000000-1"},
        {.name = "Last-Event-ID",
         .in = In::Header,
         .description = "The id of the last event seen; browsers send it by themselves."}
    };
    operation.answers = {
        {200,
         "Events, until the client or the server ends it.",
         {{"text/event-stream", schema::text("HTML's server-sent events.")}}}
    };
    operation.handler = answering([&services](Call& call) { return follow(services, call); });
    return {operation};
}

}  // namespace tradewind::api
