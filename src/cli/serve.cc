#include <algorithm>
#include <chrono>
#include <thread>

#include "base/log.h"
#include "cli/command.h"
#include "cli/output.h"
#include "os/process.h"

namespace tradewind::cli {

namespace {

// A command that has the workspace, or had it a moment ago, is soon gone; a server is not.
constexpr std::int64_t patience_ms_max = 3'000;
constexpr std::int64_t look_ms = 50;

Result<std::unique_ptr<LocalPlatform>> open_once_free(
    const Context& context, const OpenRequest& request
) {
    auto platform = context.backend.open(request);
    const std::int64_t patience_ms = std::min(patience_ms_max, context.backend.patience_ms);
    for (std::int64_t waited_ms = 0; waited_ms < patience_ms; waited_ms += look_ms) {
        const bool taken = !platform.ok() && platform.error().code() == ErrorCode::Conflict;
        if (!taken || context.cancelled.load()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(look_ms));
        platform = context.backend.open(request);
    }
    return platform;
}

// Between log records in JSON a line of text is one that nobody can parse.
void tell(const Context& context, const std::string& message) {
    const bool json = context.backend.logs_json && context.backend.logs_json(context.workspace);
    json ? log::info(message) : note(message);
}

}  // namespace

Result<int> serve(const Context& context, const ServeOptions& options) {
    OpenRequest request;
    request.workspace = context.workspace;
    request.listen = true;
    request.listen_address = options.listen;
    auto platform = open_once_free(context, request);
    if (!platform.ok()) {
        if (platform.error().code() != ErrorCode::Conflict) return std::move(platform).error();
        return std::move(platform).error().with_hint(
            "Stop that process first, or use another workspace with -C."
        );
    }
    tell(
        context,
        "Tradewind " + context.backend.version + " serves " + context.workspace + " at " +
            (*platform)->url() + " (Ctrl-C stops it)"
    );
    // The watcher set the flag when the first signal came.
    context.cancelled.wait(false);
    tell(context, "stopping: what is durable is brought to its places");
    (*platform)->stop();
    return exit_ok;
}

}  // namespace tradewind::cli
